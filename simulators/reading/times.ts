import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../rules/model.ts'
import { localMs, midnight, utcMs } from './zone.ts'

/** Times as people write them. Milliseconds. */

const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 }
const PART = String.raw`\d+(?:\.\d+)?(?:ms|s|m|h|d)`
const DURATION = `(?:${PART})+`
export const DURATION_PATTERN = new RegExp(`^${DURATION}$`)
export const SIGNED_DURATION_PATTERN = new RegExp(`^-?${DURATION}$`)
export const RANGE_PATTERN = new RegExp(`^${DURATION}(?:\\.\\.${DURATION})?$`)

/** `1h30m`, `90s`, `-1h`. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)]
  const sum = parts.reduce((total, [, amount, unit]) => total + Number(amount) * UNITS[unit!]!, 0)
  return (text.startsWith('-') ? -1 : 1) * Math.round(sum)
}

/** `1h30m` from milliseconds. */
export function spellDuration(ms: number): string {
  let left = ms
  const parts = Object.entries(UNITS).map(([unit, unitMs]) => {
    const amount = Math.floor(left / unitMs)
    left -= amount * unitMs
    return amount === 0 ? '' : `${amount}${unit}`
  })
  return parts.join('') || '0s'
}

const TIME = String.raw`(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?`
const DATE = String.raw`\d{4}-\d{2}-\d{2}`
export const TIME_PATTERN = new RegExp(`^${TIME}$`)
export const SHIFT_PATTERN = /^(?:[01]\d|2[0-3]):[0-5]\d$/
export const START_PATTERN = new RegExp(`^${DATE} ${TIME}$`)
export const MOMENT_PATTERN = new RegExp(`^(?:${TIME}|day [1-9]\\d{0,3} ${TIME}|${DATE} ${TIME}|${DURATION})$`)

export const NO_DURATION = 'write how long as 90s, 40m, 12h, 3d or 1h30m'
const NO_MOMENT = 'write when as 03:00, "day 2 08:00", 2026-11-24 03:00, or 5m for so long after the start'

/** Why a text is no length of time, and what to write. */
export function notADuration(input: unknown): string {
  if (typeof input === 'number') return `${input} has no unit; ${NO_DURATION}`
  if (typeof input !== 'string') return `this is no length of time; ${NO_DURATION}`
  if (SIGNED_DURATION_PATTERN.test(input)) return `"${input}" is negative; a length of time is not`
  if (/^\d+(\.\d+)?$/.test(input)) return `"${input}" has no unit; ${NO_DURATION}`
  return `"${input}" is no length of time; ${NO_DURATION}`
}

const LOOKS_LIKE_TIME = /(?:^|\s)\d{1,2}:\d{1,2}(?::\d{1,2})?$/

/** Why a text is no moment, and what to write. */
export function notAMoment(input: unknown): string {
  if (typeof input === 'number') return `${input} is no time; ${NO_MOMENT}`
  if (typeof input !== 'string') return `this is no time; ${NO_MOMENT}`
  if (/^day 0+\b/.test(input)) return `"${input}" is before the start; the day of the start is day 1`
  const time = LOOKS_LIKE_TIME.exec(input)?.[0].trim()
  if (time !== undefined && !TIME_PATTERN.test(time)) return notATimeOfDay(time)
  if (SIGNED_DURATION_PATTERN.test(input)) return `"${input}" is before the start; a time is not negative`
  return `"${input}" is no time; ${NO_MOMENT}`
}

export const notATimeOfDay = (input: unknown): string =>
  `"${String(input)}" is no time of day; hours go from 00 to 23, minutes and seconds from 00 to 59`

const timeOfDayMs = (text: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number)
  return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS
}

/** A date and a time as on a wall clock; `null` where the calendar has no such day. */
function wallMs(text: string): number | null {
  const [date = '', time = ''] = text.split(' ')
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const dayMs = Date.UTC(year, month - 1, day)
  return new Date(dayMs).toISOString().startsWith(date) ? dayMs + timeOfDayMs(time) : null
}

export function startMs(text: string, timezone: string): number | null {
  const wall = wallMs(text)
  return wall === null ? null : utcMs(timezone, wall)
}

/** The frame that moments are read in. */
export interface Span {
  startsAtMs: number
  lastsMs: number
  timezone: string
}

export type ReadMoment = { ok: true; atMs: number } | { ok: false; message: string }

/** A moment that `MOMENT_PATTERN` lets through, in milliseconds since the start. */
export function momentMs(text: string, span: Span): ReadMoment {
  const atMs = sinceStart(text, span)
  if (atMs === null) return { ok: false, message: `"${text}" is on a day that the calendar does not have` }
  if (atMs < 0) return { ok: false, message: `"${text}" is before the start (${spellStart(span)})` }
  if (atMs > span.lastsMs) {
    const message = `"${text}" is ${spellDuration(atMs)} after the start (${spellStart(span)}), later than the end`
    return { ok: false, message: `${message}: the scenario lasts ${spellDuration(span.lastsMs)}` }
  }
  return { ok: true, atMs }
}

function sinceStart(text: string, { startsAtMs, timezone }: Span): number | null {
  if (DURATION_PATTERN.test(text)) return durationMs(text)
  const since = (wall: number) => utcMs(timezone, wall) - startsAtMs
  const firstDay = midnight(localMs(timezone, startsAtMs))
  const [, day, time] = /^day (\d+) (.+)$/.exec(text) ?? []
  if (day !== undefined && time !== undefined) return since(firstDay + (Number(day) - 1) * DAY_MS + timeOfDayMs(time))
  if (TIME_PATTERN.test(text)) {
    const today = since(firstDay + timeOfDayMs(text))
    return today >= 0 ? today : since(firstDay + DAY_MS + timeOfDayMs(text))
  }
  const wall = wallMs(text)
  return wall === null ? null : since(wall)
}

const spellStart = ({ startsAtMs, timezone }: Span): string =>
  new Date(localMs(timezone, startsAtMs)).toISOString().slice(0, 16).replace('T', ' ')
