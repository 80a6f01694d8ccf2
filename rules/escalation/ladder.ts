import type { Ticket } from '../model.ts'
import type { Work } from '../work.ts'

/** Begins the ladder of the policy that covers the ticket, where it has none yet. */
export function beginLadder(_work: Work, _ticket: Ticket): Promise<void> {
  return Promise.resolve()
}

/** Steps stop at the milestone they name and what they had queued is withdrawn; a decline brings them back. */
export function followLadder(_work: Work, _before: Ticket, _ticket: Ticket): Promise<void> {
  return Promise.resolve()
}
