import { describe, expect, it } from 'vitest'
import { anyTime, writtenTime, zonedToUtc } from '../../../gateway/devices/times.ts'

describe('device times', () => {
  it.each([
    ['2021/4/14 08:05:00', Date.UTC(2021, 3, 14, 8, 5)],
    ['2021-04-14 08:05:00', Date.UTC(2021, 3, 14, 8, 5)],
    ['2021-4-14T8:05Z', Date.UTC(2021, 3, 14, 8, 5)],
    ['20210414080500', Date.UTC(2021, 3, 14, 8, 5)],
    ['2021/13/14 08:05:00', null],
    ['2021/2/30 08:05:00', null],
  ])('%s', (text, device) => expect(writtenTime(text, 'UTC').device).toBe(device))

  it('digits are an epoch, unless they are as many as a written time has', () => {
    expect(anyTime('1767225600')).toMatchObject({ device: 1_767_225_600_000, basis: 'epoch_s' })
    expect(anyTime('20260302182030')).toMatchObject({ device: null, basis: 'local_unzoned' })
    expect(anyTime('20261302182030')).toMatchObject({ device: null, basis: 'none' })
    expect(anyTime('9999999999999')).toMatchObject({ device: 9_999_999_999_999, basis: 'epoch_ms' })
    expect(anyTime('soon')).toMatchObject({ device: null, basis: 'none' })
  })

  it('a zone’s offset that is remembered is not carried over a change of the clocks, nor to another zone', () => {
    const wall = (month: number, day: number, hour: number) => Date.UTC(2026, month, day, hour)
    for (let round = 0; round < 2; round++) {
      expect(zonedToUtc(wall(2, 29, 1), 'Europe/Berlin')).toBe(wall(2, 29, 0))
      expect(zonedToUtc(wall(2, 29, 1), 'Asia/Shanghai')).toBe(wall(2, 28, 17))
      expect(zonedToUtc(wall(2, 29, 3), 'Europe/Berlin')).toBe(wall(2, 29, 1))
      expect(zonedToUtc(wall(2, 29, 3), 'Europe/Berlin')).toBe(wall(2, 29, 1))
      expect(zonedToUtc(wall(9, 25, 4), 'Europe/Berlin')).toBe(wall(9, 25, 3))
    }
    expect(zonedToUtc(wall(2, 29, 1), 'Nowhere/Land')).toBeNull()
  })
})
