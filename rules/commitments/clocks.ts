import { type Commitment, type Milestone, type Party, type Target, type TicketClock } from '../model.ts'

/** What decides which promises cover a ticket, and what their time runs from. */
export interface Promised {
  openedAt: number
  occurredAt: number
  appointmentAt: number | null
}

/** One clock for each target that covers it, from its start. */
export function startClocks(commitments: readonly Commitment[], { openedAt }: Promised): TicketClock[] {
  const clocks: TicketClock[] = []
  for (const target of commitments.flatMap(({ targets }) => targets)) {
    clocks.push({ ...newClock(target, clocks), dueAt: openedAt + target.withinMs })
  }
  return clocks
}

function newClock({ milestone, party = 'property' }: Target, others: readonly TicketClock[]): TicketClock {
  const earlier = others.filter((clock) => clock.milestone === milestone).length
  return {
    id: earlier === 0 ? milestone : `${milestone}-${earlier + 1}`,
    milestone,
    party,
    dueAt: 0,
    notBefore: null,
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
