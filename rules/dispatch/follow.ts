import { fireDue } from '../escalation/fire.ts'
import { beginLadder, followLadder, joinLadder } from '../escalation/ladder.ts'
import { ticketMoved, ticketOpened } from '../jobs/follow.ts'
import type { Ticket, TicketAction } from '../model.ts'
import { writeMoved, writeOpened } from '../tickets/apply.ts'
import type { Work } from '../work.ts'
import { assignAtOnce, callByHand, mustBeSendable, passOn } from './assign.ts'
import { cancelCallIns } from './call-in.ts'
import { askWhoLeft } from './handover.ts'

/**
 * Opens a ticket: its ladder begins, an emergency is given to somebody at once, and the steps that are due at once call
 * who was not called by that. Answers it as it is then.
 * `told: false` where a notice that gathers many tells of it.
 */
export async function openTicketNow(
  work: Work,
  ticket: Ticket,
  by: string,
  note: string,
  told = true,
): Promise<Ticket> {
  await writeOpened(work, ticket, by, note, told)
  await beginLadder(work, ticket)
  await ticketOpened(work, ticket)
  return fireDue(work, await assignAtOnce(work, ticket))
}

/** An alarm has come to a ticket: it may be more urgent, about something more, or told again after maintenance. */
export async function ticketJoined(work: Work, before: Ticket, ticket: Ticket): Promise<void> {
  await joinLadder(work, before, ticket)
  await askWhoLeft(work, before, ticket)
  await fireDue(work, await assignAtOnce(work, ticket))
}

/**
 * Moves a ticket: steps stop at their milestones, who is sent by hand is called, and a declined job goes to the next.
 * Answers it as it is then. Throws `Refusal` `invalid` where somebody is sent who cannot be.
 */
export async function moveTicketNow(
  work: Work,
  before: Ticket,
  ticket: Ticket,
  action: TicketAction,
  by: string,
  note: string,
): Promise<Ticket> {
  if (action === 'assign') mustBeSendable(work, ticket, ticket.assignee)
  await writeMoved(work, before, ticket, action, by, note)
  await followLadder(work, before, ticket)
  await ticketMoved(work, before, ticket, action)
  if (action === 'assign') await callByHand(work, ticket)
  if (action === 'close' || action === 'cancel') await cancelCallIns(work, ticket)
  if (action === 'decline') return fireDue(work, await passOn(work, ticket, 'declined', before.assignee))
  // What begins anew at once is met with the call, which it would repeat a moment later.
  return action === 'assign' ? fireDue(work, ticket) : ticket
}
