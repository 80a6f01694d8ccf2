import type { Period } from './load.ts'

/** Alarms over time, for a plot: buckets of one length from the period's start on, the last one perhaps cut short. */
export interface Series {
  bucketMs: number
  /** `muted`: what would have been presented. */
  buckets: { at: number; presented: number; muted: number }[]
}

export const BUCKETS_MAX = 500
/** Ten minutes, an hour, a day. */
const BUCKETS_MS = [600_000, 3_600_000, 86_400_000]

/** The finest of the usual lengths that gives no more than `BUCKETS_MAX` buckets. */
export function createSeries({ from, to }: Period) {
  const countOf = (bucketMs: number) => Math.ceil((to - from) / bucketMs)
  const bucketMs = BUCKETS_MS.find((each) => countOf(each) <= BUCKETS_MAX) ?? Math.ceil((to - from) / BUCKETS_MAX)
  const buckets = Array.from({ length: countOf(bucketMs) }, (_, index) => {
    return { at: from + index * bucketMs, presented: 0, muted: 0 }
  })
  return {
    add(at: number, what: 'presented' | 'muted'): void {
      buckets[Math.floor((at - from) / bucketMs)]![what]++
    },
    result: (): Series => ({ bucketMs, buckets }),
  }
}
