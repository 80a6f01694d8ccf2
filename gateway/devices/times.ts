import type { DecodedTime } from '../../rules/model.ts'

/** Device times, in the shapes in which devices write them. */

export const NO_TIME: DecodedTime = { device: null, basis: 'none' }

const SECONDS_BELOW = 1e11
/** The year 2286. More digits are no epoch: a written time that is wrong, or another unit. */
const LATEST_MS = 1e13 - 1

/** Epoch seconds or milliseconds, told apart by size; a number or a text of digits. */
export function epochTime(raw: unknown): DecodedTime {
  const number = typeof raw === 'string' && /^\d+(\.\d+)?$/.test(raw.trim()) ? Number(raw) : raw
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return NO_TIME
  const seconds = number < SECONDS_BELOW
  // Half a microsecond: binary seconds with a fraction must not fall below their millisecond.
  const ms = Math.floor(seconds ? number * 1_000 + 0.0005 : number)
  return ms > LATEST_MS ? NO_TIME : { device: ms, basis: seconds ? 'epoch_s' : 'epoch_ms', raw }
}

// Dashes or slashes, and single digits, as Chinese devices write them: 2021/4/14 08:00:00.
const ISO =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i
const DIGITS = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/

const isDigit = (character: string | undefined) => character !== undefined && character >= '0' && character <= '9'

/** A written time. With a zone it is UTC; without one it needs the site's `timezone`, else it stays `local_unzoned`. */
export function writtenTime(raw: unknown, timezone?: string): DecodedTime {
  if (typeof raw !== 'string') return NO_TIME
  const text = raw.trim()
  const [, year, month, day, hour, minute, second, fraction, zone] = (isDigit(text[4]) ? DIGITS : ISO).exec(text) ?? []
  if (year === undefined) return NO_TIME
  const milliseconds = fraction === undefined ? 0 : Math.trunc(Number(`0.${fraction}`) * 1_000 + 1e-6)
  const y = Number(year)
  const mo = Number(month)
  const d = Number(day)
  const h = Number(hour)
  const mi = Number(minute)
  const s = second === undefined ? 0 : Number(second)
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60) return NO_TIME
  const utc = Date.UTC(y, mo - 1, d, h, mi, s, milliseconds)
  if (d > 28 && new Date(Date.UTC(y, mo - 1, d)).getUTCDate() !== d) return NO_TIME
  if (zone !== undefined) {
    const offsetMs = offsetOf(zone)
    return { device: utc - offsetMs, basis: offsetMs === 0 ? 'utc' : 'offset', raw }
  }
  return { device: timezone === undefined ? null : zonedToUtc(utc, timezone), basis: 'local_unzoned', raw }
}

/** A time in whichever of both shapes a device chose. Fourteen digits are a written time, not an epoch. */
export function anyTime(raw: unknown, timezone?: string): DecodedTime {
  const written = writtenTime(raw, timezone)
  return written.basis === 'none' ? epochTime(raw) : written
}

function offsetOf(zone: string): number {
  if (zone === 'Z' || zone === '+00:00') return 0
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)
  if (!match) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000
}

/** A zone's offset as last worked out, and the quarter of an hour it holds for: zones change on quarters only. */
const offsets = new Map<string, { quarter: number; offsetMs: number }>()
const QUARTER_MS = 15 * 60_000

/** UTC of a wall time written as if it were UTC. In the hour that a zone repeats, the first of both. */
export function zonedToUtc(wallMs: number, timezone: string): number | null {
  const quarter = Math.floor(wallMs / QUARTER_MS)
  const known = offsets.get(timezone)
  if (known?.quarter === quarter) return wallMs - known.offsetMs
  const first = offsetAt(wallMs, timezone)
  if (first === null) return null
  const offsetMs = offsetAt(wallMs - first, timezone) ?? first
  offsets.set(timezone, { quarter, offsetMs })
  return wallMs - offsetMs
}

const formats = new Map<string, Intl.DateTimeFormat | null>()

function offsetAt(utcMs: number, timezone: string): number | null {
  let format = formats.get(timezone)
  if (format === undefined) {
    try {
      const parts = { hour: 'numeric', minute: 'numeric', second: 'numeric' } as const
      const day = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
      format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', ...day, ...parts })
    } catch {
      format = null
    }
    formats.set(timezone, format)
  }
  if (format === null) return null
  const found = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utcMs / 1_000) * 1_000
}

const DISAGREEING_MS = 5 * 60_000

/** Two times of one message that should be the same and are not: the epoch one counts. */
export function disagree(a: number | null, b: number | null): boolean {
  return a !== null && b !== null && Math.abs(a - b) > DISAGREEING_MS
}
