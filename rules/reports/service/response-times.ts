import { dueAt } from '../../calendar/due.ts'
import { HOUR_MS, MINUTE_MS } from '../../model.ts'
import type { ServiceLine } from './line.ts'
import { type Both, type Rate, rateOf } from './rates.ts'

export const TIMED = ['accept', 'arrive', 'complete'] as const
export type Timed = (typeof TIMED)[number]

export const TIMES: Record<Timed, { name: Both; definition: Both }> = {
  accept: {
    name: { zh: '接单用时', en: 'Time to accept' },
    definition: {
      zh: '从开单到接单；时限自发生时刻起算的，从发生时刻起。不含投诉。',
      en:
        'From the opening of the ticket to its acceptance; from the occurrence where its clock runs from there. ' +
        'Without complaints.',
    },
  },
  arrive: {
    name: { zh: '到场用时', en: 'Time to arrive' },
    definition: {
      zh: '从开单到到场；时限自发生时刻起算的，从发生时刻起。恰好 10 分钟算在 10 分钟内。不含预约工单。',
      en:
        'From the opening of the ticket to the arrival; from the occurrence where its clock runs from there. Exactly ' +
        'ten minutes is within ten minutes. Without appointments.',
    },
  },
  complete: {
    name: { zh: '完成用时', en: 'Time to complete' },
    definition: {
      zh: '从开单到首次完成；时限自发生时刻起算的，从发生时刻起。不含预约工单及投诉。',
      en:
        'From the opening of the ticket to its first completion; from the occurrence where its clock runs from ' +
        'there. Without appointments and complaints.',
    },
  },
}

/** Upper edges, each of which belongs to its bucket: exactly ten minutes is within ten minutes. */
export const EDGES_MS = [
  ...[1, 2, 3, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 4, 8, 24, 48, 72].map((hours) => hours * HOUR_MS),
]

/** In milliseconds; percentiles by nearest rank, `null` where nothing was reached. */
export interface Times {
  count: number
  medianMs: number | null
  p90Ms: number | null
  p99Ms: number | null
  maxMs: number | null
  withinTenMinutes: Rate
  /** `upToMs` is within it; `null`: longer than all others. */
  buckets: readonly { upToMs: number | null; count: number }[]
}

export const TEN_MINUTES_MS = 10 * MINUTE_MS

/**
 * How long a ticket took, or `null`: not reached, by appointment, which would only say how far ahead it was, or a
 * complaint, whose answer reaches all at once.
 */
export function timeTo(line: ServiceLine, milestone: Timed, timezoneOf: (site: string) => string): number | null {
  const at = line.reached[milestone]
  if (at === undefined || line.kind === 'complaint') return null
  if (line.kind === 'appointment' && milestone !== 'accept') return null
  return at - (runsFromOccurrence(line, milestone, timezoneOf) ? line.occurredAt : line.at)
}

/** Whether a clock of the ticket is that of a target that runs from the occurrence: it is due when that says. */
function runsFromOccurrence(line: ServiceLine, milestone: Timed, timezoneOf: (site: string) => string): boolean {
  if (line.occurredAt === line.at) return false
  const due = line.clocks.filter((clock) => clock.milestone === milestone && clock.party === 'property')
  return line.commitments.some(({ targets, serviceHours }) =>
    targets.some((target) => {
      if (target.milestone !== milestone || target.from !== 'occurrence') return false
      const fromThere = dueAt(line.occurredAt, target, { timezone: timezoneOf(line.site), serviceHours })
      return due.some((clock) => clock.dueAt === fromThere)
    }),
  )
}

export function createTimes() {
  const taken: number[] = []

  return {
    add: (ms: number) => void taken.push(ms),
    result(): Times {
      const sorted = Float64Array.from(taken).sort()
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null
      const upTo = EDGES_MS.map((edge) => countUpTo(sorted, edge))
      const counts = [...upTo, sorted.length].map((count, index) => count - (index === 0 ? 0 : upTo[index - 1]!))
      return {
        count: sorted.length,
        ...{ medianMs: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: at(1) },
        withinTenMinutes: rateOf(countUpTo(sorted, TEN_MINUTES_MS), sorted.length),
        buckets: counts.map((count, index) => ({ upToMs: EDGES_MS[index] ?? null, count })),
      }
    },
  }
}

function countUpTo(sorted: Float64Array, edge: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= edge) low = middle + 1
    else high = middle
  }
  return low
}
