import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, type Told, valueAfter } from './bench.ts'

const T = Date.UTC(2026, 2, 2, 2)
const overMs = 10 * MINUTE
const average = { average: 'power.active', overMs }
const minimum = { minimum: 'power.active', overMs }
const maximum = { maximum: 'power.active', overMs }
const all = [average, minimum, maximum]
const values = (told: Told[], now?: number) => all.map((measure) => valueAfter(measure, told, now))

describe('average, minimum and maximum', () => {
  it('are of the readings, however they lie in time', () => {
    const told: Told[] = [
      [T, 10],
      [T + SECOND, 20],
      [T + 2 * SECOND, -30],
      [T + 9 * MINUTE, 100],
    ]
    expect(values(told)).toEqual([25, -30, 100])
  })

  it('are known after one reading, and unknown before it', () => {
    expect(values([[T, 7]])).toEqual([7, 7, 7])
    expect(values([[T, 'seven']])).toEqual([undefined, undefined, undefined])
  })

  it('hold a reading for the time, and up to a sixtieth longer', () => {
    const told: Told[] = [
      [T, 1],
      [T + 5 * MINUTE, 3],
    ]
    expect(values(told, T + overMs)).toEqual([2, 1, 3])
    expect(values(told, T + overMs + 10 * SECOND)).toEqual([3, 3, 3])
    expect(values(told, T + overMs + 5 * MINUTE + 10 * SECOND)).toEqual([undefined, undefined, undefined])
    expect(values([...told, [T + HOUR, 9]])).toEqual([9, 9, 9])
  })

  it('forget what lies ahead when the clock is set back, and go on in the slot that it is in', () => {
    const told: Told[] = [
      [T, 1],
      [T + 1, 3],
      [T + MINUTE, 1000],
      [T, 5],
    ]
    expect(values(told)).toEqual([3, 1, 5])
    expect(values(told, T - HOUR)).toEqual([3, 1, 5])
    expect(
      values([
        [T, 1],
        [T - HOUR, 2],
      ]),
    ).toEqual([2, 2, 2])
  })

  it('stay numbers whatever is told', () => {
    const told: Told[] = [
      [T, 1.7e308],
      [T + 1, 1.7e308],
      [T + 2, 4],
    ]
    expect(values(told)).toEqual([4, 4, 4])
  })

  it('are those of a plain model over the time and up to a sixtieth more', () => {
    const reading = fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: -1000, max: 1000 }))
    const steps = fc.array(reading, { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 900_000 }), (each, later) => {
        let at = T
        const told = each.map(([stepMs, value]) => [(at += stepMs), value] as const)
        const now = at + later
        const since = (from: number) => told.filter(([time]) => time >= from).map(([, value]) => value)
        const start = now - overMs
        const wide = since(start - overMs / 60 + 1)
        const strict = since(start)
        const [mean, least, most] = values(told, now)
        if (strict.length > 0) {
          expect(least! <= Math.min(...strict) && least! >= Math.min(...wide)).toBe(true)
          expect(most! >= Math.max(...strict) && most! <= Math.max(...wide)).toBe(true)
        }
        // The mean is that of the strict readings and some, oldest last, of those that are a little older.
        const means = Array.from({ length: wide.length - strict.length + 1 }, (_, more) => {
          const taken = wide.slice(wide.length - strict.length - more)
          return taken.reduce((total, value) => total + value, 0) / taken.length
        })
        if (mean === undefined) expect(strict).toEqual([])
        else expect(Math.min(...means.filter(Number.isFinite).map((one) => Math.abs(one - mean)))).toBeLessThan(1e-9)
      }),
    )
  })
})
