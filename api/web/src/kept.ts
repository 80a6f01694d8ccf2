/** What the browser keeps, as JSON under a name. One that keeps nothing forgets it with the page, no more. */
export interface Kept {
  /** `null` where nothing is; what is no JSON stands for itself, as languages and themes were once written. */
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
      let text: string | null = null
      try {
        text = storage().getItem(`shifen.${name}`)
        return text === null ? null : (JSON.parse(text) as unknown)
      } catch {
        return text
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
