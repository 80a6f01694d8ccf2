import { describe, expect, it } from 'vitest'
import { CLOCK_TIME, isOpen, lastWindow, nextChange, startOfLastWindow } from '../../../rules/calendar/windows.ts'
import type { CalendarWindow } from '../../../rules/model/rules.ts'

const BERLIN = 'Europe/Berlin'
const NEW_YORK = 'America/New_York'
const SHANGHAI = 'Asia/Shanghai'
const MONDAY_NIGHT: CalendarWindow = { days: ['mon'], from: '22:00', to: '06:00' }
const OFFICE: CalendarWindow = { days: ['workday'], from: '09:00', to: '18:00' }

const utc = (text: string) => Date.parse(`${text}Z`)
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(0, 16))
const open = (window: CalendarWindow, zone: string, at: string) => isOpen([window], zone, Date.parse(at))
const last = (window: CalendarWindow, zone: string, at: string) => {
  const { from, to } = lastWindow(window, zone, utc(at))
  return [iso(from), iso(to)]
}
/** Each time the answer flips, in UTC. */
const flips = (windows: CalendarWindow[], zone: string, from: string, to: string) => {
  const found: (string | null)[] = []
  for (let at: number | null = utc(from); (at = nextChange(windows, zone, at)) !== null && at < utc(to);) {
    found.push(iso(at))
  }
  return found
}

describe('a window', () => {
  it('over midnight belongs to the day on which it starts', () => {
    // 2026-03-02 is a Monday.
    expect(open(MONDAY_NIGHT, SHANGHAI, '2026-03-02T21:59:59.999+08:00')).toBe(false)
    expect(open(MONDAY_NIGHT, SHANGHAI, '2026-03-02T22:00:00+08:00')).toBe(true)
    expect(open(MONDAY_NIGHT, SHANGHAI, '2026-03-03T03:00:00+08:00')).toBe(true)
    expect(open(MONDAY_NIGHT, SHANGHAI, '2026-03-03T05:59:59.999+08:00')).toBe(true)
    expect(open(MONDAY_NIGHT, SHANGHAI, '2026-03-03T06:00:00+08:00')).toBe(false)
    expect(open(MONDAY_NIGHT, SHANGHAI, '2026-03-02T03:00:00+08:00')).toBe(false)
  })

  it('that ends when it starts is a whole day from there', () => {
    const window: CalendarWindow = { days: ['mon'], from: '08:00', to: '08:00' }
    expect(flips([window], SHANGHAI, '2026-03-01T00:00', '2026-03-08T00:00')).toEqual([
      '2026-03-02T00:00',
      '2026-03-03T00:00',
    ])
  })

  it('beside others is open when any is', () => {
    const windows: CalendarWindow[] = [
      { from: '08:00', to: '12:00' },
      { from: '12:00', to: '13:00' },
      { from: '20:00', to: '21:00' },
    ]
    expect(flips(windows, 'UTC', '2026-03-01T00:00', '2026-03-02T00:00')).toEqual([
      '2026-03-01T08:00',
      '2026-03-01T13:00',
      '2026-03-01T20:00',
      '2026-03-01T21:00',
    ])
  })

  it('never changes where there is none, no day, or every minute is in it', () => {
    expect(isOpen([], 'UTC', 0)).toBe(false)
    expect(nextChange([], 'UTC', 0)).toBe(null)
    expect(nextChange([{ days: [], from: '08:00', to: '09:00' }], 'UTC', 0)).toBe(null)
    expect(isOpen([{ from: '08:00', to: '08:00' }], BERLIN, 0)).toBe(true)
    expect(nextChange([OFFICE, { from: '08:00', to: '08:00' }], BERLIN, 0)).toBe(null)
    const always: CalendarWindow = { days: ['workday', 'holiday'], from: '00:00', to: '00:00' }
    expect(nextChange([always], SHANGHAI, utc('2026-01-01T00:00'))).toBe(null)
  })

  it('has times of a day', () => {
    expect(['00:00', '09:30', '23:59'].filter((text) => !CLOCK_TIME.test(text))).toEqual([])
    expect(['24:00', '9:30', '09:60', '09:30:00', ' 09:30', '09:30\n', '']).not.toContainEqual(
      expect.stringMatching(CLOCK_TIME),
    )
  })
})

describe('where clocks are set', () => {
  const early: CalendarWindow = { from: '02:30', to: '05:00' }
  const night: CalendarWindow = { from: '22:00', to: '06:00' }

  it.each([
    [BERLIN, '2026-03-28T21:00', '2026-03-29T04:00'],
    [BERLIN, '2026-10-24T20:00', '2026-10-25T05:00'],
    [NEW_YORK, '2026-03-08T03:00', '2026-03-08T10:00'],
    [NEW_YORK, '2026-11-01T02:00', '2026-11-01T11:00'],
  ])('in %s the night window from %s to %s is an hour shorter or longer', (zone, from, to) => {
    expect(nextChange([night], zone, utc(from) - 1)).toBe(utc(from))
    expect(nextChange([night], zone, utc(from))).toBe(utc(to))
    expect(last(night, zone, to)).toEqual([from, to])
  })

  it('a skipped start is the change, and a window that is skipped whole does not come', () => {
    expect(flips([early], BERLIN, '2026-03-29T00:00', '2026-03-29T12:00')).toEqual([
      '2026-03-29T01:00',
      '2026-03-29T03:00',
    ])
    const skipped: CalendarWindow = { from: '02:00', to: '03:00' }
    expect(flips([skipped], BERLIN, '2026-03-28T12:00', '2026-03-29T12:00')).toEqual([])
    expect(last(skipped, BERLIN, '2026-03-29T12:00')).toEqual(['2026-03-28T01:00', '2026-03-28T02:00'])
    expect(last(early, NEW_YORK, '2026-03-08T12:00')).toEqual(['2026-03-08T07:00', '2026-03-08T09:00'])
  })

  it('a repeated time comes twice, in one window from its first to its last open moment', () => {
    expect(flips([early], BERLIN, '2026-10-25T00:00', '2026-10-25T12:00')).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
      '2026-10-25T04:00',
    ])
    expect(last(early, BERLIN, '2026-10-25T01:15')).toEqual(['2026-10-25T00:30', '2026-10-25T04:00'])
    const repeated: CalendarWindow = { from: '01:15', to: '01:45' }
    expect(last(repeated, NEW_YORK, '2026-11-01T12:00')).toEqual(['2026-11-01T05:15', '2026-11-01T06:45'])
  })

  it('over midnight the day is that which the clock shows', () => {
    // Beirut sets its clocks from 24:00 on Saturday back to 23:00, and from 00:00 on Sunday forward to 01:00.
    const saturday: CalendarWindow = { days: ['sat'], from: '00:00', to: '00:00' }
    expect(flips([saturday], 'Asia/Beirut', '2026-10-23T00:00', '2026-10-26T00:00')).toEqual([
      '2026-10-23T21:00',
      '2026-10-24T22:00',
    ])
    // St. John's did so a minute after midnight: Sunday began, then it was Saturday once more.
    const midnight: CalendarWindow = { days: ['sun'], from: '00:00', to: '01:00' }
    expect(last(midnight, 'America/St_Johns', '2010-11-07T03:00')).toEqual(['2010-11-07T02:30', '2010-11-07T04:30'])
    const sunday: CalendarWindow = { days: ['sun'], from: '00:30', to: '02:00' }
    expect(last(sunday, 'Asia/Beirut', '2026-03-29T12:00')).toEqual(['2026-03-28T22:00', '2026-03-28T23:00'])
  })
})

describe('windows of workdays and holidays', () => {
  it('follow Spring Festival and its make-up workdays', () => {
    // Saturday the 14th is worked for it; the 15th to the 23rd are free.
    expect(open(OFFICE, SHANGHAI, '2026-02-14T12:00:00+08:00')).toBe(true)
    expect(iso(nextChange([OFFICE], SHANGHAI, utc('2026-02-14T10:00')))).toBe('2026-02-24T01:00')
    expect(open({ ...OFFICE, days: ['holiday'] }, SHANGHAI, '2026-02-16T12:00:00+08:00')).toBe(true)
    expect(open({ ...OFFICE, days: ['sat'] }, SHANGHAI, '2026-02-14T12:00:00+08:00')).toBe(true)
  })

  it('follow National Day, and the night before it belongs to a workday', () => {
    const night: CalendarWindow = { days: ['workday'], from: '22:00', to: '06:00' }
    expect(open(night, SHANGHAI, '2026-10-01T03:00:00+08:00')).toBe(true)
    expect(open(night, SHANGHAI, '2026-10-08T03:00:00+08:00')).toBe(false)
    expect(startOfLastWindow(night, SHANGHAI, Date.parse('2026-10-08T12:00:00+08:00'))).toBe(
      Date.parse('2026-09-30T22:00:00+08:00'),
    )
  })

  it('are on the site’s own date', () => {
    // It is the 8th already in Shanghai, still the 7th in New York.
    const at = '2026-10-08T00:30:00+08:00'
    const day: CalendarWindow = { days: ['workday'], from: '00:00', to: '00:00' }
    expect([open(day, SHANGHAI, at), open(day, NEW_YORK, at)]).toEqual([true, false])
  })
})

describe('the last window', () => {
  it.each([
    ['2026-03-02T13:59', '2026-03-01T14:00', '2026-03-01T22:00'],
    ['2026-03-02T14:00', '2026-03-02T14:00', '2026-03-02T22:00'],
    ['2026-03-02T23:00', '2026-03-02T14:00', '2026-03-02T22:00'],
  ])('at %s began at %s', (now, from, to) => {
    expect(last({ from: '22:00', to: '06:00' }, SHANGHAI, now)).toEqual([from, to])
  })

  it('is a whole day where it ends when it starts', () => {
    const window: CalendarWindow = { from: '08:00', to: '08:00' }
    expect(last(window, SHANGHAI, '2026-03-02T12:00')).toEqual(['2026-03-02T00:00', '2026-03-03T00:00'])
  })

  it('may be days ago, and is refused where the window is on no day', () => {
    expect(last(MONDAY_NIGHT, SHANGHAI, '2026-03-09T13:59')).toEqual(['2026-03-02T14:00', '2026-03-02T22:00'])
    expect(() => lastWindow({ ...OFFICE, days: [] }, SHANGHAI, 0)).toThrow('on no day')
  })
})
