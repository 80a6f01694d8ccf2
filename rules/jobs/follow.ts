import type { Ticket, TicketAction, TicketClock } from '../model.ts'
import { surveyAfterCompletion } from '../surveys/after-completion.ts'
import type { Work } from '../work.ts'

/** What follows from a ticket beside who is sent and called: residents that hear of it, visits afterwards, tasks. */
export async function ticketOpened(_work: Work, _ticket: Ticket): Promise<void> {}

export async function ticketMoved(work: Work, _before: Ticket, ticket: Ticket, action: TicketAction): Promise<void> {
  if (action === 'complete') await surveyAfterCompletion(work, ticket)
}

/** A clock of a ticket has just run out. */
export async function clockBreached(_work: Work, _ticket: Ticket, _clock: TicketClock): Promise<void> {}
