/** What this browser keeps for its user. One that keeps nothing forgets it with the page, no more. */

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(`shifen.${name}`, JSON.stringify(value))
  } catch {
    // As above.
  }
}

/** `null` where nothing is, or nothing that can be read. */
export function remembered(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(`shifen.${name}`) ?? 'null')
  } catch {
    return null
  }
}
