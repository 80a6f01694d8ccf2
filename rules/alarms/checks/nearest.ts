/** A name with more letters may be further from what was meant; beyond this nobody would recognise it. */
const DISTANCE_MAX = 3
const LETTERS_PER_MISTAKE = 4

/** The candidate that a person most likely meant, or `undefined` where none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let found: string | undefined
  let least = Math.min(DISTANCE_MAX, Math.floor(name.length / LETTERS_PER_MISTAKE)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance >= least) continue
    found = candidate
    least = distance
  }
  return found
}

/** How many letters to add, drop, replace or swap with their neighbour until `a` is `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, beforeLast[column - 2]! + 1)
      }
      current.push(least)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}
