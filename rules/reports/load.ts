import { ALARM_TARGETS, type Figure, figure, MANAGEABLE_PER_DAY } from './targets.ts'
import { DAY_MS } from '../model.ts'

/** In UTC milliseconds: `from` belongs to it, `to` does not. */
export interface Period {
  from: number
  to: number
}

/**
 * A flood begins when more than `beginsOver` alarms were presented within ten minutes and ends when fewer than
 * `endsBelow` were (EEMUA 191). `endsBelow` is at least 1 and at most `beginsOver` + 1.
 */
export interface FloodLimits {
  beginsOver: number
  endsBelow: number
}

/** EEMUA 191 and ISA-18.2. */
export const USUAL_FLOOD: FloodLimits = { beginsOver: 10, endsBelow: 5 }

export const TEN_MINUTES_MS = 600_000
/** So many times are forgotten at once, since to forget one costs as much as to move the others. */
const FORGOTTEN_MAX = 1_000

/** What one operator position was presented with. */
export interface PositionLoad {
  presented: number
  averagePer10Min: Figure
  perDay: Figure
  /** Whether a day has no more than one operator can manage. */
  manageable: boolean
  /** The most in any ten minutes that end within the period. */
  peakPer10Min: Figure
  /** When the first such ten minutes ended; `null` for an empty period. */
  peakAt: number | null
  floods: number
  inFloodMs: number
  shareInFlood: Figure
  /** Of the ten-minute periods counted from the start, those that were in flood for any time. */
  periodsInFlood: number
}

export interface LoadMeter {
  /** One was presented: in the order of time. Those before the period only fill its first window. */
  take(at: number): void
  /** After the last one. */
  result(): PositionLoad
}

export function createLoadMeter({ from, to }: Period, { beginsOver, endsBelow }: FloodLimits): LoadMeter {
  /** When the alarms of the last ten minutes were presented; what lies before `head` is older. */
  let times: number[] = []
  let head = 0
  let presented = 0
  let peak = 0
  let peakAt: number | null = null
  let floodFrom: number | null = null
  let floods = 0
  let inFloodMs = 0
  let periodsInFlood = 0
  let latestPeriod = -1

  /** Ten minutes include their end and not their start. */
  function forget(until: number): void {
    while (head < times.length && times[head]! <= until) head++
    if (head < FORGOTTEN_MAX || head * 2 < times.length) return
    times = times.slice(head)
    head = 0
  }

  /** A flood is over when the alarm that kept it at its lower limit is ten minutes old. */
  function calm(now: number): void {
    if (floodFrom === null) return
    const endsAt = times[times.length - endsBelow]! + TEN_MINUTES_MS
    // One that comes just then keeps the flood up.
    if (endsAt >= now) return
    flooded(floodFrom, endsAt)
    floodFrom = null
  }

  function flooded(since: number, end: number): void {
    const begin = Math.max(since, from)
    if (end <= begin) return
    floods++
    inFloodMs += end - begin
    const first = Math.max(Math.floor((begin - from) / TEN_MINUTES_MS), latestPeriod + 1)
    latestPeriod = Math.floor((end - 1 - from) / TEN_MINUTES_MS)
    periodsInFlood += latestPeriod - first + 1
  }

  return {
    take(at) {
      calm(at)
      forget(at - TEN_MINUTES_MS)
      times.push(at)
      const within = times.length - head
      if (within > beginsOver) floodFrom ??= at
      if (at < from) return
      presented++
      if (within <= peak) return
      peak = within
      peakAt = at
    },
    result() {
      calm(to)
      if (floodFrom !== null) flooded(floodFrom, to)
      const perDay = (presented / (to - from)) * DAY_MS
      return {
        presented,
        averagePer10Min: figure((presented / (to - from)) * TEN_MINUTES_MS, ALARM_TARGETS.averagePer10Min),
        perDay: figure(perDay, ALARM_TARGETS.perDay),
        manageable: perDay <= MANAGEABLE_PER_DAY,
        peakPer10Min: figure(peak, ALARM_TARGETS.peakPer10Min),
        peakAt,
        floods,
        inFloodMs,
        shareInFlood: figure(inFloodMs / (to - from), ALARM_TARGETS.shareInFlood),
        periodsInFlood,
      }
    },
  }
}
