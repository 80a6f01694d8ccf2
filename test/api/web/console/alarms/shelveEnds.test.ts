import { describe, expect, it } from 'vitest'
import { isMorningToday, shelveEnd } from '../../../../../api/web/src/console/alarms/shelveEnds.ts'

const HOUR_MS = 3_600_000
const end = (now: string, zone = 'Asia/Shanghai') =>
  new Date(shelveEnd('morning', Date.parse(now), zone, 0)).toISOString()

describe('the end of a shelving', () => {
  it('is so many hours from now, and never more than 24', () => {
    const now = Date.parse('2026-11-23T02:00:00Z')
    expect(shelveEnd('halfHour', now, 'UTC', 0) - now).toBe(HOUR_MS / 2)
    expect(shelveEnd('eightHours', now, 'UTC', 0) - now).toBe(8 * HOUR_MS)
    expect(shelveEnd('custom', now, 'UTC', 3.5) - now).toBe(3.5 * HOUR_MS)
    expect(shelveEnd('custom', now, 'UTC', 99) - now).toBe(24 * HOUR_MS)
  })

  it('is the next 8 o’clock of the site', () => {
    expect(end('2026-11-23T10:30:15.250Z')).toBe('2026-11-24T00:00:00.000Z')
    expect(end('2026-11-23T23:59:59.900Z')).toBe('2026-11-24T00:00:00.000Z')
    expect(end('2026-11-23T20:00:00Z')).toBe('2026-11-24T00:00:00.000Z')
    expect(end('2026-11-24T00:00:00Z')).toBe('2026-11-25T00:00:00.000Z')
    expect(isMorningToday(Date.parse('2026-11-23T20:00:00Z'), 'Asia/Shanghai')).toBe(true)
    expect(isMorningToday(Date.parse('2026-11-23T10:00:00Z'), 'Asia/Shanghai')).toBe(false)
  })

  it('is 8 o’clock there also over a night in which the clocks change', () => {
    expect(end('2026-03-28T20:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T06:00:00.000Z')
    expect(end('2026-10-24T20:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T07:00:00.000Z')
    expect(end('2026-11-23T20:00:00Z', 'Asia/Kolkata')).toBe('2026-11-24T02:30:00.000Z')
  })
})
