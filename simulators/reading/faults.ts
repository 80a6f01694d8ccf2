import type { Place } from '../scenario.ts'
import { placeOf } from './written.ts'
import type { Written } from './written.ts'

/** What is wrong in a file, at the very word, in a sentence that also says what was meant. */
export interface ReadingFault {
  place: Place
  message: string
}

/** Gathers what is wrong, so that one reading tells all of it. */
export class Faults {
  readonly found: ReadingFault[] = []

  private readonly spoilt = new Set<string>()

  add(at: Written | Place, message: string): void {
    const place = 'source' in at ? placeOf(at) : at
    if (!this.spoilt.has(spellPlace(place))) this.found.push({ place, message })
  }

  /** Nothing more is told of this value: what is wrong with it was told. */
  spoil(at: Written): void {
    this.spoilt.add(spellPlace(placeOf(at)))
  }

  /** By file in the order they were read, then by line and column; each once. */
  sorted(): ReadingFault[] {
    const files = [...new Set(this.found.map(({ place }) => place.file))]
    const order = ({ place: a }: ReadingFault, { place: b }: ReadingFault) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column
    const told = new Set<string>()
    return [...this.found].sort(order).filter((fault) => {
      const line = spellFault(fault)
      return !told.has(line) && told.add(line)
    })
  }
}

/** `file:line:column: sentence` */
export const spellFault = ({ place, message }: ReadingFault): string => `${spellPlace(place)}: ${message}`

export const spellPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

/** Letters to add, take away, change or swap with their neighbour to come from one word to the other. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (from[row - 1] === to[column - 1] ? 0 : 1) + rows[row - 1]![column - 1]!
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swap = swapped ? rows[row - 2]![column - 2]! + 1 : Infinity
      line.push(Math.min(changed, swap, rows[row - 1]![column]! + 1, line[column - 1]! + 1))
    }
    rows.push(line)
  }
  return rows[from.length]![to.length]!
}

/** The known word that was probably meant; `null` where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const within = Math.max(1, Math.floor(word.length / 3))
  const near = known
    .map((each) => ({ each, distance: editDistance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ distance }) => distance <= within)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.each ?? null
}

const LISTED_MAX = 20

/** What was meant, to end a sentence with: the near word, else those that there are. */
export function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== null) return `did you mean "${near}"?`
  if (known.length === 0) return 'there is none'
  const more = known.length > LISTED_MAX ? ` and ${known.length - LISTED_MAX} more` : ''
  return `choose one of: ${known.slice(0, LISTED_MAX).join(', ')}${more}`
}
