import { describe, expect, it } from 'vitest'
import { countedFor, DEFAULT_FLOOD_POLICY, isTooMany, type ToldTimes, withOneMore } from '../../../rules/flood/rate.ts'

const told = (times: readonly number[], limit: number) =>
  times.reduce<ToldTimes>((known, at) => withOneMore(known, at, limit), [])

describe('the rate of told alarms', () => {
  it('is too high with the eleventh within ten minutes, not with the tenth', () => {
    const minutes = (count: number) => Array.from({ length: count }, (_, index) => index * 1_000)
    expect(isTooMany(told(minutes(10), 10), 10, 600_000)).toBe(false)
    expect(isTooMany(told(minutes(11), 10), 10, 600_000)).toBe(true)
  })

  it('forgets what is ten minutes old', () => {
    const times = [0, ...Array.from({ length: 9 }, () => 599_999)]
    expect(isTooMany(told([...times, 599_999], 10), 10, 600_000)).toBe(true)
    expect(isTooMany(told([...times, 600_000], 10), 10, 600_000)).toBe(false)
  })

  it('keeps no more times than it needs', () => {
    expect(
      told(
        Array.from({ length: 10_000 }, (_, index) => index),
        10,
      ),
    ).toHaveLength(11)
  })

  it('is counted by operator position, and by device', () => {
    const policy = { ...DEFAULT_FLOOD_POLICY, positions: { night: ['a', 'b'] } }
    const keys = (site: string) => countedFor(policy, site, 'leak-1').map(({ key }) => key)
    expect([keys('a'), keys('c')]).toEqual([
      ['position:night', 'device:leak-1'],
      ['site:c', 'device:leak-1'],
    ])
  })
})
