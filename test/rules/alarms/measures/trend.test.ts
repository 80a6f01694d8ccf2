import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, type Told, valueAfter } from './bench.ts'

const T = Date.UTC(2026, 2, 2, 2)
const week = { trend: 'current.residual', overMs: 7 * DAY }
const hourly = (hours: number, value: (hour: number) => number): Told[] =>
  Array.from({ length: hours }, (_, hour) => [T + hour * HOUR, value(hour)])

/** The line through points by the normal equations, with nothing of the code under test. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const total = (of: (x: number, y: number) => number) => points.reduce((sum, [x, y]) => sum + of(x, y), 0)
  const n = points.length
  const [sx, sy, sxy, sxx] = [total((x) => x), total((_, y) => y), total((x, y) => x * y), total((x) => x * x)]
  return (n * sxy - sx * sy) / (n * sxx - sx * sx)
}

describe('the trend of a point', () => {
  it('is its slope per day', () => {
    expect(
      valueAfter(
        week,
        hourly(48, (hour) => 0.01 + (hour / 24) * 0.002),
      ),
    ).toBeCloseTo(0.002, 12)
    expect(
      valueAfter(
        week,
        hourly(48, () => 0.01),
      ),
    ).toBeCloseTo(0, 12)
  })

  it('is the least-squares line through hourly means, whatever the number of readings in an hour', () => {
    const told: Told[] = [
      [0, 1],
      [10, 3],
      [65, 5],
      [190, 2],
      [200, 3],
      [230, 4],
      [365, 9],
    ].map(([minute, value]) => [T + minute! * MINUTE, value!])
    const means = [
      [0, 2],
      [1, 5],
      [3, 3],
      [6, 9],
    ] as const
    expect(valueAfter(week, told)).toBeCloseTo(slope(means.map(([hour, mean]) => [hour / 24, mean])), 12)
  })

  it('is unknown below three hours that have readings', () => {
    expect(
      valueAfter(
        week,
        hourly(2, (hour) => hour),
      ),
    ).toBeUndefined()
    expect(
      valueAfter(
        week,
        hourly(3, (hour) => hour),
      ),
    ).toBeCloseTo(24, 12)
    expect(
      valueAfter(
        week,
        hourly(3, (hour) => hour),
        T + 7 * DAY + 2 * HOUR,
      ),
    ).toBeUndefined()
  })

  it('sees the time before now, and nothing older', () => {
    const told = hourly(400, (hour) => (hour < 200 ? 0 : hour - 200))
    expect(valueAfter(week, told)).toBeCloseTo(24, 9)
    const longest = { trend: 'current.residual', overMs: 31 * DAY }
    const noise = (hour: number) => Math.sin(hour * hour)
    const last = Array.from({ length: 744 }, (_, hour) => [(hour + 56) / 24, noise(hour + 56)] as const)
    expect(valueAfter(longest, hourly(800, noise))).toBeCloseTo(slope(last), 9)
    expect(valueAfter({ ...longest, overMs: 90 * DAY }, hourly(800, noise))).toBeCloseTo(slope(last), 9)
  })

  it('survives a clock that is set back', () => {
    const told = hourly(48, (hour) => hour)
    expect(valueAfter(week, [...told, [T + 40 * HOUR, 40], [T + 39 * HOUR, 39]])).toBeCloseTo(24, 9)
  })
})
