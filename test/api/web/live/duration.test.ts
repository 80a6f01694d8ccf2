import { expect, it } from 'vitest'
import { durationInWords, formatCountdown, formatDuration } from '../../../../api/web/src/live/duration.ts'

const words = { day: 'd', hour: 'h' }

it('counts down in full seconds still to come', () => {
  expect(formatCountdown(600_000, words)).toBe('10:00')
  expect(formatCountdown(599_999, words)).toBe('10:00')
  expect(formatCountdown(599_000, words)).toBe('09:59')
  expect(formatCountdown(1, words)).toBe('00:01')
  expect(formatCountdown(0, words)).toBe('00:00')
})

it('counts up with a plus sign once it is over', () => {
  expect(formatCountdown(-1, words)).toBe('+00:00')
  expect(formatCountdown(-61_500, words)).toBe('+01:01')
})

it('grows with hours and days', () => {
  expect(formatDuration(3_600_000, words)).toBe('1:00:00')
  expect(formatDuration(48 * 3_600_000 - 1_000, words)).toBe('47:59:59')
  expect(formatDuration(76 * 3_600_000, words)).toBe('3d4h')
})

it('says how long in words, of what there is', () => {
  expect(durationInWords(2_000, 'zh-CN')).toBe('2 秒')
  expect(durationInWords(90 * 60_000, 'zh-CN')).toBe('1 小时 30 分钟')
  expect(durationInWords(1_500, 'zh-CN')).toBe('1.5 秒')
  expect(durationInWords(3 * 86_400_000, 'en-GB')).toBe('3 days')
  expect(durationInWords(3_600_000 + 1_000, 'en-GB')).toBe('1 hour 1 second')
})
