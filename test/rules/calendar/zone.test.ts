import { describe, expect, it } from 'vitest'
import { firstShown, lastShown, stretchesOf, wallTime } from '../../../rules/calendar/zone.ts'

const iso = (at: number) => new Date(at).toISOString().slice(0, 16)
const shown = (timezone: string, at: string) => iso(wallTime(timezone, Date.parse(`${at}Z`)))
const first = (timezone: string, wall: string) => iso(firstShown(timezone, Date.parse(`${wall}Z`)))
const last = (timezone: string, wall: string) => iso(lastShown(timezone, Date.parse(`${wall}Z`)))

describe('a zone', () => {
  it.each([
    ['Asia/Shanghai', '2026-10-01T16:00', '2026-10-02T00:00'],
    ['Asia/Kathmandu', '2026-10-01T18:14', '2026-10-01T23:59'],
    ['Europe/Berlin', '2026-03-29T00:59', '2026-03-29T01:59'],
    ['Europe/Berlin', '2026-03-29T01:00', '2026-03-29T03:00'],
    ['Europe/Berlin', '2026-10-25T00:59', '2026-10-25T02:59'],
    ['Europe/Berlin', '2026-10-25T01:00', '2026-10-25T02:00'],
    ['America/New_York', '2026-03-08T06:59', '2026-03-08T01:59'],
    ['America/New_York', '2026-03-08T07:00', '2026-03-08T03:00'],
    ['America/New_York', '2026-11-01T05:59', '2026-11-01T01:59'],
    ['America/New_York', '2026-11-01T06:00', '2026-11-01T01:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00', '2026-04-05T01:30'],
    ['Pacific/Apia', '2011-12-30T09:59', '2011-12-29T23:59'],
    ['Pacific/Apia', '2011-12-30T10:00', '2011-12-31T00:00'],
  ])('%s at %s UTC shows %s', (timezone, at, wall) => {
    expect(shown(timezone, at)).toBe(wall)
  })

  it('tells when a time is shown first and no longer, also where it is skipped or comes twice', () => {
    expect(first('Europe/Berlin', '2026-07-01T02:30')).toBe('2026-07-01T00:30')
    expect(last('Europe/Berlin', '2026-07-01T02:30')).toBe('2026-07-01T00:30')
    expect(first('Europe/Berlin', '2026-03-29T02:30')).toBe('2026-03-29T01:00')
    expect(last('Europe/Berlin', '2026-03-29T02:30')).toBe('2026-03-29T01:00')
    expect(first('Europe/Berlin', '2026-10-25T02:30')).toBe('2026-10-25T00:30')
    expect(last('Europe/Berlin', '2026-10-25T02:30')).toBe('2026-10-25T01:30')
    expect(first('Pacific/Apia', '2011-12-30T12:00')).toBe('2011-12-30T10:00')
  })

  it('is the same when asked again after more days and zones than are remembered', () => {
    const before = stretchesOf('Europe/Berlin', 20541)
    for (let day = 0; day < 501; day++) stretchesOf('Europe/Berlin', day)
    for (const timezone of Intl.supportedValuesOf('timeZone').slice(0, 101)) stretchesOf(timezone, 0)
    expect(stretchesOf('Europe/Berlin', 20541)).toEqual(before)
    expect(before).toHaveLength(2)
  })

  it('that does not exist is refused by its name', () => {
    expect(() => wallTime('Mars/Olympus', 0)).toThrow('Mars/Olympus')
  })
})
