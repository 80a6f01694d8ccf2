import { beginFollowUps } from '../follow-ups/begin.ts'
import type { Ticket, TicketAction, TicketClock } from '../model.ts'
import { surveyAfterCompletion } from '../surveys/after-completion.ts'
import type { Work } from '../work.ts'
import { tellApproval } from './approval.ts'
import { noteRecurrence } from './recurrence.ts'
import { oweExplanation } from './explain.ts'
import { tellProgress } from './progress.ts'
import { endTasks } from './tasks.ts'

/** What follows from a ticket beside who is sent and called: who hears of it, visits afterwards, tasks. */
export async function ticketOpened(work: Work, ticket: Ticket): Promise<void> {
  if (ticket.drill === null) await noteRecurrence(work, ticket)
  await tellApproval(work, ticket)
}

export async function ticketMoved(work: Work, _before: Ticket, ticket: Ticket, action: TicketAction): Promise<void> {
  await endTasks(work, ticket)
  await tellProgress(work, ticket, action)
  // Nobody is asked about an emergency that was none.
  if (action !== 'complete' || ticket.drill !== null) return
  await beginFollowUps(work, ticket)
  await surveyAfterCompletion(work, ticket)
}

/** A clock of a ticket has just run out. */
export async function clockBreached(work: Work, ticket: Ticket, clock: TicketClock): Promise<void> {
  if (ticket.drill === null) await oweExplanation(work, ticket, clock)
}
