import { describe, expect, it } from 'vitest'
import { rainGauge, TIP_MM } from '../../../simulators/devices/rain-gauge.ts'
import { HOUR_MS, pace, SEEDS } from './pace.ts'

const DAY_MS = 24 * HOUR_MS

describe('a rain gauge', () => {
  it.each([
    ['rain', 3],
    ['storm', 45],
  ] as const)('measures %s as %d mm an hour, in tips', (fault, mmPerHour) => {
    const gauge = pace(rainGauge, {}, 1)
    gauge.faults.add(fault)
    const tips = gauge.go(2_400 * HOUR_MS, undefined, 12 * HOUR_MS).tips
    // Each tip takes 0.5 to 1.5 of its usual amount, evenly: a deviation of 0.289 of it.
    const expected = (2_400 * mmPerHour) / TIP_MM
    expect(Math.abs(tips - expected)).toBeLessThan(4 * 0.289 * Math.sqrt(expected) + 1)
  })

  it.each(SEEDS)(
    'says that it rains from the first tip on, and no more some minutes after the last (seed %i)',
    (seed) => {
      const gauge = pace(rainGauge, {}, seed)
      gauge.faults.add('rain')
      const levels: boolean[] = []
      const note = () => {
        const now = gauge.levels()['weather.rain']!
        if (now !== (levels.at(-1) ?? false)) levels.push(now)
      }
      gauge.go(3 * HOUR_MS, note)
      expect(levels).toEqual([true])
      const amount = rainGauge.tell(null, gauge.state()).values()['rain.amount'] as number
      expect(amount).toBeCloseTo(gauge.state().tips * TIP_MM, 6)
      expect(amount).toBeGreaterThan(7.5)
      expect(amount).toBeLessThan(10.5)
      gauge.faults.clear()
      gauge.go(12 * 60_000, note)
      expect(levels).toEqual([true, false])
    },
  )

  it('stays dry unless its description says how often it rains', () => {
    expect(pace(rainGauge, {}, 1).go(365 * DAY_MS, undefined, DAY_MS)).toMatchObject({ tips: 0 })
    expect(rainGauge.restsForMs(pace(rainGauge, {}, 1).state(), new Set())).toBe(Infinity)
  })

  it('has as many showers as its description says, of two hours each, and a year’s worth of water', () => {
    const gauge = pace(rainGauge, { showersPerMonth: 10 }, 3)
    let showers = 0
    let rainingMs = 0
    let raining = false
    const months = 1_000
    for (const endMs = months * 30 * DAY_MS; gauge.atMs() < endMs;) {
      const stepMs = Math.min(rainGauge.restsForMs(gauge.state(), gauge.faults), endMs - gauge.atMs())
      if (gauge.state().showerForMs > 0) rainingMs += stepMs
      const now = gauge.go(stepMs, undefined, stepMs).showerForMs > 0
      if (now && !raining) showers += 1
      raining = now
    }
    // A shower of two hours is followed by a mean wait of 72: 10 in a month of 720 hours would be 9.73 of them.
    const expected = months * (720 / 74)
    expect(Math.abs(showers - expected)).toBeLessThan(4 * Math.sqrt(expected))
    expect(Math.abs(rainingMs / showers / HOUR_MS - 2)).toBeLessThan((4 * 2) / Math.sqrt(showers))
    const mmPerYear = ((gauge.state().tips * TIP_MM) / months) * 12
    expect(mmPerYear).toBeGreaterThan(900)
    expect(mmPerYear).toBeLessThan(1_100)
  })
})
