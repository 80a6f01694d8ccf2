import { describe, expect, it } from 'vitest'
import { isStale, STALE_AFTER_MS } from '../../../rules/alarms/stale.ts'
import { AlarmBench, leakRule, T0 } from '../../support/alarms.ts'

const HOUR_S = 3_600

describe('an alarm that stands', () => {
  it('is stale after more than 24 hours', () => {
    const { alarm } = new AlarmBench(leakRule()).at(0).see('true')
    expect([isStale(alarm!, T0 + STALE_AFTER_MS), isStale(alarm!, T0 + STALE_AFTER_MS + 1)]).toEqual([false, true])
  })

  it('is counted from where it last became true', () => {
    const bench = new AlarmBench(leakRule()).at(0).see('true')
    const { alarm } = bench
      .at(20 * HOUR_S)
      .see('false')
      .at(21 * HOUR_S)
      .see('true')
    const againAt = T0 + 21 * HOUR_S * 1_000
    expect(isStale(alarm!, againAt + 5 * HOUR_S * 1_000)).toBe(false)
    expect(isStale(alarm!, againAt + STALE_AFTER_MS + 1)).toBe(true)
  })

  it('is not stale once it has returned', () => {
    const { alarm } = new AlarmBench(leakRule()).at(0).see('true').see('false')
    expect(isStale(alarm!, T0 + 10 * STALE_AFTER_MS)).toBe(false)
  })
})
