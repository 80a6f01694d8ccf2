import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SHANGHAI, type Told, valueAfter } from './bench.ts'

const night = { consumption: 'energy.active.import', from: '22:00', to: '06:00' }
const morning = { consumption: 'energy.active.import', from: '00:00', to: '05:00' }
/** Local time in Shanghai, which is eight hours ahead all year. */
const local = (day: number, hour: number, minute = 0) => Date.UTC(2026, 2, day, hour - 8, minute)
/** A load of 1 kW, read every so many minutes. */
const steady = (from: number, to: number, everyMinutes: number): Told[] => {
  const told: Told[] = []
  for (let at = from; at <= to; at += everyMinutes * MINUTE) told.push([at, 5_000_000 + ((at - from) / HOUR) * 1000])
  return told
}

describe('the consumption of a window', () => {
  it('grows while the window runs', () => {
    const told = steady(local(2, 20), local(3, 6), 15)
    const at = (now: number) =>
      valueAfter(
        night,
        told.filter(([time]) => time <= now),
        now,
      )
    expect(at(local(2, 21, 45))).toBeUndefined()
    expect(at(local(2, 22))).toBeUndefined()
    expect(at(local(2, 22, 15))).toBe(250)
    expect(at(local(3, 1))).toBe(3000)
    expect(at(local(3, 6))).toBe(8000)
  })

  it('stands until the next window begins, and is unknown from then until something is read', () => {
    const told = steady(local(2, 20), local(3, 21, 45), 15)
    expect(valueAfter(night, told)).toBe(8000)
    expect(valueAfter(night, told, local(3, 22) - 1)).toBe(8000)
    expect(valueAfter(night, told, local(3, 22))).toBeUndefined()
    expect(valueAfter(night, [...told, [local(3, 22, 7), 5_026_000]])).toBe(250)
  })

  it('begins at the last reading up to an hour before the start, else at the first after it', () => {
    const rest: Told[] = [
      [local(3, 0, 10), 300],
      [local(3, 1), 400],
    ]
    expect(valueAfter(morning, [[local(2, 23), 100], ...rest])).toBe(300)
    expect(valueAfter(morning, [[local(2, 23) - 1, 100], ...rest])).toBe(100)
    expect(valueAfter(morning, rest)).toBe(100)
    expect(valueAfter(morning, rest.slice(0, 1))).toBeUndefined()
    expect(
      valueAfter(morning, [
        [local(2, 23, 45), 100],
        [local(3, 0), 200],
        [local(3, 1), 400],
      ]),
    ).toBe(200)
  })

  it('ends with the last reading of the window', () => {
    const told: Told[] = [
      [local(3, 0), 0],
      [local(3, 4, 50), 50],
      [local(3, 5), 60],
      [local(3, 5) + 1, 70],
    ]
    expect(valueAfter(morning, told)).toBe(60)
    expect(valueAfter(morning, told.slice(0, 2), local(3, 12))).toBe(50)
    expect(
      valueAfter(morning, [
        [local(2, 23, 30), 10],
        [local(3, 5, 10), 99],
      ]),
    ).toBeUndefined()
  })

  it('goes on from there where the counter was reset or the meter replaced', () => {
    const told: Told[] = [
      [local(3, 0), 9000],
      [local(3, 1), 9500],
      [local(3, 1, 30), 20],
      [local(3, 4), 220],
    ]
    expect(valueAfter(morning, told.slice(0, 3))).toBe(500)
    expect(valueAfter(morning, told)).toBe(700)
    expect(
      valueAfter(morning, [
        [local(2, 23, 50), 9000],
        [local(3, 0, 10), 5],
        [local(3, 2), 105],
      ]),
    ).toBe(100)
  })

  it('does not count a register that was misread as zero for up to an hour', () => {
    const told: Told[] = [
      [local(3, 0), 9000],
      [local(3, 1), 9500],
      [local(3, 1, 10), 0],
      [local(3, 1, 20), 3],
    ]
    expect(valueAfter(morning, [...told, [local(3, 1, 30), 0], [local(3, 2, 10), 9600]])).toBe(600)
    expect(valueAfter(morning, [...told, [local(3, 2, 11), 9600], [local(3, 3), 9700]])).toBe(500 + 9700)
    const before: Told[] = [
      [local(2, 23, 40), 9000],
      [local(2, 23, 50), 0],
      [local(3, 0, 10), 9010],
    ]
    expect(valueAfter(morning, before)).toBe(10)
  })

  it('is never negative, and never more than all that the counter rose', () => {
    const reading = fc.tuple(fc.integer({ min: -10_000, max: 2 * HOUR }), fc.nat(10_000))
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 100 }), (steps) => {
        let at = local(2, 21)
        const told = steps.map(([stepMs, value]): Told => [(at += stepMs), value])
        const rises = told.map(([, value], index) =>
          Math.max(0, (value as number) - ((told[index - 1]?.[1] as number) ?? value)),
        )
        const value = valueAfter(night, told) ?? 0
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(rises.reduce((total, rise) => total + rise, 0))
      }),
    )
  })

  it('survives a clock that is set back over the start of a window', () => {
    const start = local(3, 0)
    const told: Told[] = [
      [start - 10 * MINUTE, 100],
      [start + 5, 110],
      [start - 5, 111],
      [start + 10 * MINUTE, 131],
    ]
    expect(valueAfter(morning, told)).toBe(20)
    expect(valueAfter(morning, told, start - HOUR)).toBe(20)
  })
})

describe('a night in Berlin', () => {
  const berlin = (told: Told[], now?: number) => valueAfter(night, told, now, 'Europe/Berlin')
  const hours = (from: number, count: number): Told[] =>
    Array.from({ length: count + 1 }, (_, hour) => [from + hour * HOUR, hour * 1000])

  it.each([
    ['of winter has eight hours', Date.UTC(2026, 0, 10, 21), 8, Date.UTC(2026, 0, 11, 21)],
    ['in which the clock is set forward has seven', Date.UTC(2026, 2, 28, 21), 7, Date.UTC(2026, 2, 29, 20)],
    ['in which it is set back has nine', Date.UTC(2026, 9, 24, 20), 9, Date.UTC(2026, 9, 25, 21)],
  ])('%s', (_name, start, count, next) => {
    const told = hours(start, 15)
    expect(berlin(told)).toBe(count * 1000)
    expect(berlin(told, next - 1)).toBe(count * 1000)
    expect(berlin(told, next)).toBeUndefined()
  })

  it('follows night after night through the year', () => {
    const told: Told[] = Array.from({ length: 24 * 300 }, (_, hour) => [Date.UTC(2026, 0, 1) + hour * HOUR, hour])
    const noon = told.filter(([at]) => at % DAY === 12 * HOUR)
    const nights = noon.slice(1).map(([now]) => berlin(told.filter(([at]) => at <= now && at > now - 2 * DAY)))
    expect(nights.filter((grown) => grown !== 8)).toEqual([7, 9])
  })
})

describe('the zone', () => {
  it('is the site’s', () => {
    const told = steady(local(2, 20), local(3, 6), 15)
    expect(valueAfter(night, told, undefined, SHANGHAI)).toBe(8000)
    expect(valueAfter(night, told, undefined, 'UTC')).toBeUndefined()
  })
})
