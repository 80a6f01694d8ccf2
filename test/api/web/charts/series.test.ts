import { describe, expect, it } from 'vitest'
import { readingsOption } from '../../../../api/web/src/charts/readingsOption.ts'
import type { Palette, ReadingsPicture } from '../../../../api/web/src/charts/readingsOption.ts'
import { withDetail, withGaps } from '../../../../api/web/src/charts/series.ts'
import { zoneOffsetMs } from '../../../../api/web/src/charts/zoneOffset.ts'
import { isMidnight, zoneTicks } from '../../../../api/web/src/charts/zoneTicks.ts'

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

describe('an axis of time', () => {
  const clock = (zone: string) => {
    const fields = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...fields })
    return (atMs: number) => format.format(atMs).replace('/', '.').replace(',', '')
  }
  const ticks = (from: string, to: string, zone: string, most: number) =>
    zoneTicks(Date.parse(from), Date.parse(to), zone, most).map(clock(zone))

  it('is marked at round times of the zone', () => {
    expect(ticks('2026-11-22T15:50:00Z', '2026-11-22T16:40:00Z', 'Asia/Shanghai', 6)).toEqual([
      ...['22.11 23:50', '23.11 00:00', '23.11 00:10', '23.11 00:20', '23.11 00:30', '23.11 00:40'],
    ])
    expect(ticks('2026-11-22T12:00:00Z', '2026-11-22T20:00:00Z', 'Asia/Kolkata', 3)).toEqual([
      ...['22.11 18:00', '22.11 21:00', '23.11 00:00'],
    ])
  })

  it('stays so where clocks are set back or forward within it', () => {
    const back = ticks('2026-10-24T20:00:00Z', '2026-10-25T06:00:00Z', 'Europe/Berlin', 6)
    expect(back).toEqual(['24.10 22:00', '25.10 00:00', '25.10 02:00', '25.10 02:00', '25.10 04:00', '25.10 06:00'])
    const forward = ticks('2026-03-28T22:00:00Z', '2026-03-29T06:00:00Z', 'Europe/Berlin', 5)
    expect(forward).toEqual(['29.03 00:00', '29.03 04:00', '29.03 06:00', '29.03 08:00'])
    for (const [from, to] of [
      ['2026-10-20T00:00:00Z', '2026-10-30T00:00:00Z'],
      ['2026-03-25T00:00:00Z', '2026-04-03T00:00:00Z'],
    ] as const) {
      const days = ticks(from, to, 'Europe/Berlin', 10)
      expect(days.length).toBeGreaterThan(8)
      expect(days.filter((day) => !day.endsWith('00:00'))).toEqual([])
    }
  })

  it('knows where a day begins', () => {
    expect(isMidnight(Date.parse('2026-07-01T22:00:00Z'), 'Europe/Berlin')).toBe(true)
    expect(isMidnight(Date.parse('2026-12-01T22:00:00Z'), 'Europe/Berlin')).toBe(false)
  })
})

describe('the chart of readings', () => {
  const colour = 'red'
  const colours: Palette = {
    ...{ text: colour, soft: colour, faint: colour, line: colour, raised: colour, series: colour, critical: colour },
    alarm: colour,
  }
  const words = {
    zone: 'Asia/Shanghai',
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

  it('draws the least, what lies between it and the most, and the average, over the whole of its time', () => {
    const drawn = series(picture)
    const drawnAs = (first: number, second: number) => [
      [0, null],
      [10, first],
      [20, second],
      [100, null],
    ]
    expect(drawn.get('least')!.data).toEqual(drawnAs(229, 230))
    expect(drawn.get('band')!.data).toEqual(drawnAs(2, 2))
    expect(drawn.get('average')!.data).toEqual(drawnAs(230, 231))
  })

  it.each([
    [231, 220, 250],
    [230, 220, 240],
    [4, 3.9, 4.1],
    [0, -1, 1],
    [-40, -41, -39],
  ])('reaches a little around what is %d all the time', (value, least, most) => {
    const flat = { ...picture, limits: [], buckets: [{ atMs: 10, min: value, max: value, average: value }] }
    expect(readingsOption(flat, words, colours).yAxis).toMatchObject({ min: least, max: most })
    expect(readingsOption(picture, words, colours).yAxis).not.toHaveProperty('min')
  })

  it('has its limit, its moment, and as much of the band as is in sight', () => {
    const { markLine, markArea } = series(picture).get('average')!
    expect(markLine!.data).toMatchObject([{ yAxis: 253 }, { xAxis: 15 }])
    expect(markArea!.data.map((ends) => ends.map(({ xAxis }) => xAxis))).toEqual([[0, 30]])
  })

  it('reaches up to a limit that was never read', () => {
    expect(series(picture).get('reach')!.data).toEqual([[0, 253]])
  })

  it('tells the figures of a moment as text of the canvas', () => {
    const { tooltip } = readingsOption(picture, words, colours) as {
      tooltip: { renderMode: string; formatter: (shown: unknown) => string }
    }
    expect(tooltip.renderMode).toBe('richText')
    expect(tooltip.formatter([{ axisValue: 10 }])).toBe('at 10\naverage 230 V\n229 V to 231 V')
    expect(tooltip.formatter([{ axisValue: 1 }])).toBe('')
  })
})
