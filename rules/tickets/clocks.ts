import type { Commitment, Milestone, TicketClock } from '../model.ts'

/** One clock for each target, from the moment the ticket opened. */
export function startClocks(commitment: Commitment, openedAt: number): TicketClock[] {
  return commitment.targets.map(({ milestone, withinMs }) => ({
    milestone,
    dueAt: openedAt + withinMs,
    metAt: null,
    breachedAt: null,
    state: 'running',
  }))
}

/** A clock that is still running the first millisecond after its due time is breached at that millisecond. */
export function breachClock(clock: TicketClock, now: number): TicketClock {
  if (clock.state !== 'running' || now <= clock.dueAt) return clock
  return { ...clock, state: 'breached', breachedAt: clock.dueAt + 1 }
}

/** A milestone is reached; exactly at its due time is on time. Reaching it again changes nothing. */
export function meetClocks(clocks: readonly TicketClock[], reached: readonly Milestone[], now: number): TicketClock[] {
  return clocks.map((clock) => {
    const current = breachClock(clock, now)
    if (!reached.includes(clock.milestone)) return current
    if (current.state === 'running') return { ...current, state: 'met', metAt: now }
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
