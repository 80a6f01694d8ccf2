import { describe, expect, it } from 'vitest'
import {
  DISTURBANCES,
  goOn,
  LASTS_MS,
  provoked,
  SHARES,
  undisturbed,
  undisturbedForMs,
} from '../../../../simulators/devices/power-meter/disturbances.ts'
import { seededRandom } from '../../../../simulators/random.ts'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS

describe('sags and swells by chance', () => {
  it.each([HOUR_MS, 24 * HOUR_MS, YEAR_MS])('come as often a year as they are said to, in steps of %i ms', (stepMs) => {
    const perYear = { sag: 40, swell: 10 }
    const years = 250
    const random = seededRandom(stepMs)
    let state = undisturbed(perYear, random)
    for (let passed = 0; passed < years * YEAR_MS; passed += stepMs) state = goOn(state, perYear, stepMs, random)
    for (const kind of DISTURBANCES) {
      const mean = years * perYear[kind]
      // Four standard deviations of a Poisson count.
      expect(Math.abs(state.counted[kind] - mean)).toBeLessThan(4 * Math.sqrt(mean))
    }
  })

  it('vary from year to year as a Poisson process does', () => {
    const perYear = { sag: 25, swell: 0 }
    const random = seededRandom('years')
    let state = undisturbed(perYear, random)
    const years = Array.from({ length: 2_000 }, () => {
      const before = state.counted.sag
      state = goOn(state, perYear, YEAR_MS, random)
      return state.counted.sag - before
    })
    const mean = years.reduce((sum, count) => sum + count, 0) / years.length
    const variance = years.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (years.length - 1)
    // The ratio is 1 with a standard deviation of sqrt(2 / 2000), 3.2 %.
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.13)
    expect(state.counted.swell).toBe(0)
  })

  it('are seen from their first moment to their last by who comes when something begins or ends', () => {
    const perYear = { sag: 5_000, swell: 5_000 }
    const random = seededRandom('seen')
    let state = undisturbed(perYear, random)
    let seen = 0
    for (let step = 0; step < 5_000; step += 1) {
      const before = state
      state = goOn(state, perYear, Math.max(1, Math.ceil(undisturbedForMs(state))), random)
      if (state.running !== null && state.running !== before.running) seen += 1
    }
    expect(seen).toBeGreaterThan(0.99 * (state.counted.sag + state.counted.swell))
  })

  it('never come where they are not asked for', () => {
    const none = { sag: 0, swell: 0 }
    const random = seededRandom(1)
    const state = undisturbed(none, random)
    expect(goOn(state, none, 100 * YEAR_MS, random)).toBe(state)
    expect(undisturbedForMs(state)).toBe(Infinity)
  })
})

it.each(DISTURBANCES)('a %s is as long and as deep as it is said to be, mostly of one phase', (kind) => {
  const random = seededRandom(kind)
  const state = undisturbed({ sag: 0, swell: 0 }, random)
  const events = Array.from({ length: 100_000 }, () => provoked(state, kind, random).running!)
  const mean = (of: (event: (typeof events)[number]) => number) =>
    events.reduce((sum, event) => sum + of(event), 0) / events.length
  const [shortest, longest] = LASTS_MS
  const [low, high] = SHARES[kind]
  for (const { leftMs, share } of events) {
    if (leftMs < shortest || leftMs > longest || share < low || share >= high) throw new Error(`${leftMs} ms, ${share}`)
  }
  // Four standard deviations of a mean of 100,000 even draws: 0.37 % of their range.
  expect(Math.abs(mean(({ leftMs }) => leftMs) - (shortest + longest) / 2)).toBeLessThan(0.0037 * (longest - shortest))
  expect(Math.abs(mean(({ share }) => share) - (low + high) / 2)).toBeLessThan(0.0037 * (high - low))
  expect(Math.abs(mean(({ phase }) => Number(phase !== null)) - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / 100_000))
})
