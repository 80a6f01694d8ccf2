import { nextChange } from '../../calendar/windows.ts'
import type { Ruleset } from '../ruleset.ts'
import type { Downtime } from '../surroundings.ts'

/** A moment at which time alone changes something for many devices. */
export type Moment =
  | { at: number; what: 'window' }
  /** The service ends listening. */
  | { at: number; what: 'downtime'; downtime: Downtime }

export interface Moments {
  next(): Moment | null
  /** To be called once the next one is over. */
  pass(): void
}

/** When windows of rules open or close and when the service did not listen, from `startAt` on, in order. */
export function createMoments(
  { gated }: Ruleset,
  timezones: readonly string[],
  downtimes: readonly Downtime[],
  startAt: number,
): Moments {
  const coming = downtimes.filter(({ from }) => from >= startAt).sort((a, b) => a.from - b.from)
  const windows = gated.flatMap(({ rule }) => timezones.map((timezone) => ({ calendar: rule.calendar!, timezone })))
  const changeAt = windows.map(({ calendar, timezone }) => nextChange(calendar, timezone, startAt) ?? Infinity)
  /** What changes while the service does not listen is seen when it does again. */
  const seenAt = (at: number) => downtimes.find(({ from, to }) => at >= from && at < to)?.to ?? at

  function next(): Moment | null {
    const change = seenAt(Math.min(Infinity, ...changeAt))
    const [downtime] = coming
    if (downtime !== undefined && downtime.from <= change) return { at: downtime.from, what: 'downtime', downtime }
    return change === Infinity ? null : { at: change, what: 'window' }
  }

  let known = next()
  return {
    next: () => known,
    pass() {
      if (known?.what === 'downtime') coming.shift()
      if (known?.what === 'window') {
        for (const [index, { calendar, timezone }] of windows.entries()) {
          if (changeAt[index]! > known.at) continue
          changeAt[index] = nextChange(calendar, timezone, known.at) ?? Infinity
        }
      }
      known = next()
    },
  }
}
