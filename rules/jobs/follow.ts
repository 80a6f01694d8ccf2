import type { Ticket, TicketAction, TicketClock } from '../model.ts'
import type { Work } from '../work.ts'
import { noteRecurrence } from './recurrence.ts'

/** What follows from a ticket beside who is sent and called: residents that hear of it, visits afterwards, tasks. */
export async function ticketOpened(work: Work, ticket: Ticket): Promise<void> {
  await noteRecurrence(work, ticket)
}

export async function ticketMoved(
  _work: Work,
  _before: Ticket,
  _ticket: Ticket,
  _action: TicketAction,
): Promise<void> {}

/** A clock of a ticket has just run out. */
export async function clockBreached(_work: Work, _ticket: Ticket, _clock: TicketClock): Promise<void> {}
