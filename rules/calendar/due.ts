import { DAY_MS, type Target } from '../model.ts'
import { isWorkday } from './holidays.ts'
import { isOpen, nextChange, timeOf } from './windows.ts'
import { lastShown, wallTime } from './zone.ts'

/** Whose time counts: the site's zone, and when its service is open, `HH:MM` local. */
export interface Hours {
  timezone: string
  /** Absent: `SERVICE_HOURS`. */
  serviceHours?: { from: string; to: string } | undefined
}

export const SERVICE_HOURS = { from: '08:00', to: '17:30' }

/**
 * The last millisecond at which a target that runs from `from` is kept. Whole days are counted as the Civil Code of
 * China counts them (art. 201, 203): the day itself not, and the last one until 24:00. A holiday at their end extends
 * them only where working days are counted.
 */
export function dueAt(
  from: number,
  { withinMs, calendar, cutoffs = [] }: Pick<Target, 'withinMs' | 'calendar' | 'cutoffs'>,
  hours: Hours,
): number {
  const cutoff = cutoffs.length === 0 ? null : dueByCutoff(from, cutoffs, hours.timezone)
  if (cutoff !== null) return cutoff
  switch (calendar) {
    case 'around_the_clock':
      return from + withinMs
    case 'service_hours':
      return afterOpenTime(from, withinMs, hours)
    case 'calendar_days':
    case 'working_days':
      return endOfDays(from, withinMs / DAY_MS, hours.timezone, calendar === 'working_days')
  }
}

/** Whether the service is open. */
export function isServiceTime(at: number, { timezone, serviceHours = SERVICE_HOURS }: Hours): boolean {
  return isOpen([serviceHours], timezone, at)
}

/** What starts while the service is closed begins when it opens. */
function afterOpenTime(from: number, withinMs: number, { timezone, serviceHours = SERVICE_HOURS }: Hours): number {
  let [at, leftMs] = [from, withinMs]
  for (;;) {
    const change = nextChange([serviceHours], timezone, at)
    if (isOpen([serviceHours], timezone, at)) {
      if (change === null || at + leftMs <= change) return at + leftMs
      leftMs -= change - at
    }
    if (change === null) throw new Error(`the service of ${serviceHours.from} to ${serviceHours.to} never opens`)
    at = change
  }
}

function endOfDays(from: number, days: number, timezone: string, onlyWorkdays: boolean): number {
  let day = Math.floor(wallTime(timezone, from) / DAY_MS)
  for (let left = days; left > 0;) {
    day++
    if (!onlyWorkdays || isWorkday(day)) left--
  }
  return lastShown(timezone, (day + 1) * DAY_MS)
}

/** In by the minute, handled by the minute; `null` for what comes later than all of them. */
function dueByCutoff(from: number, cutoffs: NonNullable<Target['cutoffs']>, timezone: string): number | null {
  const wall = wallTime(timezone, from)
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS
  const open = cutoffs.filter(({ receivedBy }) => wall - midnight <= timeOf(receivedBy)).map((each) => each.dueAt)
  return open.length === 0 ? null : lastShown(timezone, midnight + Math.min(...open.map(timeOf)))
}
