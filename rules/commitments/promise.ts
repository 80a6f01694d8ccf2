import { dueAt } from '../calendar/due.ts'
import type { Commitment, Target, Ticket, TicketClock } from '../model.ts'
import { partyOf } from './choose.ts'
import { covers } from './covers.ts'

/** The promise that a clock runs for, and whose it is. */
export interface PromiseMade {
  commitment: Commitment
  target: Target
}

/**
 * Of what a ticket keeps: the same promise made twice runs one clock, and the one that says what is owed otherwise is
 * taken. A clock that started when its ticket became more urgent has the first of its milestone.
 */
export function promiseOf(ticket: Ticket, clock: TicketClock, timezone: string): PromiseMade | null {
  const promises = ticket.commitments.flatMap((commitment) => {
    const hours = { timezone, serviceHours: commitment.serviceHours }
    const isOf = ({ milestone, party = partyOf(commitment) }: Target) =>
      milestone === clock.milestone && party === clock.party
    const covered = commitment.targets.filter(
      (target) => isOf(target) && covers(target.covers, ticket, { at: ticket.openedAt, ...hours }),
    )
    return covered.map((target) => {
      const { from = 'report' } = target
      const at = { report: ticket.openedAt, occurrence: ticket.occurredAt, appointment: ticket.appointmentAt }[from]
      return { commitment, target, isDue: at !== null && dueAt(at, target, hours) === clock.dueAt }
    })
  })
  const rank = ({ isDue, target }: (typeof promises)[number]) => (isDue ? 2 : 0) + (target.otherwise ? 1 : 0)
  const [first] = promises.sort((a, b) => rank(b) - rank(a))
  return first ? { commitment: first.commitment, target: first.target } : null
}
