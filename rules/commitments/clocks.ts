import { dueAt } from '../calendar/due.ts'
import type { Commitment, Milestone, Party, Target, Ticket, TicketClock } from '../model.ts'
import { partyOf } from './choose.ts'
import { type Covered, covers } from './covers.ts'

/** What decides which promises cover a ticket, and what their time runs from. */
export type Promised = Covered & Pick<Ticket, 'openedAt' | 'occurredAt' | 'appointmentAt'>

/** One clock for each target that covers it, from its start; the same promise made twice runs once. */
export function startClocks(commitments: readonly Commitment[], promised: Promised, timezone: string): TicketClock[] {
  return commitments.reduce<TicketClock[]>((clocks, commitment) => {
    const start = ({ from = 'report' }: Target) =>
      ({ report: promised.openedAt, occurrence: promised.occurredAt, appointment: promised.appointmentAt })[from]
    const covered = commitment.targets.filter((target) => {
      const at = start(target)
      return at !== null && isCovered(commitment, target, promised, at, timezone)
    })
    return withClocks(clocks, commitment, covered, start, timezone)
  }, [])
}

/**
 * A ticket that has become more urgent, or is about something more: what its commitments promise from now on, and from
 * the time that was agreed for it where there is one only now, beside the clocks that run. Those are never changed.
 */
export function startNewlyCovered(before: Ticket, after: Ticket, now: number, timezone: string): Ticket {
  const agreedAt = before.appointmentAt === null ? after.appointmentAt : null
  const start = ({ from }: Target) => (from === 'appointment' ? agreedAt : now)
  const clocks = after.commitments.reduce<readonly TicketClock[]>((running, commitment) => {
    const newly = commitment.targets.filter((target) => {
      const at = start(target)
      if (at === null || !isCovered(commitment, target, after, at, timezone)) return false
      return target.from === 'appointment' || !isCovered(commitment, target, before, at, timezone)
    })
    return withClocks(running, commitment, newly, start, timezone)
  }, after.clocks)
  return { ...after, clocks }
}

/**
 * A repair that became an appointment: clocks that run for what is promised of repairs only end, and those of an
 * appointment begin. What is late already stays so.
 */
export function startAppointed(before: Ticket, after: Ticket, now: number, timezone: string): Ticket {
  const when = { at: now, timezone }
  const stillOwed = after.commitments.flatMap((commitment) =>
    commitment.targets
      .filter((target) =>
        [commitment.covers, target.covers].every(({ hours: _atOpening, ...of } = {}) =>
          [before, after].every((each) => covers(of, each, when)),
        ),
      )
      .map(({ milestone, party = partyOf(commitment) }) => ({ milestone, party })),
  )
  const isOwed = ({ milestone, party }: TicketClock) =>
    stillOwed.some((owed) => owed.milestone === milestone && owed.party === party)
  const clocks = before.clocks.flatMap((clock) => (isOwed(clock) ? [clock] : cancelClocks([clock], now)))
  return startNewlyCovered(before, { ...after, clocks }, now, timezone)
}

function isCovered(commitment: Commitment, target: Target, ticket: Covered, at: number, timezone: string): boolean {
  const when = { at, timezone, serviceHours: commitment.serviceHours }
  return covers(commitment.covers, ticket, when) && covers(target.covers, ticket, when)
}

function withClocks(
  running: readonly TicketClock[],
  commitment: Commitment,
  targets: readonly Target[],
  start: (target: Target) => number | null,
  timezone: string,
): TicketClock[] {
  const clocks = [...running]
  for (const target of targets) {
    const at = start(target)!
    const clock = newClock(commitment, target, at, timezone)
    const alike = clocks.filter(({ milestone }) => milestone === clock.milestone)
    if (alike.some(({ party, dueAt }) => party === clock.party && dueAt === clock.dueAt)) continue
    clocks.push(alike.length === 0 ? clock : { ...clock, id: `${clock.milestone}-${alike.length + 1}` })
  }
  return clocks
}

function newClock(commitment: Commitment, target: Target, at: number, timezone: string): TicketClock {
  const { milestone, earliestMs } = target
  return {
    id: milestone,
    milestone,
    party: target.party ?? partyOf(commitment),
    dueAt: dueAt(at, target, { timezone, serviceHours: commitment.serviceHours }),
    notBefore: earliestMs === undefined ? null : at - earliestMs,
    metAt: null,
    breachedAt: null,
    state: 'running',
    early: false,
  }
}

/** A clock that is still running the first millisecond after its due time is breached at that millisecond. */
export function breachClock(clock: TicketClock, now: number): TicketClock {
  if (clock.state !== 'running' || now <= clock.dueAt) return clock
  return { ...clock, state: 'breached', breachedAt: clock.dueAt + 1 }
}

/** A milestone is reached; exactly at its due time is on time. Reaching it again changes nothing. */
export function meetClocks(
  clocks: readonly TicketClock[],
  reached: readonly Milestone[],
  now: number,
  party: Party = 'property',
): TicketClock[] {
  return clocks.map((clock) => {
    const current = breachClock(clock, now)
    if (clock.party !== party || !reached.includes(clock.milestone)) return current
    const early = clock.notBefore !== null && now < clock.notBefore
    if (current.state === 'running') return { ...current, state: 'met', metAt: now, early }
    if (current.state === 'breached') return { ...current, state: 'met_late', metAt: now }
    return current
  })
}

export function cancelClocks(clocks: readonly TicketClock[], now: number): TicketClock[] {
  return clocks.map((clock) => {
    const current = breachClock(clock, now)
    return current.state === 'running' ? { ...current, state: 'cancelled' } : current
  })
}
