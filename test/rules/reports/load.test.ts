import { describe, expect, it } from 'vitest'
import { createLoadMeter, type FloodLimits, USUAL_FLOOD } from '../../../rules/reports/load.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const FROM = Date.UTC(2026, 10, 22)

/** Of alarms at these minutes after the start of a period. */
function loadOf(
  minutes: readonly number[],
  { days = 1, flood = USUAL_FLOOD }: { days?: number; flood?: FloodLimits } = {},
) {
  const meter = createLoadMeter({ from: FROM, to: FROM + days * DAY }, flood)
  for (const minute of minutes) meter.take(FROM + minute * MINUTE)
  return meter.result()
}

const eleven = (from: number) => Array.from({ length: 11 }, (_, index) => from + index * 0.1)

describe('the load of an operator position', () => {
  it('is nothing in an empty period, which is fine', () => {
    expect(loadOf([])).toEqual({
      presented: 0,
      averagePer10Min: { value: 0, target: 1, limit: 'at_most', ok: true },
      perDay: { value: 0, target: 150, limit: 'at_most', ok: true },
      manageable: true,
      peakPer10Min: { value: 0, target: 10, limit: 'at_most', ok: true },
      peakAt: null,
      floods: 0,
      inFloodMs: 0,
      shareInFlood: { value: 0, target: 0.01, limit: 'below', ok: true },
      periodsInFlood: 0,
    })
  })

  it('is averaged over the whole period', () => {
    const everyFiveMinutes = Array.from({ length: 288 }, (_, index) => index * 5)
    const busy = loadOf(everyFiveMinutes)
    expect(busy.averagePer10Min).toMatchObject({ value: 2, ok: false })
    expect(busy.perDay).toMatchObject({ value: 288, ok: false })
    expect(busy.manageable).toBe(true)
    expect(loadOf(everyFiveMinutes, { days: 2 }).averagePer10Min).toMatchObject({ value: 1, ok: true })
    expect(loadOf([...everyFiveMinutes, ...eleven(1_439), 1_439.5, 1_439.6].sort((a, b) => a - b)).manageable).toBe(
      false,
    )
  })

  it('peaks in any ten minutes, which include their end and not their start', () => {
    expect(loadOf([5, 9, 14, 14.9, 40])).toMatchObject({ peakPer10Min: { value: 4 }, peakAt: FROM + 14.9 * MINUTE })
    expect(loadOf([5, 15])).toMatchObject({ peakPer10Min: { value: 1 }, peakAt: FROM + 5 * MINUTE })
  })

  it('keeps its count when what is older than ten minutes is forgotten', () => {
    const long = Array.from({ length: 5_000 }, (_, index) => index / 4)
    expect(loadOf(long)).toMatchObject({ presented: 5_000, peakPer10Min: { value: 40 }, floods: 1 })
  })
})

describe('a flood', () => {
  it('begins with the eleventh alarm in ten minutes, not with the tenth', () => {
    expect(loadOf(eleven(60).slice(1)).floods).toBe(0)
    expect(loadOf(eleven(60)).floods).toBe(1)
  })

  it('ends when fewer than five alarms are left of the last ten minutes', () => {
    // The eleventh at 61.0, the seventh at 60.6: ten minutes after that one, four are left.
    const load = loadOf(eleven(60))
    expect(load.inFloodMs).toBe(9.6 * MINUTE)
    expect(load.shareInFlood.value).toBeCloseTo(9.6 / 1_440, 10)
    expect(load.shareInFlood.ok).toBe(true)
    expect(load.periodsInFlood).toBe(2)
  })

  it('goes on at five alarms in ten minutes, far below what it begins with', () => {
    const five = [63, 65, 67, 69, 71, 73, 75, 77, 79, 81]
    const load = loadOf([...eleven(60), ...five])
    // Of the last five, the first is at 73.
    expect(load).toMatchObject({ floods: 1, inFloodMs: 22 * MINUTE, periodsInFlood: 3 })
    expect(load.shareInFlood.ok).toBe(false)
  })

  it('that stands when the period begins counts from there, and one that goes on, to its end', () => {
    const before = loadOf(eleven(-2))
    expect(before).toMatchObject({ presented: 0, floods: 1, inFloodMs: 8.6 * MINUTE, periodsInFlood: 1 })
    expect(before.peakPer10Min.value).toBe(0)
    expect(loadOf(eleven(1_438))).toMatchObject({ floods: 1, inFloodMs: 1 * MINUTE, periodsInFlood: 1 })
    expect(loadOf(eleven(-30))).toMatchObject({ floods: 0, inFloodMs: 0 })
  })

  it('counts ten minutes once, however many floods they saw', () => {
    // From 0 to 2, from 3 to 10 and from 14 to 23.5.
    const flood = { beginsOver: 1, endsBelow: 2 }
    const load = loadOf([-8, 0, 3, 13.5, 14], { flood })
    expect(load).toMatchObject({ floods: 3, inFloodMs: 18.5 * MINUTE, periodsInFlood: 3 })
  })
})
