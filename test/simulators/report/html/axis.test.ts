import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../rules/model.ts'
import { createLocalTime } from '../../../../simulators/local-time.ts'
import { createAxis } from '../../../../simulators/report/html/axis.ts'
import { START_MS } from '../played.ts'

const time = createLocalTime('Asia/Shanghai')
const axisOf = (...afterMs: number[]) =>
  createAxis(
    afterMs.map((each) => START_MS + each),
    [100, 1_000],
    time,
  )

describe('the axis of time', () => {
  it('leaves a night of quiet out, so that ten minutes before and after it can be seen', () => {
    const minutes = Array.from({ length: 11 }, (_, at) => at * MINUTE_MS)
    const axis = axisOf(...minutes, ...minutes.map((each) => each + 8 * HOUR_MS))
    expect(axis.breaks.map(({ forMs }) => forMs)).toEqual([8 * HOUR_MS - 10 * MINUTE_MS])
    expect(axis.x(START_MS + 10 * MINUTE_MS) - axis.x(START_MS)).toBeCloseTo(437, 0)
    expect(axis.ticks[0]).toEqual({ x: 100, time: '03:00', day: '2026-11-24' })
    expect(axis.ticks.map(({ time: each }) => each)).toContain('11:00')
  })

  it('shows everything where something happens all the time', () => {
    const axis = axisOf(...Array.from({ length: 49 }, (_, at) => at * HOUR_MS))
    expect(axis.breaks).toEqual([])
    expect(axis.x(START_MS + DAY_MS)).toBe(550)
    expect(axis.ticks.flatMap(({ day }) => day ?? [])).toEqual(['2026-11-24', '2026-11-25', '2026-11-26'])
    expect(axis.ticks.slice(1).every(({ time: each }) => /^(00|06|12|18):00$/.test(each))).toBe(true)
  })

  it('never goes back, stays within, and its ticks do not overlap', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 400 * DAY_MS }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(moments, (afterMs) => {
        const axis = axisOf(...afterMs)
        const xs = [...afterMs].sort((one, other) => one - other).map((each) => axis.x(START_MS + each))
        expect(xs.every((x, at) => x >= (xs[at - 1] ?? 100) - 1e-6 && x <= 1_000 + 1e-6)).toBe(true)
        const ticks = axis.ticks.map(({ x }) => x)
        expect(ticks.every((x, at) => at === 0 || x - ticks[at - 1]! >= 66 - 1e-6)).toBe(true)
        expect(axis.breaks.length).toBeLessThanOrEqual(6)
      }),
    )
  })
})
