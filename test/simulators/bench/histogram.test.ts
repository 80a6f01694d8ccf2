import { describe, expect, it } from 'vitest'
import { createHistogram, median, summarise } from '../../../simulators/bench/histogram.ts'

/** Latencies over five decades, the same in each run. */
function samples(count: number): number[] {
  let state = 42
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return 10 ** ((state / 2_147_483_648) * 5 - 2)
  })
}

describe('createHistogram', () => {
  it.each([1, 2, 99, 100, 101, 20_000])('is close to the exact percentiles of %i samples', (count) => {
    const values = samples(count)
    const histogram = createHistogram()
    values.forEach((value) => histogram.record(value))
    const exact = summarise(values)
    const found = histogram.summary()
    expect(found.count).toBe(count)
    expect(found.maxMs).toBe(exact.maxMs)
    for (const share of ['p50Ms', 'p95Ms', 'p99Ms'] as const) {
      expect(found[share]).toBeGreaterThanOrEqual(exact[share] * (1 - 1e-9))
      expect(found[share]).toBeLessThanOrEqual(exact[share] * 1.01)
    }
  })

  it('keeps the maximum exact beyond its last bucket, and takes nothing at all', () => {
    const histogram = createHistogram()
    histogram.record(0)
    histogram.record(5_000_000)
    expect(histogram.summary()).toMatchObject({ count: 2, p50Ms: 0.001, maxMs: 5_000_000 })
    expect(createHistogram().summary()).toEqual({ count: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 })
  })
})

describe('summarise', () => {
  it('gives percentiles by nearest rank, whatever the order', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index)
    expect(summarise(values)).toEqual({ count: 200, p50Ms: 100, p95Ms: 190, p99Ms: 198, maxMs: 200 })
    expect(summarise([7])).toEqual({ count: 1, p50Ms: 7, p95Ms: 7, p99Ms: 7, maxMs: 7 })
  })
})

it('takes the middle value, or the mean of the middle two', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})
