import { beginLadder, followLadder } from '../escalation/ladder.ts'
import type { Ticket, TicketAction } from '../model.ts'
import { writeMoved, writeOpened } from '../tickets/apply.ts'
import type { Work } from '../work.ts'
import { assignAtOnce, passOn } from './assign.ts'

/**
 * Opens a ticket: its ladder begins, and an emergency is given to somebody at once. Answers it as it is then.
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
  return assignAtOnce(work, ticket)
}

/** A ticket has become more urgent, or is about something more. */
export async function ticketJoined(work: Work, ticket: Ticket): Promise<void> {
  await beginLadder(work, ticket)
  await assignAtOnce(work, ticket)
}

/** Moves a ticket: steps stop at their milestones, and a declined job goes to the next. Answers it as it is then. */
export async function moveTicketNow(
  work: Work,
  before: Ticket,
  ticket: Ticket,
  action: TicketAction,
  by: string,
  note: string,
): Promise<Ticket> {
  await writeMoved(work, before, ticket, action, by, note)
  await followLadder(work, before, ticket)
  return action === 'decline' ? passOn(work, ticket, 'declined') : ticket
}
