/** What the lift languages share: the device's own digits, local time, and values of a statement. */
import type { Address, Statement, Values } from '../language.ts'
import { HOUR_MS } from '../../../rules/model.ts'
import { seededRandom } from '../../random.ts'
import type { SeededRandom } from '../../random.ts'

/** A number of so many digits that is a device's own wherever it is simulated; never with a leading zero. */
export function digitsOf({ site, id }: Address, digits: number): string {
  const random = seededRandom(`${site}/${id}`)
  return Array.from({ length: digits }, (_, index) => random.integer(index === 0 ? 1 : 0, 9)).join('')
}

/** As the clock of a Chinese terminal shows it, which names no zone: `2026-03-02 18:20:30`. */
export const localTime = (atMs: number): string =>
  new Date(atMs + 8 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ')

export const wholeSeconds = (atMs: number): number => Math.floor(atMs / 1000)

export const isOn = ({ levels }: Statement, code: string): boolean => levels[code] ?? false
export const isMoving = (values: Values): boolean => Number(values['lift.speed'] ?? 0) > 0
export const labelOf = (values: Values): string => String(values['lift.floor_label'] ?? '')
export const floorOf = (values: Values): number => Number(values['lift.floor'] ?? 0)
export const isAtLevel = ({ data }: Statement): boolean => data?.['elevator.entrapment']?.position === 'at_level'
export const pressed = ({ pulses }: Statement): number =>
  (pulses ?? []).filter((code) => code === 'elevator.alarm_button').length
export const hasPassengers = (statement: Statement, values: Values): boolean =>
  isMoving(values) || isOn(statement, 'elevator.entrapment')

/** Which way a car goes, seen from one report to the next. */
export function directions<Way>(still: Way, up: Way, down: Way): (values: Values) => Way {
  let floor: number | null = null
  let way = still
  return (values) => {
    const now = floorOf(values)
    const came = floor === null || now === floor ? way : now > floor ? up : down
    way = isMoving(values) ? (came === still ? up : came) : still
    floor = now
    return way
  }
}

/** A version 4 UUID (RFC 9562). */
export function uuid(random: SeededRandom): string {
  const hex = (digits: number) => Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${random.integer(8, 11).toString(16)}${hex(3)}-${hex(12)}`
}
