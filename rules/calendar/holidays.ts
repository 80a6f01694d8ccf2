/**
 * The public holidays and make-up workdays (调休) of mainland China, as the State Council announces them each November
 * for the year to come. Only the data of the package is used: its functions are a day wrong where the process runs in a
 * time zone west of Greenwich.
 */
import arrangements from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import { DAY_MS } from '../model.ts'

const daysIn = (dated: object) => new Set(Object.keys(dated).map((date) => Date.parse(date) / DAY_MS))

const HOLIDAYS: ReadonlySet<number> = daysIn(arrangements.holidays)
const MAKE_UP_WORKDAYS: ReadonlySet<number> = daysIn(arrangements.workdays)

/** Without it a workday of that year is plainly Monday to Friday. */
export function holidaysKnown(year: number): boolean {
  // An arrangement may reach into the December before: National Day is in that of its own year alone.
  return HOLIDAYS.has(Date.UTC(year, 9, 1) / DAY_MS)
}

/** A year's arrangement is announced in the November before; by then the service should have it. */
const KNOWN_AHEAD_MS = 31 * DAY_MS

/** The first year without an arrangement that days up to so long after a moment may lie in. */
export function unknownYear(now: number, withinMs = 0): number | undefined {
  const last = new Date(now + KNOWN_AHEAD_MS + withinMs).getUTCFullYear()
  for (let year = new Date(now).getUTCFullYear(); year <= last; year++) if (!holidaysKnown(year)) return year
  return undefined
}

/** `day`: days since 1970. */
export function isWorkday(day: number): boolean {
  return MAKE_UP_WORKDAYS.has(day) || (weekdayOf(day) < 5 && !HOLIDAYS.has(day))
}

/** 0 is Monday; day 0, the first of 1970, was a Thursday. */
export const weekdayOf = (day: number) => (((day + 3) % 7) + 7) % 7
