import { finite } from './reading.ts'
import type { Slot, Span } from './slots.ts'
import { HOUR_MS } from '../../model.ts'

/** 31 days: the running hour and those before it. */
export const TREND_SLOTS_MAX = 744
const SLOTS_MIN = 3
const HOURS_PER_DAY = 24

/** The hours that a trend is drawn through; a longer one is drawn through the last 31 days. */
export function trendSpan(overMs: number): Span {
  const slots = Math.min(Math.ceil(overMs / HOUR_MS), TREND_SLOTS_MAX - 1)
  return { overMs: slots * HOUR_MS, slots }
}

/** Slope per day of the least-squares line through the means of the hours; unknown below three of them. */
export function trendOf(hours: readonly Slot[]): number | undefined {
  if (hours.length < SLOTS_MIN) return undefined
  let middle = 0
  let mean = 0
  for (const [index, count, total] of hours) {
    middle += index / hours.length
    mean += total / count / hours.length
  }
  let rise = 0
  let run = 0
  for (const [index, count, total] of hours) {
    rise += (index - middle) * (total / count - mean)
    run += (index - middle) ** 2
  }
  return finite((rise / run) * HOURS_PER_DAY)
}
