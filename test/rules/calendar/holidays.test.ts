import { describe, expect, it } from 'vitest'
import { holidaysKnown, isWorkday } from '../../../rules/calendar/holidays.ts'
import { dates, isWorkedIn2026 } from './arrangement.ts'

const DAY_MS = 86_400_000
const worked = (from: string, to: string) => dates(from, to).filter((date) => isWorkday(Date.parse(date) / DAY_MS))

describe('the workdays of mainland China', () => {
  it('are those that were announced for 2026, day for day', () => {
    const year = ['2026-01-01', '2026-12-31'] as const
    expect(worked(...year)).toEqual(dates(...year).filter(isWorkedIn2026))
  })

  it('are Monday to Friday in a year whose holidays are not known', () => {
    expect([2003, 2004, 2025, 2026, 2035].filter(holidaysKnown)).toEqual([2004, 2025, 2026])
    expect(worked('2035-10-01', '2035-10-07')).toEqual(dates('2035-10-01', '2035-10-05'))
  })

  it('are reckoned before 1970 too', () => {
    expect(worked('1969-07-14', '1969-07-20')).toEqual(dates('1969-07-14', '1969-07-18'))
  })
})
