import type { DeviceFamily } from '../../../simulators/devices/family.ts'
import { seededRandom } from '../../../simulators/random.ts'

export const HOUR_MS = 3_600_000

/** One device of a family, stepped by hand. */
export function pace<Spec, State, Fault extends string>(
  family: DeviceFamily<Spec, State, Fault>,
  spec: Spec,
  seed: number,
  startHour = 0,
) {
  const random = seededRandom(seed)
  const faults = new Set<Fault>()
  let state = family.start(spec, random)
  let atMs = 0
  return {
    faults,
    state: () => state,
    atMs: () => atMs,
    levels: () => family.levels(state),
    active: () =>
      Object.entries(family.levels(state))
        .filter(([, active]) => active)
        .map(([code]) => code),
    /** Steps for `forMs`, and hands every state to `see`. */
    go(forMs: number, see: (state: State) => void = () => undefined, elapsedMs = 1_000) {
      for (let passed = 0; passed < forMs; passed += elapsedMs) {
        atMs += elapsedMs
        const hourOfDay = (startHour + atMs / HOUR_MS) % 24
        state = family.next(state, { elapsedMs, hourOfDay, faults }, random)
        see(state)
      }
      return state
    },
    /** Steps until `done`, at most `withinMs`; tells whether it came. */
    until(done: (state: State) => boolean, withinMs: number): boolean {
      for (let passed = 0; passed < withinMs && !done(state); passed += 500) this.go(500, undefined, 500)
      return done(state)
    },
  }
}

export const SEEDS = Array.from({ length: 8 }, (_, index) => 100 + index)
