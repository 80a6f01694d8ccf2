import { followLadder } from '../escalation/ladder.ts'
import { type Principal, Refusal, type Ticket, type TicketCall, type TicketState } from '../model.ts'
import { aboutTicket, tellPeople } from '../notify/queue.ts'
import { planOf, responderName } from '../plans/book.ts'
import { answerCall, callsOf } from '../storage/ticket-calls.ts'
import { writeMoved } from '../tickets/apply.ts'
import { actOnTicket, notInState } from '../tickets/machine.ts'
import type { Work } from '../work.ts'
import { mustBeSendable, nameOf } from './assign.ts'
import { moveTicketNow } from './follow.ts'

const NOT_TAKEN: readonly TicketState[] = ['pending_dispatch', 'assigned', 'cancelled']

/** Whether somebody has the job or was asked to take it and did not decline. */
export async function mayAccept(work: Work, ticket: Ticket, responder: string): Promise<boolean> {
  return ticket.assignee === responder || (await callsOf(work.db, ticket.id)).some(asked(responder))
}

const asked = (who: string) => (call: TicketCall) => call.responder === who && call.answer !== 'declined'

/**
 * Takes a job for who has it (`null`), or for one who was called to it and is quicker: then it is his. A dispatcher may
 * also name somebody else while it is assigned; that a responder asks only for his own, `mayAccept` holds. The
 * others who were called are told. Throws `Refusal`: `conflict`, naming who has it, where somebody was quicker still.
 */
export async function acceptTicket(
  work: Work,
  ticket: Ticket,
  responder: string | null,
  by: Principal,
  note = '',
): Promise<Ticket> {
  const who = responder ?? ticket.assignee
  if (!NOT_TAKEN.includes(ticket.state)) throw takenAlready(work, ticket, who, by)
  const calls = await callsOf(work.db, ticket.id)
  const isOpenToHim = ticket.state === 'assigned' || calls.some(asked(who ?? ''))
  const given = isOpenToHim ? await takeOver(work, ticket, who!, by) : ticket
  const accepted = actOnTicket(given, 'accept', {}, work.now)
  const written = await moveTicketNow(work, given, accepted, 'accept', by.name, note)
  await answerCall(work.db, ticket.id, who!, 'accepted', work.now)
  await tellOthers(work, written, calls)
  return written
}

async function takeOver(work: Work, ticket: Ticket, who: string, by: Principal): Promise<Ticket> {
  if (ticket.state === 'cancelled' || ticket.assignee === who) return ticket
  mustBeSendable(work, ticket, who)
  const given = actOnTicket(ticket, 'assign', { assignee: who }, work.now)
  await writeMoved(work, ticket, given, 'assign', by.name, `${nameOf(work, who)}: the first to accept`)
  await followLadder(work, ticket, given)
  return given
}

function takenAlready(work: Work, ticket: Ticket, who: string | null, by: Principal): Refusal {
  const { assignee, reached, state } = ticket
  const at = reached.accept === undefined ? '' : ` at ${new Date(reached.accept).toISOString()}`
  const isSame = by.role === 'responder' && who === assignee
  const taken = isSame ? 'you have accepted it already' : `already accepted by ${nameOf(work, assignee ?? '')}${at}`
  const text = notInState(ticket, 'accept', taken)
  if (isSame || assignee === null || state === 'cancelled') return new Refusal('conflict', text, 'in_state', { state })
  const name = responderName(work.draft.plans(), assignee)
  return new Refusal('conflict', text, 'taken', { name })
}

async function tellOthers(work: Work, ticket: Ticket, calls: readonly TicketCall[]): Promise<void> {
  const others = calls.filter(({ responder, answer }) => responder !== ticket.assignee && answer !== 'declined')
  const people = others.flatMap(({ responder }) => planOf(work.draft.plans(), 'responder', responder) ?? [])
  if (people.length === 0) return
  const about = aboutTicket(ticket, { by: ticket.assignee })
  await tellPeople(work, people, { ...about, kind: 'ticket.taken', emergency: false })
}
