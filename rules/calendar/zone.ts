import { kept } from '../kept.ts'
import { DAY_MS } from '../model.ts'

/** A part of a UTC day through which a zone keeps its distance from UTC; `to` is no longer in it. */
export interface Stretch {
  from: number
  to: number
  offsetMs: number
}

const ZONES_MAX = 100
/** More than `nextChange` looks ahead. */
const DAYS_MAX = 500

/** What the clock on the wall shows, in milliseconds as if it were UTC. An unknown zone is a `RangeError`. */
export function wallTime(timezone: string, at: number): number {
  return at + stretchesOf(timezone, Math.floor(at / DAY_MS)).find(({ to }) => at < to)!.offsetMs
}

/** The day that the calendar on the wall shows, `YYYY-MM-DD`. */
export function localDate(timezone: string, at: number): string {
  return new Date(wallTime(timezone, at)).toISOString().slice(0, 10)
}

/** The first instant at which the clock on the wall shows `wall` or later: the change itself where that is skipped. */
export function firstShown(timezone: string, wall: number): number {
  const { from, offsetMs } = stretchesAround(timezone, wall).find(({ to, offsetMs }) => wall - offsetMs < to)!
  return Math.max(wall - offsetMs, from)
}

/** The instant from which on the clock on the wall shows nothing before `wall` any more. */
export function lastShown(timezone: string, wall: number): number {
  const { to, offsetMs } = stretchesAround(timezone, wall).findLast(({ from, offsetMs }) => wall - offsetMs > from)!
  return Math.min(wall - offsetMs, to)
}

/** No zone is as far from UTC as a day. */
function stretchesAround(timezone: string, wall: number): readonly Stretch[] {
  const day = Math.floor(wall / DAY_MS)
  return [day - 1, day, day + 1].flatMap((each) => stretchesOf(timezone, each))
}

/** The one or two stretches of a UTC day, counted since 1970: no zone changes its clocks twice within one. */
export function stretchesOf(timezone: string, day: number): readonly Stretch[] {
  return daysOf(timezone)(day)
}

/** A format takes ten times longer to make than to use, and a look-up here takes a hundredth of its use. */
const daysOf = kept(ZONES_MAX, (timezone: string) => {
  const format = formatOf(timezone)
  return kept(DAYS_MAX, (day: number): readonly Stretch[] => stretchesIn(format, day * DAY_MS))
})

function stretchesIn(format: Intl.DateTimeFormat, from: number): Stretch[] {
  const to = from + DAY_MS
  const [offsetMs, nextMs] = [offsetAt(format, from), offsetAt(format, to)]
  if (offsetMs === nextMs) return [{ from, to, offsetMs }]
  const change = changeWithin(format, from, to)
  return [
    { from, to: change, offsetMs },
    { from: change, to, offsetMs: nextMs },
  ]
}

/** To the second: the first at which the clock is no longer what it was at `from`. */
function changeWithin(format: Intl.DateTimeFormat, from: number, to: number): number {
  const offsetMs = offsetAt(format, from)
  let [before, after] = [from, to]
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000
    if (offsetAt(format, middle) === offsetMs) before = middle
    else after = middle
  }
  return after
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const day = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat('en-US', { timeZone: timezone, ...day, ...time })
}

/** `at` in whole seconds. */
function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const [month, date, year, hour, minute, second] = format.format(at).match(/\d+/g)!.map(Number)
  return Date.UTC(year!, month! - 1, date, hour, minute, second) - at
}
