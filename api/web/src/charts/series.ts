/** One bucket of history; time in epoch milliseconds. */
export interface Bucket {
  atMs: number
  min: number
  max: number
  average: number
}

/** `null` where nothing is known: a line breaks there. */
export type Sample = Bucket | { atMs: number; min: null; max: null; average: null }

const GAP_FACTOR = 3

/** With a break wherever the next one is more than three times as far away as they usually are. */
export function withGaps(buckets: readonly Bucket[]): Sample[] {
  const usual = medianOf(buckets.slice(1).map(({ atMs }, index) => atMs - buckets[index]!.atMs))
  const samples: Sample[] = []
  buckets.forEach((bucket, index) => {
    const before = buckets[index - 1]
    if (before && usual !== null && bucket.atMs - before.atMs > GAP_FACTOR * usual) {
      samples.push({ atMs: before.atMs + 1, min: null, max: null, average: null })
    }
    samples.push(bucket)
  })
  return samples
}

/** What was read of a part in detail takes the place of what was known of it in the whole. */
export function withDetail(
  whole: readonly Bucket[],
  detail: readonly Bucket[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Bucket[] {
  return [
    ...whole.filter(({ atMs }) => atMs < fromMs),
    ...detail.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    ...whole.filter(({ atMs }) => atMs > toMs),
  ]
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}
