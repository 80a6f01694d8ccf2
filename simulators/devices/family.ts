import type { DeviceKind } from '../../rules/model.ts'
import type { Statement, Told } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'

/** What surrounds a device while it goes on by `elapsedMs`. */
export interface Surroundings<Fault extends string = string> {
  elapsedMs: number
  /** Local time of day in hours, 0 up to 24. */
  hourOfDay: number
  /** Local day, 0 for Sunday up to 6; not told where the day is like any other. */
  dayOfWeek?: number
  /** What is physically wrong right now. */
  faults: ReadonlySet<Fault>
}

/** The physics of one kind of device: pure but for the random stream handed in. What it says is a language's matter. */
export interface DeviceFamily<Spec, State, Fault extends string> {
  kind: DeviceKind
  faults: readonly Fault[]
  /** Words for a progress line, by condition code: what begins, what ends. */
  words: Readonly<Record<string, readonly [begins: string, ends: string]>>
  start(spec: Spec, random: SeededRandom): State
  /** Goes on by any length of time; the longer it is, the coarser what happens within it. */
  next(state: State, surroundings: Surroundings<Fault>, random: SeededRandom): State
  /** Unless its description says otherwise. */
  reportEveryMs: number
  /** Where it speaks more often than that for what is the case, as a wet sensor does. */
  reportsSoonerMs?(state: State): number | null
  /** Whether it reports at full hours and their parts, as a meter's load profile does. */
  reportsOnTheHour?: boolean
  /**
   * For how long nothing sudden can begin or end in it, `Infinity` at rest: while water rises or a car moves it is gone
   * on with at least so often.
   */
  restsForMs(state: State, faults: ReadonlySet<Fault>): number
  /** It has no power left to speak: its link is gone. Once it has, it starts as after a connect. */
  silent?(state: State): boolean
  /** What it has to say; `before` is the state it last spoke from, `null` after a connect. */
  tell(before: State | null, after: State): Statement
  /** Takes a command in; a family without it listens to none. */
  obey?(state: State, told: Told): State
  /** The state after it spoke, where it keeps what it has to answer. */
  spoken?(state: State): State
  /** Condition codes with what the device holds of them now. */
  levels(state: State): Record<string, boolean>
}

/** `value` rounded to so many decimals, as a device's display would. */
export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals
  return Math.round(value * factor) / factor
}

export const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/**
 * The next value of something that wanders around zero and is drawn back to it: exact for any step length.
 *
 * `deviation` is its long-run standard deviation, `withinMs` how long it remembers, `bound` what it never exceeds.
 */
export function wander(
  value: number,
  how: { deviation: number; withinMs: number; bound: number },
  elapsedMs: number,
  random: SeededRandom,
): number {
  const kept = Math.exp(-elapsedMs / how.withinMs)
  const next = value * kept + random.normal(0, how.deviation * Math.sqrt(1 - kept * kept))
  return clamp(next, -how.bound, how.bound)
}

/**
 * The mean of what wandered from `from` to `to`, as it is to be expected: exact for any step length, and towards zero
 * the longer the step is.
 */
export function wanderedMean(from: number, to: number, withinMs: number, elapsedMs: number): number {
  if (elapsedMs <= 0) return to
  const kept = Math.exp(-elapsedMs / withinMs)
  return ((from + to) * withinMs * (1 - kept)) / (elapsedMs * (1 + kept))
}

/** What goes on from `value` towards `target` with time constant `withinMs`, as warmth does. */
export const settle = (value: number, target: number, withinMs: number, elapsedMs: number): number =>
  target + (value - target) * Math.exp(-elapsedMs / withinMs)

/** Whole milliseconds, at least one, until what happens by chance once in `meanMs` happens next. */
export const exponential = (meanMs: number, random: SeededRandom): number =>
  Math.max(1, Math.round(-meanMs * Math.log(1 - random.next())))
