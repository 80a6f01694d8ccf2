/**
 * When people call a lift: a Poisson process whose rate follows the hour of day.
 *
 * What is left until the next call is kept as exposure, in trips an hour × milliseconds: it runs down faster the
 * busier the hour is, so the same calls come however time is cut into steps.
 */
import { HOUR_MS } from '../../rules/model.ts'
import type { SeededRandom } from '../random.ts'

/**
 * Mean trips in each hour of day, 750 a day: usage category 4 of ISO 25745-2 (`dwellings and offices with intensive
 * use`; a quiet house is nearer to 300, category 3). The shape is a dwelling's: out in the morning, home at night.
 */
export const TRIPS_PER_HOUR: readonly number[] = [
  ...[4, 3, 2, 2, 3, 8, 25, 60, 65, 45, 35, 40],
  ...[48, 38, 32, 33, 38, 55, 61, 55, 42, 33, 15, 8],
]
export const TRIPS_PER_DAY = TRIPS_PER_HOUR.reduce((sum, each) => sum + each)

const DAY_HOURS = 24

/** Trips an hour at a time of day, for a lift with so many trips a day. */
export function tripRate(hourOfDay: number, tripsPerDay: number): number {
  const hour = Math.floor(((hourOfDay % DAY_HOURS) + DAY_HOURS) % DAY_HOURS)
  return (TRIPS_PER_HOUR[hour] ?? 0) * (tripsPerDay / TRIPS_PER_DAY)
}

const untilNextHourMs = (hourOfDay: number) => Math.max(1, (Math.floor(hourOfDay) + 1 - hourOfDay) * HOUR_MS)

/** Whole, so that no last digit of a logarithm can tell two machines apart. */
export const exposureToCall = (random: SeededRandom): number => Math.round(-Math.log(1 - random.next()) * HOUR_MS)

/** How much exposure `forMs` from `hourOfDay` on bring. */
export function exposureWithin(forMs: number, hourOfDay: number, tripsPerDay: number): number {
  let exposure = 0
  for (let left = forMs, hour = hourOfDay; left > 0;) {
    const piece = Math.min(left, untilNextHourMs(hour))
    exposure += piece * tripRate(hour, tripsPerDay)
    left -= piece
    hour += piece / HOUR_MS
  }
  return exposure
}

/** How long it takes until `exposure` has run down, `Infinity` where nobody ever calls. */
export function callsInMs(exposure: number, hourOfDay: number, tripsPerDay: number): number {
  if (tripsPerDay <= 0) return Infinity
  let passed = 0
  for (let left = exposure, hour = hourOfDay; ;) {
    const rate = tripRate(hour, tripsPerDay)
    const piece = untilNextHourMs(hour)
    if (left <= piece * rate) return passed + left / rate
    left -= piece * rate
    passed += piece
    hour += piece / HOUR_MS
  }
}
