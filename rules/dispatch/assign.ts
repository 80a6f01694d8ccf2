import { followLadder } from '../escalation/ladder.ts'
import type { CallReason, Ticket } from '../model.ts'
import { aboutTicket, tellPeople } from '../notify/queue.ts'
import { planOf } from '../plans/book.ts'
import { callsOf, insertCall } from '../storage/ticket-calls.ts'
import { SYSTEM, writeMoved } from '../tickets/apply.ts'
import { actOnTicket, allowedActions } from '../tickets/machine.ts'
import type { Work } from '../work.ts'
import { hasSkill, onDuty, skillOf } from './on-duty.ts'

/** Gives an emergency that nobody has to who is on duty, has the skill and is free or nearest. */
export async function assignAtOnce(work: Work, ticket: Ticket): Promise<Ticket> {
  if (ticket.priority !== 'critical' || ticket.state !== 'pending_dispatch') return ticket
  return giveToNext(work, ticket, 'on_duty')
}

/** To the next who was not asked yet; the ticket as it is where there is none. */
export async function passOn(work: Work, ticket: Ticket, why: 'declined' | 'no_answer'): Promise<Ticket> {
  return allowedActions(ticket.state).includes('assign') ? giveToNext(work, ticket, why) : ticket
}

async function giveToNext(work: Work, ticket: Ticket, reason: CallReason): Promise<Ticket> {
  const book = work.draft.plans()
  const asked = new Set((await callsOf(work.db, ticket.id)).map(({ responder }) => responder))
  const next = onDuty(book, ticket.site, work.draft.timezoneOf(ticket.site), work.now)
    .map(({ responder }) => planOf(book, 'responder', responder))
    .find((each) => each?.enabled === true && hasSkill(each, skillOf(ticket, book)) && !asked.has(each.id))
  if (!next) return ticket
  const given = actOnTicket(ticket, 'assign', { assignee: next.id }, work.now)
  await writeMoved(work, ticket, given, 'assign', SYSTEM, next.id)
  await followLadder(work, ticket, given)
  const call = { ticket: ticket.id, responder: next.id, at: work.now, reason }
  await insertCall(work.db, { ...call, answer: null, answeredAt: null })
  await tellPeople(work, [next], { ...aboutTicket(given, { accept: true }), kind: 'ticket.call', until: 'accept' })
  return given
}
