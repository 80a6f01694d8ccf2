import { describe, expect, it } from 'vitest'
import type { AlarmRateView } from '../../../../api/web/src/api/wall.ts'
import { CHART_WIDTH, rateBars } from '../../../../api/web/src/wall/rateBars.ts'

const BUCKET_MS = 600_000
const FROM_MS = Date.parse('2026-11-28T10:20:00.000Z')
const iso = (atMs: number) => new Date(atMs).toISOString()

function rate(raised: readonly number[]): AlarmRateView {
  return {
    ...{ from: iso(FROM_MS), to: iso(FROM_MS + raised.length * BUCKET_MS), bucketMs: BUCKET_MS, perHour: 0 },
    items: raised.map((count, index) => ({ at: iso(FROM_MS + index * BUCKET_MS), raised: count, critical: 0 })),
    usual: { acceptable: 1, manageable: 2, flood: 10 },
  }
}
const shanghai = (atMs: number) => (Math.floor(atMs / 60_000) + 480) % 1_440
const bars = (path: string) => path.split('z').length - 1

describe('the bars of the alarm rate', () => {
  it('are one for each ten minutes with alarms; what is beyond the limit is a flood', () => {
    const drawn = rateBars(rate([0, 1, 10, 11, 25, 0]), shanghai)
    expect([bars(drawn.usual), bars(drawn.flood)]).toEqual([2, 2])
    expect([drawn.most, drawn.isFlood]).toEqual([25, true])
  })

  it('stand below the line of the limit while there are few, and within the chart always', () => {
    const calm = rateBars(rate([1, 2, 0]), shanghai)
    expect([calm.limitY, calm.isFlood]).toEqual([20, false])
    const flood = rateBars(rate([10_000]), shanghai)
    expect(flood.limitY).toBeGreaterThan(99)
    expect(flood.flood).toContain('v-100.00')
  })

  it('are told of by every third full hour of the site', () => {
    const { hours } = rateBars(rate(Array.from({ length: 72 }, () => 0)), shanghai)
    expect(hours.map(({ atMs }) => iso(atMs).slice(11, 16))).toEqual(['13:00', '16:00', '19:00', '22:00'])
    expect(hours.map(({ x }) => Math.round(x))).toEqual([67, 142, 217, 292])
    expect(hours.every(({ x }) => x >= 0 && x <= CHART_WIDTH)).toBe(true)
  })

  it('are none where nothing was asked for', () => {
    expect(rateBars(rate([]), shanghai)).toMatchObject({ usual: '', flood: '', most: 0, isFlood: false, hours: [] })
  })
})
