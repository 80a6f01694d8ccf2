import { describe, expect, it } from 'vitest'
import { LOAD_PROFILES, loadShare, meanLoadShare } from '../../../../simulators/devices/power-meter/load.ts'

const HOUR_MS = 3_600_000

describe.each(LOAD_PROFILES)('the load of %s', (profile) => {
  it('is whole over the turn of the week and of each day', () => {
    for (let day = 0; day <= 7; day += 1) {
      const [before, after] = [day * 24 - 1e-9, day * 24 + 1e-9].map((hour) => loadShare(profile, (hour + 168) % 168))
      expect(before).toBeCloseTo(after!, 6)
    }
  })

  it('has the mean of its curve over any time, also over midnight, weekends and weeks', () => {
    for (const [endHour, hours] of [
      [0.01, 0.25],
      [6, 12],
      [24.5, 3],
      [130.3, 40],
      [3, 200],
      [167.9, 1 / 60],
    ] as const) {
      const steps = 4_000
      let sum = 0
      for (let step = 0; step < steps; step += 1) {
        const hour = endHour - (hours * (step + 0.5)) / steps
        sum += loadShare(profile, ((hour % 168) + 168) % 168)
      }
      expect(meanLoadShare(profile, endHour, hours * HOUR_MS)).toBeCloseTo(sum / steps, 4)
    }
  })

  it('has its value where no time passes, and leaves room below the rated current', () => {
    for (let hour = 0; hour < 168; hour += 0.5) {
      expect(meanLoadShare(profile, hour, 0)).toBe(loadShare(profile, hour))
      expect(loadShare(profile, hour)).toBeGreaterThan(0.1)
      expect(loadShare(profile, hour)).toBeLessThan(0.8)
    }
  })
})

it('offices rest at weekends, homes wake up later', () => {
  const [sunday, wednesday] = [0, 3].map((day) => day * 24)
  expect(loadShare('offices', wednesday! + 10)).toBeGreaterThan(3 * loadShare('offices', sunday! + 10))
  expect(loadShare('homes', wednesday! + 7)).toBeGreaterThan(1.4 * loadShare('homes', sunday! + 7))
})
