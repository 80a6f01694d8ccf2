import type { Responder, Ticket } from '../model.ts'
import { aboutTicket, broadcast, tellPeople } from '../notify/queue.ts'
import type { Work } from '../work.ts'

/** Something of a ticket waits for one of these people, who are told what; where there are none, whoever listens. */
export async function tellWaiting(
  work: Work,
  ticket: Ticket,
  people: readonly Responder[],
  said: { stepName: { zh: string; en: string }; reason?: string },
): Promise<void> {
  const about = { ...aboutTicket(ticket, said), emergency: false, kind: 'ticket.waiting' as const }
  if (people.length > 0) await tellPeople(work, people, about)
  else await broadcast(work, about)
}
