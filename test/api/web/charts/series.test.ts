import { describe, expect, it } from 'vitest'
import { readingsOption } from '../../../../api/web/src/charts/readingsOption.ts'
import type { Palette, ReadingsPicture } from '../../../../api/web/src/charts/readingsOption.ts'
import { withDetail, withGaps } from '../../../../api/web/src/charts/series.ts'
import { zoneOffsetMs } from '../../../../api/web/src/charts/zoneOffset.ts'

const HOUR = 3_600_000
const bucket = (atMs: number, average = 1) => ({ atMs, min: average - 1, max: average + 1, average })

describe('a series', () => {
  it('breaks where nothing was heard for long', () => {
    const samples = withGaps([0, 10, 20, 100, 110].map((atMs) => bucket(atMs)))
    expect(samples.map(({ atMs, average }) => [atMs, average])).toEqual([
      ...[0, 10, 20].map((atMs) => [atMs, 1]),
      [21, null],
      ...[100, 110].map((atMs) => [atMs, 1]),
    ])
    expect(withGaps([bucket(5)])).toEqual([bucket(5)])
    expect(withGaps([])).toEqual([])
  })

  it('takes what was read in detail in the place of what was known', () => {
    const whole = [0, 100, 200, 300].map((atMs) => bucket(atMs, 1))
    const detail = [90, 100, 110, 190, 210].map((atMs) => bucket(atMs, 2))
    const merged = withDetail(whole, detail, { fromMs: 95, toMs: 205 })
    expect(merged.map(({ atMs, average }) => [atMs, average])).toEqual([
      ...[
        [0, 1],
        [100, 2],
        [110, 2],
        [190, 2],
        [300, 1],
      ],
    ])
  })
})

describe('a zone', () => {
  it('is ahead of UTC by what it is at that moment', () => {
    const summer = Date.parse('2026-07-01T12:00:00.500Z')
    const winter = Date.parse('2026-01-01T12:00:00Z')
    expect(zoneOffsetMs(summer, 'Asia/Shanghai')).toBe(8 * HOUR)
    expect([zoneOffsetMs(summer, 'Europe/Berlin'), zoneOffsetMs(winter, 'Europe/Berlin')]).toEqual([2 * HOUR, HOUR])
    expect(zoneOffsetMs(winter, 'America/New_York')).toBe(-5 * HOUR)
    expect(zoneOffsetMs(winter, 'Nowhere/At_All')).toBe(0)
  })
})

describe('the chart of readings', () => {
  const colour = 'red'
  const colours: Palette = {
    ...{ text: colour, soft: colour, faint: colour, line: colour, raised: colour, series: colour, critical: colour },
    alarm: colour,
  }
  const words = {
    offsetMs: 8 * HOUR,
    value: (value: number) => `${value} V`,
    time: (atMs: number) => `at ${atMs}`,
    average: 'average',
    between: (min: string, max: string) => `${min} to ${max}`,
  }
  const picture: ReadingsPicture = {
    ...{ buckets: [bucket(10, 230), bucket(20, 231)], fromMs: 0, toMs: 100, zoomable: false },
    limits: [{ value: 253, label: 'alarm', isAlarm: true }],
    bands: [
      { fromMs: -50, toMs: 30, label: 'band' },
      { fromMs: 200, toMs: 300, label: 'later' },
    ],
    moments: [{ atMs: 15, label: 'opened' }],
  }
  interface Series {
    id: string
    data: unknown[]
    markLine?: { data: Record<string, unknown>[] }
    markArea?: { data: { xAxis: number }[][] }
  }
  const series = (of: ReadingsPicture) =>
    new Map((readingsOption(of, words, colours).series as Series[]).map((each) => [each.id, each]))

  it('draws the least, what lies between it and the most, and the average, in the time of the site', () => {
    const drawn = series(picture)
    expect(drawn.get('least')!.data).toEqual([
      [10 + 8 * HOUR, 229],
      [20 + 8 * HOUR, 230],
    ])
    expect(drawn.get('band')!.data).toEqual([
      [10 + 8 * HOUR, 2],
      [20 + 8 * HOUR, 2],
    ])
    expect(drawn.get('average')!.data).toEqual([
      [10 + 8 * HOUR, 230],
      [20 + 8 * HOUR, 231],
    ])
  })

  it('has its limit, its moment, and as much of the band as is in sight', () => {
    const { markLine, markArea } = series(picture).get('average')!
    expect(markLine!.data).toMatchObject([{ yAxis: 253 }, { xAxis: 15 + 8 * HOUR }])
    expect(markArea!.data.map((ends) => ends.map(({ xAxis }) => xAxis - 8 * HOUR))).toEqual([[0, 30]])
  })

  it('reaches up to a limit that was never read', () => {
    expect(series(picture).get('reach')!.data).toEqual([[8 * HOUR, 253]])
  })

  it('tells the figures of a moment as text of the canvas', () => {
    const { tooltip } = readingsOption(picture, words, colours) as {
      tooltip: { renderMode: string; formatter: (shown: unknown) => string }
    }
    expect(tooltip.renderMode).toBe('richText')
    expect(tooltip.formatter([{ axisValue: 10 + 8 * HOUR }])).toBe('at 10\naverage 230 V\n229 V to 231 V')
    expect(tooltip.formatter([{ axisValue: 1 }])).toBe('')
  })
})
