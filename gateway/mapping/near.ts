const SHOWN = 3

/** The names that are most like a misspelt one, for a person to choose from. */
export function nearest(name: string, known: readonly string[]): string[] {
  const sought = name.toLowerCase()
  const farthest = Math.max(2, Math.floor(name.length / 2))
  return known
    .map((each) => ({ each, distance: distanceOf(sought, each.toLowerCase()) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance || (a.each < b.each ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ each }) => each)
}

/** How many letters must be put in, taken out or changed; a part of a name is near to the whole. */
function distanceOf(a: string, b: string): number {
  if (a.length > 2 && b.endsWith(`.${a}`)) return 1
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      current.push(Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + change))
    }
    previous = current
  }
  return previous[b.length]!
}
