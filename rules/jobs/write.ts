import { type Principal, Refusal, type Ticket, type TicketState } from '../model.ts'
import { changedTimes } from '../proof/times.ts'
import { mustSee } from '../rights.ts'
import { findTicket, insertHistory, saveTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'

/** What a responder hears of a job that is not his. */
export const notHis = () => new Refusal('forbidden', 'a responder acts on the jobs assigned to him', 'not_yours')

/** The ticket that somebody works on. Throws `Refusal`: `forbidden` where it is another responder's, `not_found`. */
export async function ownTicket(work: Work, id: string, by: Principal): Promise<Ticket> {
  const ticket = await findTicket(work.db, id)
  if (by.role === 'responder' && ticket?.assignee !== by.name) {
    throw notHis()
  }
  return seen(ticket, id, by)
}

/** The ticket that somebody may look at. Throws `Refusal` `not_found`. */
export async function seenTicket(work: Work, id: string, by: Principal): Promise<Ticket> {
  return seen(await findTicket(work.db, id), id, by)
}

function seen(ticket: Ticket | null, id: string, by: Principal): Ticket {
  if (ticket === null) throw new Refusal('not_found', `ticket ${id} does not exist`)
  mustSee(by, ticket.site, `ticket ${id}`)
  return ticket
}

export function mustBeIn(ticket: Ticket, what: string, states: readonly TicketState[]): void {
  if (states.includes(ticket.state)) return
  const either = states.join(' or ')
  throw new Refusal(
    'conflict',
    `${what} is not allowed while the ticket is ${ticket.state}, but while ${either}`,
    'in_state',
    { state: ticket.state },
  )
}

/** Throws `Refusal` `stale` where somebody else edited its texts since they were read; `undefined`: any version. */
export function mustBeVersion({ job: { version } }: Ticket, versions: readonly number[] | undefined): void {
  if (!versions || versions.includes(version)) return
  throw new Refusal('stale', `it is version ${version} by now; read it again, so that nobody's text is lost`, 'version')
}

/** Writes what was done to the work order, and who did it, in the ticket's history; `before`: where clocks began. */
export async function writeJob(
  work: Work,
  ticket: Ticket,
  done: { action: string; by: string; note: string },
  before: Ticket = ticket,
): Promise<Ticket> {
  const written = { ...ticket, updatedAt: work.now }
  await saveTicket(work.db, written)
  const entry = { at: work.now, from: ticket.state, to: ticket.state, ...done }
  await insertHistory(work.db, ticket.id, entry, changedTimes(before, written))
  work.changes.push({ type: 'ticket', ticket: written, what: 'edited' })
  return written
}
