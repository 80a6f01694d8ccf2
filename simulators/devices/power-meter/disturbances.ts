/** Short events of the supply: sags and swells come by chance, as often a year as the meter's place has them. */
import type { SeededRandom } from '../../random.ts'

export const DISTURBANCES = ['sag', 'swell'] as const
export type DisturbanceKind = (typeof DISTURBANCES)[number]

export interface Disturbance {
  readonly kind: DisturbanceKind
  /** What is left of the voltage, or what it grows to, as a share. */
  readonly share: number
  /** The one phase it is on; `null`: all three. */
  readonly phase: 0 | 1 | 2 | null
  readonly leftMs: number
}

/** How many events a meter of its own has counted, and what is on its way. */
export interface Disturbed {
  readonly running: Disturbance | null
  readonly counted: Readonly<Record<DisturbanceKind, number>>
  /** Until the next one comes by chance; `Infinity`: never. */
  readonly untilMs: Readonly<Record<DisturbanceKind, number>>
}

export type PerYear = Readonly<Record<DisturbanceKind, number>>

const YEAR_MS = 365 * 86_400_000
/** Ten cycles of 50 Hz up to three seconds: "instantaneous" and "momentary" of IEEE 1159. */
export const LASTS_MS = [200, 3_000] as const
/** Within what IEEE 1159 calls a sag (0.1 to 0.9) and a momentary swell (1.1 to 1.4), off its edges. */
export const SHARES = { sag: [0.4, 0.85], swell: [1.1, 1.3] } as const
/** Most faults in a network are of one phase to earth. */
const ONE_PHASE = 0.7

/** Time to the next event of a Poisson process, which has no memory. */
const gapMs = (perYear: number, random: SeededRandom) =>
  perYear > 0 ? (-Math.log(1 - random.next()) * YEAR_MS) / perYear : Infinity

function begun(kind: DisturbanceKind, random: SeededRandom): Disturbance {
  const [low, high] = SHARES[kind]
  return {
    kind,
    share: random.range(low, high),
    phase: random.chance(ONE_PHASE) ? random.pick([0, 1, 2] as const) : null,
    leftMs: random.integer(...LASTS_MS),
  }
}

export const undisturbed = (perYear: PerYear, random: SeededRandom): Disturbed => ({
  running: null,
  counted: { sag: 0, swell: 0 },
  untilMs: { sag: gapMs(perYear.sag, random), swell: gapMs(perYear.swell, random) },
})

/** Goes on by a time in which any number of them may begin and end: each is counted. */
export function goOn(before: Disturbed, perYear: PerYear, elapsedMs: number, random: SeededRandom): Disturbed {
  const { running, untilMs } = before
  if (running === null && untilMs.sag > elapsedMs && untilMs.swell > elapsedMs) {
    if (untilMs.sag === Infinity && untilMs.swell === Infinity) return before
    return { ...before, untilMs: { sag: untilMs.sag - elapsedMs, swell: untilMs.swell - elapsedMs } }
  }
  const counted = { ...before.counted }
  const next = { ...untilMs }
  let left = running !== null && running.leftMs > elapsedMs ? { ...running, leftMs: running.leftMs - elapsedMs } : null
  for (const kind of DISTURBANCES) {
    next[kind] -= elapsedMs
    while (next[kind] <= 0) {
      const event = begun(kind, random)
      counted[kind] += 1
      if (event.leftMs + next[kind] > 0) left = { ...event, leftMs: event.leftMs + next[kind] }
      next[kind] += gapMs(perYear[kind], random)
    }
  }
  return { running: left, counted, untilMs: next }
}

/** One begins right now. */
export const provoked = (before: Disturbed, kind: DisturbanceKind, random: SeededRandom): Disturbed => ({
  ...before,
  running: begun(kind, random),
  counted: { ...before.counted, [kind]: before.counted[kind] + 1 },
})

/** For how long nothing of it begins or ends. */
export const undisturbedForMs = ({ running, untilMs }: Disturbed): number =>
  Math.min(running?.leftMs ?? Infinity, untilMs.sag, untilMs.swell)
