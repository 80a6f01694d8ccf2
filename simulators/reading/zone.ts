import { DAY_MS } from '../../rules/model.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timezone, format)
  return format
}

export function isTimezone(timezone: string): boolean {
  try {
    return formatOf(timezone) !== undefined
  } catch {
    return false
  }
}

/** What a clock on the wall shows, as if it were UTC. */
export function localMs(timezone: string, atMs: number): number {
  const parts = formatOf(timezone).formatToParts(atMs)
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** When a wall clock shows this; an hour that is skipped in spring counts as if it were not. */
export function utcMs(timezone: string, wallMs: number): number {
  const guess = wallMs - (localMs(timezone, wallMs) - wallMs)
  return guess - (localMs(timezone, guess) - wallMs)
}

/** Midnight of the day that a wall clock shows. */
export const midnight = (wallMs: number): number => Math.floor(wallMs / DAY_MS) * DAY_MS
