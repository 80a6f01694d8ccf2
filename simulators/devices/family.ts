import type { DeviceKind, PointValue } from '../../rules/model.ts'
import type { SeededRandom } from '../random.ts'

/** What surrounds a device while it goes on by `elapsedMs`. */
export interface Surroundings<Fault extends string = string> {
  elapsedMs: number
  /** Local time of day in hours, 0 up to 24. */
  hourOfDay: number
  /** What is physically wrong right now. */
  faults: ReadonlySet<Fault>
}

/** Where a device publishes. */
export interface Address {
  site: string
  id: string
}

export interface Packet {
  device: string
  topic: string
  payload: string
  /** Nothing the device says later repeats it (a button press), so it must outlast a lost connection. */
  once: boolean
}

/** A command as it comes in. */
export interface Told {
  id: string
  command: string
}

/** What a device answers to a command. */
export interface Answer {
  id: string
  ok: boolean
  message: string
}

/** One moment at which a device may speak. */
export interface Occasion {
  address: Address
  atMs: number
  /** The number of the next message; each message takes one. */
  nextSeq: () => number
  /** Its report interval has passed. */
  due: boolean
}

/**
 * A device family: physics and encoder. Both are pure but for the random stream handed in.
 *
 * `encode` gets the state it last spoke from, or `null` after a connect, when it tells everything it knows.
 */
export interface DeviceFamily<Spec, State, Fault extends string> {
  kind: DeviceKind
  faults: readonly Fault[]
  /** Words for a progress line, by condition code: what begins, what ends. */
  words: Readonly<Record<string, readonly [begins: string, ends: string]>>
  start(spec: Spec, random: SeededRandom): State
  next(state: State, surroundings: Surroundings<Fault>, random: SeededRandom): State
  reportEveryMs(state: State): number
  encode(before: State | null, after: State, occasion: Occasion): Packet[]
  /** Takes a command in; a family without it listens to none. */
  obey?(state: State, told: Told): State
  /** The state after it spoke, where it keeps what it has to answer. */
  spoken?(state: State): State
  /** Condition codes with what the device holds of them now. */
  levels(state: State): Record<string, boolean>
}

export type Values = Record<string, PointValue>

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

/** What goes on from `value` towards `target` with time constant `withinMs`, as warmth does. */
export const settle = (value: number, target: number, withinMs: number, elapsedMs: number): number =>
  target + (value - target) * Math.exp(-elapsedMs / withinMs)
