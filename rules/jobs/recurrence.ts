import { DAY_MS, SYSTEM, type Ticket } from '../model.ts'
import type { Db } from '../storage/connect.ts'
import { type Earlier, earlierOf } from '../storage/recurrences.ts'
import { insertHistory } from '../storage/tickets.ts'
import type { Work } from '../work.ts'

const WATCHED_DAYS = 30

/** What came before at the same device or place, of the same category, within 30 days; newest first, at most 20. */
export function recurrencesOf(db: Db, ticket: Ticket): Promise<Earlier[]> {
  return earlierOf(db, ticket, ticket.openedAt - WATCHED_DAYS * DAY_MS)
}

/** Whoever is sent learns that it is not the first time. */
export async function noteRecurrence(work: Work, ticket: Ticket): Promise<void> {
  if (ticket.kind === 'complaint') return
  const earlier = await recurrencesOf(work.db, ticket)
  if (earlier.length === 0) return
  const note = earlier.map(({ number }) => number).join(', ')
  const entry = { at: work.now, by: SYSTEM, action: 'recurrence', from: ticket.state, to: ticket.state, note }
  await insertHistory(work.db, ticket.id, entry)
}
