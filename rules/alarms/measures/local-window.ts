import { DAY_MS } from './reading.ts'

/** `HH:MM` local time. A `to` that is not after `from` lies on the next day. */
export interface DailyWindow {
  from: string
  to: string
}

/** The window of the day that began last: it may still run. `null` where none can be told. */
export function startOfLastWindow(
  window: DailyWindow,
  timezone: string,
  now: number,
): { from: number; to: number } | null {
  const [fromMs, toMs] = [timeOfDay(window.from), timeOfDay(window.to)]
  const midnight = Math.floor(wallTime(now, timezone) / DAY_MS) * DAY_MS
  for (const day of [midnight, midnight - DAY_MS]) {
    const from = instantOf(day + fromMs, timezone)
    if (from <= now) return { from, to: instantOf(day + toMs + (toMs > fromMs ? 0 : DAY_MS), timezone) }
  }
  return null
}

function timeOfDay(text: string): number {
  const [hours, minutes] = text.split(':').map(Number)
  return (hours! * 60 + minutes!) * 60_000
}

/** A format takes longer to make than to use by far. */
const FORMATS = new Map<string, Intl.DateTimeFormat>()

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timezone)
  if (known) return known
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, hourCycle: 'h23', ...numeric, second: 'numeric' })
  FORMATS.set(timezone, format)
  return format
}

/** What the clock on the wall shows, written as if it were UTC. */
function wallTime(at: number, timezone: string): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type)!
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** The first of two when a clock was set back; where it was set forward, as long after the change as was skipped. */
function instantOf(wall: number, timezone: string): number {
  const offset = (at: number) => wallTime(at, timezone) - at
  const before = wall - offset(wall - DAY_MS)
  const after = wall - offset(wall + DAY_MS)
  const isShown = (at: number) => wallTime(at, timezone) === wall
  return isShown(before) || !isShown(after) ? before : after
}
