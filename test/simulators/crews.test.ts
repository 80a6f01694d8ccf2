import { describe, expect, it } from 'vitest'
import { planJob, spell } from '../../simulators/crews.ts'
import { seededRandom } from '../../simulators/random.ts'

/** What a demo promises its viewers to see. */
const LATE_SHARE = 1 / 8
const MINUTE_MS = 60_000
const plans = Array.from({ length: 8_000 }, (_, index) => planJob(seededRandom(1).fork(`job ${index}`)))
const accepted = (plan: (typeof plans)[number]) => plan.assign + plan.accept
const arrived = (plan: (typeof plans)[number]) => accepted(plan) + plan.depart + plan.arrive

describe('how crews handle jobs', () => {
  it('is late in about one job of eight, by arrival or by acceptance', () => {
    const lateArrivals = plans.filter((plan) => arrived(plan) > 10 * MINUTE_MS).length
    const lateAccepts = plans.filter((plan) => accepted(plan) > 3 * MINUTE_MS).length
    const both = plans.filter((plan) => arrived(plan) > 10 * MINUTE_MS && accepted(plan) > 3 * MINUTE_MS).length
    expect(both).toBe(0)
    const deviation = Math.sqrt(plans.length * LATE_SHARE * (1 - LATE_SHARE))
    expect(Math.abs(lateArrivals + lateAccepts - plans.length * LATE_SHARE)).toBeLessThan(4 * deviation)
    expect(lateArrivals).toBeGreaterThan(lateAccepts)
    expect(lateAccepts).toBeGreaterThan(200)
  })

  it('takes time for every step, and never longer than a quarter of an hour to the door', () => {
    for (const plan of plans) {
      for (const delay of Object.values(plan)) expect(delay).toBeGreaterThanOrEqual(5_000)
      expect(arrived(plan)).toBeLessThan(15 * MINUTE_MS)
    }
  })

  it('is punctual with the first job, which still counts down for over three minutes', () => {
    for (let seed = 0; seed < 2_000; seed += 1) {
      const plan = planJob(seededRandom(seed), true)
      expect(accepted(plan)).toBeLessThan(3 * MINUTE_MS)
      expect(arrived(plan)).toBeGreaterThanOrEqual(200_000)
      expect(arrived(plan)).toBeLessThanOrEqual(300_000)
    }
  })

  it('spells times out', () => {
    expect(spell(372_000)).toBe('6 min 12 s')
    expect(spell(8_400)).toBe('8 s')
    expect(spell(60_000)).toBe('1 min 0 s')
  })
})
