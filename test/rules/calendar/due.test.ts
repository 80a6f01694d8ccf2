import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueAt } from '../../../rules/calendar/due.ts'
import type { Calendar, Target } from '../../../rules/model.ts'
import { isWorkedIn2026 } from './arrangement.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const shanghai = { timezone: 'Asia/Shanghai' }
/** Local times of Shanghai, both. */
const local = (text: string) => Date.parse(`${text}+08:00`)
const shown = (at: number) => new Date(at + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ')
const due = (from: string, calendar: Calendar, withinMs: number, rest: Partial<Target> = {}) =>
  shown(dueAt(local(from), { calendar, withinMs, ...rest }, shanghai))

describe('the time of a target', () => {
  it('around the clock is every millisecond', () => {
    expect(dueAt(1, { calendar: 'around_the_clock', withinMs: 600_000 }, shanghai)).toBe(600_001)
  })

  it.each([
    ['2026-11-23T09:00', 10 * MINUTE, '2026-11-23 09:10'],
    ['2026-11-23T17:20', 10 * MINUTE, '2026-11-23 17:30'],
    ['2026-11-23T17:25', 10 * MINUTE, '2026-11-24 08:05'],
    ['2026-11-23T17:30', 10 * MINUTE, '2026-11-24 08:10'],
    ['2026-11-23T03:00', 10 * MINUTE, '2026-11-23 08:10'],
    ['2026-11-23T08:00', 0, '2026-11-23 08:00'],
    ['2026-11-23T07:00', 0, '2026-11-23 08:00'],
    ['2026-11-23T16:30', 10.5 * HOUR, '2026-11-24 17:30'],
  ])('of service hours from %s, %i ms: %s', (from, withinMs, expected) => {
    expect(due(from, 'service_hours', withinMs)).toBe(expected)
  })

  it.each<[Calendar, string, number, string]>([
    ['calendar_days', '2026-11-23T00:00', 0, '2026-11-24 00:00'],
    ['calendar_days', '2026-11-23T23:59', 0, '2026-11-24 00:00'],
    ['calendar_days', '2026-11-23T10:00', 2, '2026-11-26 00:00'],
    ['calendar_days', '2026-09-30T10:00', 2, '2026-10-03 00:00'],
    ['working_days', '2026-11-23T10:00', 3, '2026-11-27 00:00'],
    ['working_days', '2026-11-26T10:00', 3, '2026-12-02 00:00'],
    ['working_days', '2026-09-30T10:00', 3, '2026-10-11 00:00'],
    ['working_days', '2026-10-03T10:00', 0, '2026-10-04 00:00'],
  ])('in %s from %s, %i days: the end of the day before %s', (calendar, from, days, expected) => {
    expect(due(from, calendar, days * DAY)).toBe(expected)
  })

  it.each([
    ['2026-11-23T11:10', '2026-11-23 11:30'],
    ['2026-11-23T11:10:00.001', '2026-11-23 17:30'],
    ['2026-11-23T17:10', '2026-11-23 17:30'],
    ['2026-11-23T17:11', '2026-11-24 00:00'],
  ])('in by a cutoff, handled by its end: %s, %s', (from, expected) => {
    const cutoffs = [
      { receivedBy: '17:10', dueAt: '17:30' },
      { receivedBy: '11:10', dueAt: '11:30' },
    ]
    expect(due(from, 'calendar_days', 0, { cutoffs })).toBe(expected)
  })
})

/** Zones, and days before a change of their clocks or of the calendar. */
const anyWhere = fc.constantFrom(
  ['Europe/Berlin', '2026-03-28'],
  ['Europe/Berlin', '2026-10-24'],
  ['Asia/Beirut', '2026-03-28'],
  ['Asia/Beirut', '2026-10-24'],
  ['Australia/Lord_Howe', '2026-04-04'],
  ['Asia/Shanghai', '2026-02-12'],
  ['Asia/Shanghai', '2026-09-30'],
  ['Asia/Kathmandu', '2026-05-08'],
)
const clocks = new Map<string, Intl.DateTimeFormat>()
function wall(timeZone: string, at: number): [date: string, time: string] {
  const format = { timeZone, dateStyle: 'short', timeStyle: 'short' } as const
  if (!clocks.has(timeZone)) clocks.set(timeZone, new Intl.DateTimeFormat('sv', format))
  return clocks.get(timeZone)!.format(at).split(' ') as [string, string]
}

describe('against a plain calculation', () => {
  const starts = fc.tuple(anyWhere, fc.nat(2 * 1440)).map(([[timezone, date], minute]) => {
    return { timezone: timezone, from: Date.parse(`${date}T00:00Z`) + minute * MINUTE }
  })

  it('minute by minute: open time', () => {
    const hours = fc.constantFrom(['08:00', '17:30'], ['22:00', '06:00'], ['00:00', '03:15'], ['09:00', '09:00'])
    fc.assert(
      fc.property(starts, hours, fc.integer({ min: 1, max: 1200 }), ({ timezone, from }, [opens, closes], minutes) => {
        const isOpen = (at: number) => {
          const [, time] = wall(timezone, at)
          if (opens < closes) return time >= opens && time < closes
          return time >= opens || time < closes
        }
        let at = from
        for (let left = minutes; left > 0; at += MINUTE) if (isOpen(at)) left--
        const serviceHours = { from: opens, to: closes }
        const target = { calendar: 'service_hours', withinMs: minutes * MINUTE } as const
        expect(dueAt(from, target, { timezone, serviceHours })).toBe(at)
      }),
      { numRuns: 150 },
    )
  })

  it('day by day: the last minute of the last day', () => {
    const counted = fc.constantFrom('calendar_days', 'working_days')
    fc.assert(
      fc.property(starts, counted, fc.nat(4), ({ timezone, from }, calendar, days) => {
        let [last] = wall(timezone, from)
        for (let left = days; left > 0;) {
          last = new Date(Date.parse(last) + DAY).toISOString().slice(0, 10)
          if (calendar === 'calendar_days' || isWorkedIn2026(last)) left--
        }
        const end = dueAt(from, { calendar, withinMs: days * DAY }, { timezone })
        expect(wall(timezone, end - MINUTE)[0]).toBe(last)
        // An hour that comes twice may show the day again, but not after its end.
        for (let at = end; at < end + 3 * HOUR; at += 15 * MINUTE) expect(wall(timezone, at)[0] > last).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
