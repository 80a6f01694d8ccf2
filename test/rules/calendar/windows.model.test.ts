import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, lastWindow, nextChange } from '../../../rules/calendar/windows.ts'
import { CALENDAR_DAYS, type CalendarDay, type CalendarWindow } from '../../../rules/model/rules.ts'
import { isWorkedIn2026 } from './arrangement.ts'

/** Windows against a plain model that asks what the clock on the wall shows every minute; a failure prints its seed. */

const MINUTE_MS = 60_000
const MINUTES = 3 * 1440

/** Zones, and dates with a change of clocks or of the calendar within the three days that follow. */
const anyWhere = fc.constantFrom(
  ['Europe/Berlin', '2026-03-28'],
  ['Europe/Berlin', '2026-10-24'],
  ['America/New_York', '2026-03-07'],
  ['America/New_York', '2026-10-31'],
  ['Asia/Beirut', '2026-03-27'],
  ['Asia/Beirut', '2026-10-23'],
  ['America/Nuuk', '2026-03-27'],
  ['Australia/Lord_Howe', '2026-04-03'],
  ['Asia/Shanghai', '2026-02-13'],
  ['Asia/Shanghai', '2026-09-30'],
  ['Asia/Kathmandu', '2026-05-08'],
)
const anyTime = fc
  .oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1380, max: 1439 }), fc.nat(1439))
  .map((minute) => [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':'))
const anyDays = fc.option(fc.subarray([...CALENDAR_DAYS], { minLength: 1 }), { nil: undefined })
const anyWindow = fc
  .tuple(anyDays, anyTime, anyTime)
  .map(([days, from, to]): CalendarWindow => ({ ...(days && { days }), from, to }))

const dateBefore = (date: string) => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)

function daysOf(date: string): CalendarDay[] {
  const weekday = new Date(date).toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' })
  return [weekday.toLowerCase() as CalendarDay, isWorkedIn2026(date) ? 'workday' : 'holiday']
}

/** The date and the time that the clock shows in each minute from `start` on, read once. */
const shown = new Map<string, [date: string, time: string][]>()

function clockOf(timeZone: string, start: number): [date: string, time: string][] {
  const key = `${timeZone} ${start}`
  if (!shown.has(key)) {
    const clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    const read = (minute: number) => clock.format(start + minute * MINUTE_MS).split(' ') as [string, string]
    shown.set(
      key,
      Array.from({ length: MINUTES }, (_, minute) => read(minute)),
    )
  }
  return shown.get(key)!
}

/** What is open in each minute from `start` on. */
function plainly(windows: CalendarWindow[], timezone: string, start: number): boolean[] {
  const known = new Map<string, CalendarDay[]>()
  const isOn = ({ days }: CalendarWindow, date: string) => {
    if (!known.has(date)) known.set(date, daysOf(date))
    return days === undefined || days.some((day) => known.get(date)!.includes(day))
  }
  return clockOf(timezone, start).map(([date, time]) =>
    windows.some((window) => {
      const { from, to } = window
      if (from < to) return from <= time && time < to && isOn(window, date)
      return (from <= time && isOn(window, date)) || (time < to && isOn(window, dateBefore(date)))
    }),
  )
}

describe('windows, minute by minute', () => {
  it('are open when the clock on the wall says so, and change when it is said', () => {
    fc.assert(
      fc.property(anyWhere, fc.array(anyWindow, { maxLength: 3 }), ([zone, date], windows) => {
        const start = Date.parse(date)
        const times = Array.from({ length: MINUTES }, (_, minute) => start + minute * MINUTE_MS)
        const expected = plainly(windows, zone, start)
        expect(times.filter((at, index) => isOpen(windows, zone, at) !== expected[index])).toEqual([])

        const changes = times.filter((_, index) => index > 0 && expected[index] !== expected[index - 1])
        const told: number[] = []
        for (let at = nextChange(windows, zone, start); at !== null && at <= times.at(-1)!;) {
          told.push(at)
          expect(isOpen(windows, zone, at)).not.toBe(isOpen(windows, zone, at - 1))
          at = nextChange(windows, zone, at)
        }
        expect(told).toEqual(changes)
      }),
      { numRuns: 100 },
    )
  })

  it('have a last one that is running whenever one is open', () => {
    fc.assert(
      fc.property(anyWhere, anyWindow, ([zone, date], window) => {
        const start = Date.parse(date)
        for (let at = start; at < start + MINUTES * MINUTE_MS; at += 15 * MINUTE_MS) {
          const { from, to } = lastWindow(window, zone, at)
          expect(from).toBeLessThanOrEqual(at)
          expect(isOpen([window], zone, from)).toBe(true)
          expect(isOpen([window], zone, to - 1)).toBe(true)
          if (isOpen([window], zone, at)) expect(at).toBeLessThan(to)
        }
      }),
      { numRuns: 40 },
    )
  })
})
