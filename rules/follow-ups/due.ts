import { CUSTOMER_SERVICE, peopleWith } from '../jobs/superiors.ts'
import { aboutTicket, broadcast, tellPeople } from '../notify/queue.ts'
import { markFollowUpTold, stillUntold } from '../storage/follow-up-queue.ts'
import { firstReports } from '../storage/samples.ts'
import { findTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'

/**
 * Of each that nobody asked in time the customer-service supervisors (客服主管) of its site are told, once; where there
 * are none, whoever listens.
 */
export async function tellOverdue(work: Work, ids: readonly string[]): Promise<void> {
  const { db, now } = work
  for (const followUp of await stillUntold(db, ids, now)) {
    const ticket = (await findTicket(db, followUp.ticket))!
    const { name = '', phone = '' } = (await firstReports(db, [ticket.id])).get(ticket.id) ?? ticket.reporter ?? {}
    const extra = { followUp: followUp.id, dueAt: followUp.dueAt, resident: `${name} ${phone}`.trim() }
    // The ticket's own time is not what is told of it.
    const about = { ...aboutTicket(ticket, extra), emergency: false, kind: 'follow_up.due' as const }
    const supervisors = peopleWith(work, ticket.site, CUSTOMER_SERVICE)
    if (supervisors.length > 0) await tellPeople(work, supervisors, about)
    else await broadcast(work, about)
    await markFollowUpTold(db, followUp.id, now)
  }
}
