/** Percentiles by nearest rank, in milliseconds; all zero when nothing was counted. */
export interface Summary {
  count: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
}

export interface Histogram {
  record(ms: number): void
  summary(): Summary
}

const FLOOR_MS = 0.001
const GROWTH = 1.01
const LN_GROWTH = Math.log(GROWTH)
/** Reaches 1,000 s; what takes longer falls into the last bucket, and the maximum stays exact. */
const BUCKETS = Math.ceil(Math.log(1_000_000 / FLOOR_MS) / LN_GROWTH) + 1

/** Counts in buckets that grow by 1 %, so a percentile is at most 1 % too high and never above the exact maximum. */
export function createHistogram(): Histogram {
  const counts = new Uint32Array(BUCKETS)
  let count = 0
  let maxMs = 0

  const percentile = (share: number) => {
    const rank = Math.ceil(share * count)
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += counts[bucket]!
      if (seen >= rank) return Math.min(maxMs, FLOOR_MS * GROWTH ** bucket)
    }
    return maxMs
  }

  return {
    record(ms) {
      const bucket = ms <= FLOOR_MS ? 0 : Math.ceil(Math.log(ms / FLOOR_MS) / LN_GROWTH)
      counts[Math.min(bucket, BUCKETS - 1)]!++
      count++
      if (ms > maxMs) maxMs = ms
    },
    summary() {
      if (count === 0) return summarise([])
      return { count, p50Ms: percentile(0.5), p95Ms: percentile(0.95), p99Ms: percentile(0.99), maxMs }
    },
  }
}

/** Exact percentiles of a sample small enough to sort. */
export function summarise(samplesMs: readonly number[]): Summary {
  const sorted = [...samplesMs].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: sorted.at(-1) ?? 0 }
}

/** The middle one, or the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN
  return (upper + lower) / 2
}
