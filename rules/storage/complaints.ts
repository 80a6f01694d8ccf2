import { sql } from 'kysely'
import { type Ticket, type TicketState, WORKING_STATES } from '../model.ts'
import type { Db } from './connect.ts'
import { ticketsByIds } from './tickets.ts'

export interface ComplaintFilter {
  /** `null`: all. */
  sites: readonly string[] | null
  states?: readonly TicketState[] | undefined
  /** The ticket that they are about. */
  about?: string | undefined
  beforeId?: string | undefined
  limit: number
}

/** Tickets of the kind complaint, newest first. */
export async function listComplaints(db: Db, filter: ComplaintFilter): Promise<Ticket[]> {
  // Named as they stand in the index of what is no repair.
  let query = db.selectFrom('tickets').select('id').where('kind', '=', 'complaint')
  query = query.where('kind', '<>', sql.lit('repair'))
  if (filter.sites !== null) query = query.where('site', 'in', filter.sites)
  if (filter.states) query = query.where('state', 'in', filter.states)
  if (filter.about !== undefined) query = query.where('about', '=', filter.about)
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute()
  const found = await ticketsByIds(
    db,
    rows.map(({ id }) => id),
  )
  return found.reverse()
}

/** The id of the rework of a ticket, or of a complaint about it, that is still being worked on; `null`: none is. */
export async function workingOn(db: Db, column: 'rework_of' | 'about', ticket: string): Promise<string | null> {
  const rows = await db.selectFrom('tickets').select(['id', 'state']).where(column, '=', ticket).execute()
  return rows.find(({ state }) => WORKING_STATES.some((working) => working === state))?.id ?? null
}
