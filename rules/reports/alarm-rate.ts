import { type FloodLimits, type Period, TEN_MINUTES_MS } from './load.ts'
import { ALARM_TARGETS, MANAGEABLE_PER_DAY } from './targets.ts'
import { DAY_MS, HOUR_MS, type Priority } from '../model.ts'

/** Alarms of one priority that were presented within one minute. */
export interface PresentedMinute {
  /** Its start. */
  at: number
  priority: Priority
  count: number
}

export interface AlarmRate extends Period {
  bucketMs: number
  items: { at: number; raised: number; critical: number }[]
  /** In the hour up to `to`, to the minute. */
  perHour: number
  /** What one operator can follow, in ten minutes each. */
  usual: { acceptable: number; manageable: number; flood: number }
}

/** Buckets begin at full ten minutes, so that a screen that asks again sees the same ones; the last one still runs. */
export function rateWindow(now: number, minutes: number): Period {
  const last = Math.floor(now / TEN_MINUTES_MS) * TEN_MINUTES_MS
  const buckets = Math.max(1, Math.ceil((minutes * 60_000) / TEN_MINUTES_MS))
  return { from: last - (buckets - 1) * TEN_MINUTES_MS, to: now }
}

/** How many alarms were presented in each ten minutes of a `rateWindow`. */
export function alarmRate(
  { from, to }: Period,
  presented: readonly PresentedMinute[],
  { beginsOver }: FloodLimits,
): AlarmRate {
  const count = Math.floor((to - from) / TEN_MINUTES_MS) + 1
  const items = Array.from({ length: count }, (_, index) => {
    return { at: from + index * TEN_MINUTES_MS, raised: 0, critical: 0 }
  })
  let perHour = 0
  for (const { at, priority, count } of presented) {
    if (at > to - HOUR_MS) perHour += count
    const bucket = items[Math.floor((at - from) / TEN_MINUTES_MS)]
    if (bucket === undefined) continue
    bucket.raised += count
    if (priority === 'critical') bucket.critical += count
  }
  const usual = {
    acceptable: ALARM_TARGETS.averagePer10Min.target,
    manageable: (MANAGEABLE_PER_DAY * TEN_MINUTES_MS) / DAY_MS,
    flood: beginsOver,
  }
  return { from, to, bucketMs: TEN_MINUTES_MS, items, perHour, usual }
}
