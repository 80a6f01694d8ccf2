import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../simulators/random.ts'

const draw = (seed: number | string, count = 50) => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random.next())
}

describe('the seeded generator', () => {
  it('gives the same sequence for the same seed, and another for another', () => {
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).toEqual(draw('7'))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('keeps to its sequence in every later version', () => {
    expect(draw('shifen', 4).map((value) => Math.floor(value * 2 ** 32))).toMatchInlineSnapshot(`
      [
        2340202820,
        4024631604,
        766432633,
        2430694740,
      ]
    `)
  })

  it('is spread evenly over [0, 1)', () => {
    const values = draw(3, 100_000)
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0)
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    const buckets = Array<number>(20).fill(0)
    for (const value of values) buckets[Math.floor(value * 20)]! += 1
    for (const count of buckets) expect(Math.abs(count - 5_000)).toBeLessThan(350)
  })

  it('forks streams that depend on seed and name alone', () => {
    const fresh = seededRandom(1).fork('lift-1a').next()
    const used = seededRandom(1)
    used.next()
    used.fork('lift-1b').next()
    expect(used.fork('lift-1a').next()).toBe(fresh)
    expect(used.fork('lift-1b').next()).not.toBe(fresh)
  })

  it('draws whole numbers including both ends', () => {
    const random = seededRandom(5)
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(-2, 2)))
    expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2])
    expect(random.integer(4, 4)).toBe(4)
    expect(() => random.integer(2, 1)).toThrow(RangeError)
    expect(() => random.pick([])).toThrow(RangeError)
  })

  it('draws a bell curve', () => {
    const random = seededRandom(9)
    const values = Array.from({ length: 40_000 }, () => random.normal(10, 2))
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(10, 1)
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1)
    const within = values.filter((value) => Math.abs(value - 10) < 2).length / values.length
    expect(within).toBeGreaterThan(0.66)
    expect(within).toBeLessThan(0.69)
  })

  it.each([0.01, 1 / 8, 0.5])('says yes in %d of the cases', (probability) => {
    const random = seededRandom(11)
    const cases = 100_000
    let yes = 0
    for (let index = 0; index < cases; index += 1) if (random.chance(probability)) yes += 1
    const deviation = Math.sqrt(cases * probability * (1 - probability))
    expect(Math.abs(yes - cases * probability)).toBeLessThan(4 * deviation)
  })
})
