import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, MINUTE, SECOND, type Told, valueAfter } from './bench.ts'

const T = Date.UTC(2026, 2, 2, 2)
const rate = { rate: 'water.depth', overMs: 10 * MINUTE }

describe('the rate of a point', () => {
  it('is the change per second between the oldest and the newest reading', () => {
    const told: Told[] = [0, 1, 2, 3].map((minute) => [T + minute * MINUTE, 0.5 + minute * 0.06])
    expect(valueAfter(rate, told)).toBeCloseTo(0.001, 12)
    expect(valueAfter(rate, [...told, [T + 4 * MINUTE, 0.5]])).toBeCloseTo(0, 12)
    expect(valueAfter(rate, [...told, [T + 4 * MINUTE, 0.26]])).toBeCloseTo(-0.001, 12)
  })

  it('is unknown with one reading, and with two of the same millisecond', () => {
    expect(valueAfter(rate, [[T, 1]])).toBeUndefined()
    expect(
      valueAfter(rate, [
        [T, 1],
        [T, 2],
      ]),
    ).toBeUndefined()
    expect(
      valueAfter(rate, [
        [T, 1],
        [T, 2],
        [T + SECOND, 3],
      ]),
    ).toBe(2)
  })

  it('spans the whole window, and not what is older than it by more than a hundredth', () => {
    const step = (minute: number): Told => [T + minute * MINUTE, minute < 5 ? 0 : 10]
    const told = Array.from({ length: 15 }, (_, minute) => step(minute))
    expect(valueAfter(rate, told)).toBeCloseTo(10 / 600, 12)
    expect(valueAfter(rate, [...told, step(15)])).toBe(0)
  })

  it('is unknown again once the device has been silent for so long', () => {
    const told: Told[] = [
      [T, 1],
      [T + MINUTE, 2],
    ]
    expect(valueAfter(rate, told, T + 10 * MINUTE)).toBeCloseTo(1 / 60, 12)
    expect(valueAfter(rate, told, T + 10 * MINUTE + 7 * SECOND)).toBeUndefined()
    expect(valueAfter(rate, told, T + DAY)).toBeUndefined()
  })

  it('is of numbers: what is none is as if it had not been said', () => {
    expect(
      valueAfter(rate, [
        [T, 'wet'],
        [T + 1, true],
      ]),
    ).toBeUndefined()
    const told: Told[] = [
      [T, 1],
      [T + SECOND, 'wet'],
      [T + SECOND, Number.NaN],
      [T + SECOND, Infinity],
      [T + SECOND, 2],
    ]
    expect(valueAfter(rate, told)).toBe(1)
    expect(valueAfter(rate, told.slice(0, -1))).toBeUndefined()
  })

  it('forgets what lies ahead when the clock is set back', () => {
    const told: Told[] = [
      [T, 0],
      [T + MINUTE, 60],
      [T + 5 * MINUTE, 999],
      [T + 2 * MINUTE, 120],
    ]
    expect(valueAfter(rate, told)).toBe(1)
    expect(valueAfter(rate, [...told, [T + 12 * MINUTE, 720]])).toBe(1)
    expect(valueAfter(rate, told, T)).toBe(1)
    expect(
      valueAfter(rate, [
        [T, 0],
        [T - 1, 5],
      ]),
    ).toBeUndefined()
  })

  it('is that between readings of which the older is at most a hundredth of the window off', () => {
    const reading = fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: -1000, max: 1000 }))
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 2, maxLength: 300 }),
        fc.integer({ min: 0, max: 900_000 }),
        (steps, later) => {
          let at = T
          const told = steps.map(([stepMs, value]): Told => [(at += stepMs), value])
          const now = at + later
          const value = valueAfter(rate, told, now)
          const [newestAt, newest] = told.at(-1)! as [number, number]
          const slack = rate.overMs / 100
          const bases = told.filter(([time]) => time >= now - rate.overMs - slack && time < newestAt)
          const strict = bases.find(([time]) => time >= now - rate.overMs)
          if (strict !== undefined) expect(value).toBeDefined()
          if (value === undefined) return
          const possible = bases.filter(([time]) => time <= (strict ?? [now])[0])
          const rates = possible.map(([time, base]) => ((newest - (base as number)) * 1000) / (newestAt - time))
          expect(rates.map((each) => each + 0)).toContain(value + 0)
        },
      ),
    )
  })
})
