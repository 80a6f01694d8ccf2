import { describe, expect, it } from 'vitest'
import { createSeries } from '../../../rules/reports/series.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The night in which Europe's clocks go forward: buckets are of equal length all the same. */
const FROM = Date.UTC(2026, 2, 28, 12)

const seriesOver = (ms: number) => createSeries({ from: FROM, to: FROM + ms })

describe('the series of a plot', () => {
  it('has the finest buckets of which there are at most 500', () => {
    const shape = (ms: number) => {
      const { bucketMs, buckets } = seriesOver(ms).result()
      return [bucketMs, buckets.length]
    }
    expect(shape(5 * MINUTE)).toEqual([10 * MINUTE, 1])
    expect(shape(5_000 * MINUTE)).toEqual([10 * MINUTE, 500])
    expect(shape(5_000 * MINUTE + 1)).toEqual([HOUR, 84])
    expect(shape(500 * HOUR)).toEqual([HOUR, 500])
    expect(shape(21 * DAY)).toEqual([DAY, 21])
    expect(shape(400 * DAY)).toEqual([DAY, 400])
  })

  it('puts an alarm into the bucket that it begins, and the last one before the end', () => {
    const series = seriesOver(DAY)
    for (const at of [0, 10 * MINUTE - 1, 10 * MINUTE, DAY - 1]) series.add(FROM + at, 'presented')
    series.add(FROM, 'muted')
    const { buckets } = series.result()
    expect(buckets.filter(({ presented }) => presented > 0)).toEqual([
      { at: FROM, presented: 2, muted: 1 },
      { at: FROM + 10 * MINUTE, presented: 1, muted: 0 },
      { at: FROM + DAY - 10 * MINUTE, presented: 1, muted: 0 },
    ])
  })
})
