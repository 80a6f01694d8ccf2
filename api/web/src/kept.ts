/** What the browser keeps, as JSON under a name. One that keeps nothing forgets it with the page, no more. */
export interface Kept {
  /** `null` where nothing is, or nothing that can be read. */
  read(name: string): unknown
  /** `null` forgets it. */
  write(name: string, value: unknown): void
}

/** For the user of this browser. */
export const kept = keptIn(() => localStorage)
/** For as long as the page is open, over a reload too. */
export const keptByPage = keptIn(() => sessionStorage)

function keptIn(storage: () => Storage): Kept {
  return {
    read(name) {
      try {
        return JSON.parse(storage().getItem(`shifen.${name}`) ?? 'null')
      } catch {
        return null
      }
    },
    write(name, value) {
      try {
        if (value === null) storage().removeItem(`shifen.${name}`)
        else storage().setItem(`shifen.${name}`, JSON.stringify(value))
      } catch {
        // As above.
      }
    },
  }
}
