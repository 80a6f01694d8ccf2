import type { LevelState, Priority } from '../model.ts'

/** What was seen of a condition at one moment. A pulse is true once and gets no clear. */
export interface Observation {
  condition: boolean
  pulse: boolean
}

export interface Timing {
  onDelayMs: number
  offDelayMs: number
  pulseHoldMs: number
  count?: { times: number; withinMs: number }
}

/** Delays, holds and counts of one priority of an alarm: from what is seen to what is reached. */

export const newLevel = (priority: Priority): LevelState => ({
  priority,
  seen: false,
  active: false,
  reached: false,
  pendingSince: null,
  holdUntil: null,
  becameTrueAt: [],
})

/** Nothing of it runs or is remembered. */
export const isIdle = ({ seen, active, reached, becameTrueAt }: LevelState): boolean =>
  !seen && !active && !reached && becameTrueAt.length === 0

export function observeLevel(
  level: LevelState,
  timing: Timing,
  { condition, pulse }: Observation,
  now: number,
): LevelState {
  if (!condition && !level.seen && level.holdUntil === null) return level
  const begins = condition && (pulse || !level.seen)
  const counted = begins && timing.count ? [...level.becameTrueAt, now].slice(-timing.count.times) : level.becameTrueAt
  // What stands until its clear comes is not cut short by a pulse.
  const stands = level.seen && level.holdUntil === null
  const holdUntil = pulse && condition && !stands ? now + timing.pulseHoldMs : null
  return activated({ ...level, seen: condition, holdUntil, becameTrueAt: counted }, timing, now)
}

/** When time alone moves it next; a delay that ends as a hold does is over first. */
export function levelDueAt(level: LevelState, timing: Timing): number | null {
  const { pendingSince, holdUntil, becameTrueAt, active } = level
  let due = Infinity
  if (pendingSince !== null) due = pendingSince + (active ? timing.onDelayMs : timing.offDelayMs)
  if (holdUntil !== null) due = Math.min(due, holdUntil)
  if (becameTrueAt.length > 0) due = Math.min(due, becameTrueAt[0]! + (timing.count?.withinMs ?? 0))
  return due === Infinity ? null : due
}

/** What is due at a moment, none of it having been due before. */
export function settleLevel(level: LevelState, timing: Timing, at: number): LevelState {
  let next = level
  const { pendingSince } = next
  if (pendingSince !== null && at >= pendingSince + (next.active ? timing.onDelayMs : timing.offDelayMs)) {
    next = { ...next, reached: next.active, pendingSince: null }
  }
  if (next.holdUntil !== null && at >= next.holdUntil) next = { ...next, seen: false, holdUntil: null }
  const within = timing.count?.withinMs ?? 0
  if (next.becameTrueAt.length > 0 && at >= next.becameTrueAt[0]! + within) {
    next = { ...next, becameTrueAt: next.becameTrueAt.filter((time) => at < time + within) }
  }
  return next === level ? level : activated(next, timing, at)
}

function activated(level: LevelState, { count }: Timing, at: number): LevelState {
  const active = count ? level.becameTrueAt.length >= count.times : level.seen
  if (active === level.active) return level
  return { ...level, active, pendingSince: active === level.reached ? null : at }
}
