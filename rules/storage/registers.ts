import type { FollowUp, Ticket } from '../model.ts'
import type { Period } from '../reports/load.ts'
import type { Db } from './connect.ts'
import { followUpOfRow } from './follow-ups.ts'
import { amongst, keptQuery } from './statements.ts'
import { ticketsByIds } from './tickets.ts'

/** What is written down in the books of a site, oldest first; of more than `limit` the latest. */

interface Asked extends Period {
  site: string
  limit: number
}

/** Tickets that were opened in the period, without complaints and drills. */
export async function repairsIn(db: Db, { site, from, to, limit }: Asked): Promise<Ticket[]> {
  const query = db.selectFrom('tickets').select('id').where('site', '=', site).where('kind', '!=', 'complaint')
  const real = query.where('drill', 'is', null)
  const within = real.where('opened_at', '>=', from).where('opened_at', '<', to)
  const rows = await within.orderBy('opened_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return ticketsByIds(
    db,
    rows.map(({ id }) => id),
  )
}

/**
 * Follow-ups that were answered in the period, those that are due in it, and those that wait for rain since work that
 * was completed in it; none that were dropped.
 */
export async function followUpsIn(db: Db, { site, from, to, limit }: Asked): Promise<FollowUp[]> {
  const query = db.selectFrom('follow_ups').selectAll().where('site', '=', site)
  const within = query.where((e) =>
    e.or([
      e.and([e('answered_at', '>=', from), e('answered_at', '<', to)]),
      e.and([e('state', '=', 'open'), e('due_at', '>=', from), e('due_at', '<', to)]),
      e.and([e('state', '=', 'waiting'), e('completed_at', '>=', from), e('completed_at', '<', to)]),
    ]),
  )
  return (await within.orderBy('id', 'desc').limit(limit).execute()).map(followUpOfRow).reverse()
}

export interface Caller {
  ticket: string
  name: string
  household: string
  phone: string
}

const readCallers = keptQuery((db, tickets: string) =>
  db
    .selectFrom('intakes')
    .select(['ticket', 'name', 'household', 'phone'])
    .where('ticket', 'in', amongst(tickets))
    .orderBy('id', 'desc'),
)

/** Who reported each of these tickets first; those that nobody reported are missing. */
export async function callersOf(db: Db, tickets: readonly string[]): Promise<Map<string, Caller>> {
  const rows = await readCallers(db, JSON.stringify(tickets))
  return new Map(rows.map((row) => [row.ticket, row]))
}

const readNumbers = keptQuery((db, tickets: string) =>
  db.selectFrom('tickets').select(['id', 'number', 'state', 'title', 'reporter']).where('id', 'in', amongst(tickets)),
)

/** What lists name a ticket by. */
export type Named = Pick<Ticket, 'number' | 'state' | 'title' | 'reporter'>

export async function namesOf(db: Db, tickets: readonly string[]): Promise<Map<string, Named>> {
  const rows = await readNumbers(db, JSON.stringify(tickets))
  return new Map(
    rows.map(({ id, number, state, title, reporter }) => [
      id,
      {
        ...{ number, state: state as Ticket['state'], title: JSON.parse(title) as Ticket['title'] },
        reporter: reporter === null ? null : (JSON.parse(reporter) as Ticket['reporter']),
      },
    ]),
  )
}
