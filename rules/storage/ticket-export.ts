import type { FollowUp, Ticket } from '../model.ts'
import type { Db } from './connect.ts'
import { amongst } from './statements.ts'
import { ticketsByIds } from './tickets.ts'

/** A ticket with what residents said of it afterwards, oldest first. */
export interface ExportedTicket {
  ticket: Ticket
  answers: NonNullable<FollowUp['answer']>[]
}

export interface ExportRange {
  /** `null`: all. */
  sites: readonly string[] | null
  /** Opened from, and before. */
  from: number
  to: number
}

/** A page takes some 5 ms; between two of them others have their turn. */
const PAGE_TICKETS = 100
/** A page looks through no more than so long a time, or a site with few tickets would hold up the others. */
const SPAN_MS = 24 * 3_600_000

/** Pages of tickets by the time they were opened, each ticket once. */
export async function* ticketsOpened(db: Db, { sites, from, to }: ExportRange): AsyncGenerator<ExportedTicket[], void> {
  for (let start = from; start < to; start += SPAN_MS) {
    const end = Math.min(to, start + SPAN_MS)
    let after = { at: start, id: '' }
    for (;;) {
      let query = db.selectFrom('tickets').select(['id', 'opened_at'])
      if (sites !== null) query = query.where('site', 'in', sites)
      const page = await query
        .where('opened_at', '>=', after.at)
        .where('opened_at', '<', end)
        .where((e) => e(e.refTuple('opened_at', 'id'), '>', e.tuple(after.at, after.id)))
        .orderBy('opened_at')
        .orderBy('id')
        .limit(PAGE_TICKETS)
        .execute()
      const last = page.at(-1)
      if (last === undefined) break
      after = { at: last.opened_at, id: last.id }
      const ids = page.map(({ id }) => id)
      yield await exported(db, ids)
    }
  }
}

async function exported(db: Db, ids: readonly string[]): Promise<ExportedTicket[]> {
  const tickets = new Map((await ticketsByIds(db, ids)).map((ticket) => [ticket.id, ticket]))
  const rows = await db
    .selectFrom('follow_ups')
    .select(['ticket', 'answer'])
    .where('ticket', 'in', amongst(JSON.stringify(ids)))
    .where('answer', 'is not', null)
    .orderBy('answered_at')
    .execute()
  return ids.map((id) => ({
    ticket: tickets.get(id)!,
    answers: rows
      .filter(({ ticket }) => ticket === id)
      .map(({ answer }) => JSON.parse(answer!) as NonNullable<FollowUp['answer']>),
  }))
}
