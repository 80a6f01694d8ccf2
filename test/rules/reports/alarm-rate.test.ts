import { expect, it } from 'vitest'
import { alarmRate, rateWindow } from '../../../rules/reports/alarm-rate.ts'
import { USUAL_FLOOD } from '../../../rules/reports/load.ts'

const MINUTE = 60_000
const TEN = 10 * MINUTE
/** Seven minutes into a bucket. */
const NOW = Date.UTC(2026, 10, 23, 2, 7)

it('begins at full ten minutes, and its last ten minutes are those that run', () => {
  expect(rateWindow(NOW, 720)).toEqual({ from: NOW - 7 * MINUTE - 71 * TEN, to: NOW })
  expect(rateWindow(NOW, 10)).toEqual({ from: NOW - 7 * MINUTE, to: NOW })
  expect(alarmRate(rateWindow(NOW, 720), [], USUAL_FLOOD).items).toHaveLength(72)
  const onTheDot = NOW - 7 * MINUTE
  expect(alarmRate(rateWindow(onTheDot, 60), [], USUAL_FLOOD).items.at(-1)!.at).toBe(onTheDot)
})

it('counts each alarm in the ten minutes in which it came, critical ones beside', () => {
  const window = rateWindow(NOW, 30)
  const presented = [
    { at: window.from, priority: 'low', count: 2 },
    { at: window.from + 9 * MINUTE, priority: 'critical', count: 3 },
    { at: window.from + TEN, priority: 'critical', count: 1 },
    { at: NOW, priority: 'high', count: 1 },
  ] as const
  expect(alarmRate(window, presented, USUAL_FLOOD).items).toEqual([
    { at: window.from, raised: 5, critical: 3 },
    { at: window.from + TEN, raised: 1, critical: 1 },
    { at: window.from + 2 * TEN, raised: 1, critical: 0 },
  ])
})

it('tells the rate of the last hour and what is usual', () => {
  const window = rateWindow(NOW, 120)
  const at = (ago: number) => ({ at: NOW - ago, priority: 'low' as const, count: 1 })
  const rate = alarmRate(window, [at(60 * MINUTE), at(59 * MINUTE), at(0)], USUAL_FLOOD)
  expect(rate.perHour).toBe(2)
  expect(rate.usual.acceptable).toBe(1)
  expect(rate.usual.manageable).toBeCloseTo(300 / 144, 10)
  expect(rate.usual.flood).toBe(10)
})
