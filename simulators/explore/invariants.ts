import { alarmInvariants } from './holds/alarms.ts'
import { messageInvariants } from './holds/messages.ts'
import { ticketInvariants } from './holds/tickets.ts'
import { clockInvariants } from './holds/clocks.ts'
import type { Testimony } from './testimony.ts'

/** Something that always holds, whatever happens in a building. */
export interface Invariant {
  id: string
  /** As the design counts what always holds; `null`: the house's own. */
  number: number | null
  words: string
  /** Where it did not hold, in a sentence each. Pure. */
  broken: (testimony: Testimony) => string[]
}

export const INVARIANTS: readonly Invariant[] = [
  ...messageInvariants,
  ...ticketInvariants,
  ...clockInvariants,
  ...alarmInvariants,
]

export interface Finding {
  invariant: string
  /** What happened, in a sentence. */
  what: string
}

/** Played twice, it must be the same: found by playing, not by looking. */
export const SAME_RUN = {
  id: 'same-run',
  number: 10,
  words: 'Same seed, same run: the same tickets, times and log, byte for byte.',
}
/** A run that cannot be played to its end shows nothing else. */
export const PLAYS_ON = {
  id: 'plays-on',
  number: null,
  words: 'Whatever happens in a building, the service goes on.',
}

/** One finding an invariant that did not hold: where there is one there are often many. */
export function findingsOf(testimony: Testimony, invariants: readonly Invariant[] = INVARIANTS): Finding[] {
  return invariants.flatMap(({ id, broken }) => {
    const [what, ...others] = broken(testimony)
    if (what === undefined) return []
    return [{ invariant: id, what: others.length === 0 ? what : `${what} (and ${others.length} more)` }]
  })
}
