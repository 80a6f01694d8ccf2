import { lastWindow, startOfLastWindow } from '../../calendar/windows.ts'
import type { CalendarWindow } from '../../model/rules.ts'
import type { Reading } from './reading.ts'
import { HOUR_MS, DAY_MS } from '../../model.ts'

/** What is remembered of a counter in the window of the day that began last. */
export interface CounterMemory {
  kind: 'counter'
  from: number
  to: number
  /** When the next window begins: until then this one's result stands. */
  next: number
  growth: Growth | null
  /** Between the start and the last reading within the window; `null` until there are two to compare. */
  grown: number | null
  last: Reading
  /** What was before the counter went backwards, for as long as it may come back. */
  fall: Fall | null
}

/** What was counted before `base`, the reading from which on the counter grows. */
interface Growth {
  counted: number
  base: number
}

interface Fall {
  at: number
  register: number
  /** What had been counted, and what to go on from if the fall was none. */
  counted: number
}

/** A reading so much older than the window's start may stand for it. */
const BEFORE_START_MS = HOUR_MS
/** A counter that comes back within this time was misread, not replaced. */
const MISREAD_MS = HOUR_MS

/** The counter's memory after a reading. */
export function observeCounter(
  memory: CounterMemory | undefined,
  window: CalendarWindow,
  timezone: string,
  value: number,
  at: number,
): CounterMemory {
  const running = memory && at >= memory.from && at < memory.next ? memory : begun(memory, window, timezone, value, at)
  const next = { ...running, last: [at, value] as const, fall: fallOf(running, value, at) }
  if (at > running.to) return next
  if (running.growth === null) return { ...next, growth: { counted: 0, base: value } }
  const growth = grow(running.growth, running, value, at)
  return { ...next, growth, grown: growth.counted + value - growth.base }
}

function begun(
  memory: CounterMemory | undefined,
  window: CalendarWindow,
  timezone: string,
  value: number,
  at: number,
): CounterMemory {
  const { from, to } = lastWindow(window, timezone, at)
  // A day has 23 to 25 hours, so that the window which began last a day and a half later is the next one.
  const following = startOfLastWindow(window, timezone, from + 1.5 * DAY_MS)
  const next = following > from ? following : from + DAY_MS
  const last: Reading = memory?.last ?? [at, value]
  const isStart = at > from && last[0] <= from && last[0] >= from - BEFORE_START_MS
  const fall = memory?.fall ? { ...memory.fall, counted: 0 } : null
  const growth = isStart ? { counted: 0, base: last[1] } : null
  return { kind: 'counter', from, to, next, growth, grown: null, last, fall }
}

/** A counter that goes backwards was reset or replaced: what it had counted stays, and it counts on from there. */
function grow(growth: Growth, { last, fall }: CounterMemory, value: number, at: number): Growth {
  if (fall !== null && isBack(fall, value, at)) return { counted: fall.counted, base: fall.register }
  return value < last[1] ? { counted: countedIn(growth, last), base: value } : growth
}

const countedIn = (growth: Growth, last: Reading) => growth.counted + last[1] - growth.base

const isRecent = (fall: Fall, at: number) => at - fall.at <= MISREAD_MS
const isBack = (fall: Fall, value: number, at: number) => isRecent(fall, at) && value >= fall.register

function fallOf({ growth, last, fall }: CounterMemory, value: number, at: number): Fall | null {
  if (fall !== null && isRecent(fall, at)) return value >= fall.register ? null : fall
  if (value >= last[1]) return null
  return { at, register: last[1], counted: growth === null ? 0 : countedIn(growth, last) }
}

/** Unknown from the start of the next window until something is read in it. */
export function consumptionOf({ next, grown }: CounterMemory, now: number): number | undefined {
  return now < next && grown !== null ? grown : undefined
}
