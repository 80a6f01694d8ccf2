import { type CalendarWindow, DAYS } from '../model/rules.ts'
import { isWorkday, weekdayOf } from './holidays.ts'
import { firstShown, lastShown, type Stretch, stretchesOf, wallTime } from './zone.ts'
import { MINUTE_MS, DAY_MS } from '../model.ts'

/** `HH:MM`, 00:00 to 23:59. */
export const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/

/** So far ahead a change is looked for, and so far back a window. */
const DAYS_MAX = 400

/**
 * Whether the clock on the wall of the site shows a time within any of the windows: one that is skipped when clocks are
 * set forward does not come, one that is repeated comes twice.
 */
export function isOpen(windows: readonly CalendarWindow[], timezone: string, now: number): boolean {
  const wall = wallTime(timezone, now)
  const day = Math.floor(wall / DAY_MS)
  const time = wall - day * DAY_MS
  return windows.some((window) => {
    const [from, to] = [timeOf(window.from), timeOf(window.to)]
    if (from < to) return time >= from && time < to && fallsOn(window, day)
    return (time >= from && fallsOn(window, day)) || (time < to && fallsOn(window, day - 1))
  })
}

/** When `isOpen` will next be another, in milliseconds; `null`: not within 400 days. */
export function nextChange(windows: readonly CalendarWindow[], timezone: string, now: number): number | null {
  if (windows.length === 0 || windows.some(isAlways)) return null
  const open = isOpen(windows, timezone, now)
  const times = [...new Set(windows.flatMap(({ from, to }) => [timeOf(from), timeOf(to)]))]
  const end = now + DAYS_MAX * DAY_MS
  for (let day = Math.floor(now / DAY_MS); day * DAY_MS <= end; day++) {
    const change = stretchesOf(timezone, day)
      .flatMap((stretch) => turns(stretch, times))
      .find((at) => at > now && isOpen(windows, timezone, at) !== open)
    if (change !== undefined) return change <= end ? change : null
  }
  return null
}

const isAlways = ({ days, from, to }: CalendarWindow) => days === undefined && from === to

/** Where a window may open or close, in order: when the clock shows one of the times, and when it is set. */
function turns({ from, to, offsetMs }: Stretch, times: readonly number[]): number[] {
  const start = modulo(from + offsetMs, DAY_MS)
  const shown = times.map((time) => from + modulo(time - start, DAY_MS)).filter((at) => at < to)
  return [from, ...shown.sort((a, b) => a - b)]
}

const modulo = (value: number, by: number) => ((value % by) + by) % by

/**
 * The running or else the last window: `from` its first open moment, `to` the end of its last, in milliseconds. One
 * that is skipped when clocks are set forward is none. A window without a day, which no rule has, is an error.
 */
export function lastWindow(window: CalendarWindow, timezone: string, now: number): { from: number; to: number } {
  // When clocks are set back over midnight, tomorrow may have begun already.
  const tomorrow = localDay(timezone, now) + 1
  for (let day = tomorrow; day > tomorrow - DAYS_MAX; day--) {
    const found = windowOn(window, timezone, day)
    if (found !== null && found.from <= now) return found
  }
  throw new Error(`the window ${window.from} to ${window.to} is on no day; name days or leave them out`)
}

/** The date at the site, in days since 1970. */
export function localDay(timezone: string, at: number): number {
  return Math.floor(wallTime(timezone, at) / DAY_MS)
}

/**
 * The window that begins on a local day (since 1970), as `lastWindow` tells it; `null`: none does, or it is skipped
 * when clocks are set forward.
 */
export function windowOn(window: CalendarWindow, timezone: string, day: number): { from: number; to: number } | null {
  if (!fallsOn(window, day)) return null
  const [fromTime, toTime] = [timeOf(window.from), timeOf(window.to)]
  const from = firstShown(timezone, day * DAY_MS + fromTime)
  const to = lastShown(timezone, (fromTime < toTime ? day : day + 1) * DAY_MS + toTime)
  return from < to ? { from, to } : null
}

/** When the running or else the last window began, in milliseconds. */
export function startOfLastWindow(window: CalendarWindow, timezone: string, now: number): number {
  return lastWindow(window, timezone, now).from
}

function fallsOn({ days }: CalendarWindow, day: number): boolean {
  if (days === undefined) return true
  return days.includes(DAYS[weekdayOf(day)]!) || days.includes(isWorkday(day) ? 'workday' : 'holiday')
}

/** Of `HH:MM`, in milliseconds since midnight. */
function timeOf(text: string): number {
  return (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * MINUTE_MS
}
