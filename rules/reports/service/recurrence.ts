import { DAY_MS } from '../../model.ts'
import type { ServiceLine } from './line.ts'
import { type Listed, LISTED_MAX } from './listed.ts'
import type { Both } from './rates.ts'

export const RECURS_WITHIN_MS = 30 * DAY_MS
const NUMBERS_TOLD = 10

export const RECURRENCE_DEFINITION: Both = {
  zh: '同一设备（无设备时同一位置）同一类别的工单，相隔不超过 30 天又出现；本期之前 30 天内的也算前一次。',
  en:
    'Tickets of one category at one device, or where there is none at one place, with no more than 30 days between ' +
    'one and the next; the one before may lie up to 30 days before the period.',
}

/** Where and when a ticket was. */
export type Occurrence = Pick<ServiceLine, 'at' | 'number' | 'site' | 'location' | 'device' | 'category'>

/** The same trouble at the same place again. */
export interface Recurrence {
  site: string
  device: string | null
  location: string
  category: string
  tickets: number
  /** The latest ten. */
  numbers: readonly string[]
  firstAt: number
  lastAt: number
}

/** Takes room for no more than it tells of: all tickets of a period pass here. */
interface Place extends Pick<Occurrence, 'site' | 'device' | 'category'> {
  /** As the latest ticket says it. */
  location: string
  runs: { at: number; number: string }[][]
}

/** Tickets are taken in the order of their opening. */
export function createRecurrences(from: number) {
  const places = new Map<string, Place>()

  return {
    take(occurrence: Occurrence): void {
      const { at, number, site, device, location, category } = occurrence
      if (device === null && location === '') return
      const key = `${site} ${category} ${device ?? ''} ${device === null ? location : ''}`
      const place = places.get(key) ?? { site, device, location, category, runs: [] }
      places.set(key, place)
      place.location = location
      const run = place.runs.at(-1)
      if (run !== undefined && at - run.at(-1)!.at <= RECURS_WITHIN_MS) run.push({ at, number })
      else place.runs.push([{ at, number }])
    },
    /** Most first. Of those that were over before the period nothing. */
    result(): Listed<Recurrence> {
      const found = [...places.values()].flatMap(({ site, device, location, category, runs }) =>
        runs
          .filter((run) => run.length > 1 && run.at(-1)!.at >= from)
          .map((run) => ({
            ...{ site, device, location, category, tickets: run.length },
            numbers: run.slice(-NUMBERS_TOLD).map(({ number }) => number),
            ...{ firstAt: run[0]!.at, lastAt: run.at(-1)!.at },
          })),
      )
      found.sort((a, b) => b.tickets - a.tickets || a.firstAt - b.firstAt || (a.numbers[0]! < b.numbers[0]! ? -1 : 1))
      return { count: found.length, items: found.slice(0, LISTED_MAX) }
    },
  }
}
