/** What the industrial meters' languages have in common. */
import { seededRandom } from '../random.ts'
import type { Occasion, Statement } from './language.ts'

export const METER = ['power_meter'] as const
export const PHASES = ['l1', 'l2', 'l3'] as const

/** By name, one point a phase. */
export const ofPhases = (name: string): string[] => PHASES.map((phase) => `${name}.${phase}`)

/** These families send their whole state: at each interval, after a connect, and when a condition begins or ends. */
export const isWorthTelling = ({ levelsBefore, changed }: Statement, { due }: Occasion): boolean =>
  due || changed || levelsBefore === null

/** Conditions that began or ended; after a connect all that are known. */
export const newsOf = ({ levels, levelsBefore }: Statement): [code: string, active: boolean][] =>
  Object.entries(levels).filter(([code, active]) => levelsBefore?.[code] !== active)

/** A serial number that always belongs to this name: so many decimal digits. */
export function serialOf(name: string, digits: number): string {
  const random = seededRandom(`serial ${name}`)
  return Array.from({ length: digits }, () => random.integer(0, 9)).join('')
}

/** The number that a statement has for a point; `undefined` where it has none. */
export function numberOf(values: ReturnType<Statement['values']>, point: string): number | undefined {
  const value = values[point]
  return typeof value === 'number' ? value : undefined
}
