import { sql } from 'kysely'
import type { ClockTimes } from '../proof/times.ts'
import { AUDIT_HEAD, type AuditHead, type AuditRow } from './audit.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { keptQuery } from './statements.ts'

/** What a check of the audit chain reads. Each is one statement, so that it sees one moment. */

export interface ProofEnds {
  head: AuditHead | null
  lastAuditId: number
  lastHistoryId: number
  tickets: number
}

/** How far everything goes at one moment: what is written later is not looked at. */
export async function proofEnds(db: Db): Promise<ProofEnds> {
  const { rows } = await sql<Omit<ProofEnds, 'head'> & { head: string | null }>`
    select (select value from settings where key = ${AUDIT_HEAD}) as head,
      (select coalesce(max(id), 0) from audit) as "lastAuditId",
      (select coalesce(max(id), 0) from ticket_history) as "lastHistoryId",
      (select count(*) from tickets) as tickets`.execute(db)
  const { head, ...ends } = rows[0]!
  return { ...ends, head: head === null ? null : headOf(head) }
}

function headOf(text: string): AuditHead | null {
  try {
    return JSON.parse(text) as AuditHead
  } catch {
    return null
  }
}

/** Lines of tickets' history after `afterId` up to and with `lastId`, oldest first. */
export const historyAfter = keptQuery((db, afterId: number, lastId: number, limit: number) => {
  const query = db.selectFrom('ticket_history').selectAll().where('id', '>', afterId).where('id', '<=', lastId)
  return query.orderBy('id').limit(limit)
})

/** A ticket's times with the chain's rows of it, oldest first. */
export interface ProvenTicket {
  id: string
  openedAt: number
  reached: Record<string, number>
  clocks: (ClockTimes & { id: string })[]
  chain: Pick<AuditRow, 'action' | 'at' | 'detail'>[]
}

type ClockCells = [string, number, number | null, number | null, ClockTimes['state'], number]
type ChainCells = [number, string, number, string]

export async function ticketsToProve(db: Db, afterId: string, limit: number): Promise<ProvenTicket[]> {
  const { rows } = await sql<Pick<Row<'tickets'>, 'id' | 'opened_at' | 'reached'> & { clocks: string; chain: string }>`
    select id, opened_at, reached,
      (select json_group_array(json_array(c.id, c.due_at, c.met_at, c.breached_at, c.state, c.early))
        from clocks c where c.ticket = tickets.id) as clocks,
      (select json_group_array(json_array(a.id, a.action, a.at, a.detail))
        from audit a where a.subject = tickets.id and a.action glob 'ticket.*') as chain
    from tickets where id > ${afterId} order by id limit ${limit}`.execute(db)
  return rows.map(({ id, opened_at, reached, clocks, chain }) => ({
    id,
    openedAt: opened_at,
    reached: JSON.parse(reached) as Record<string, number>,
    clocks: (JSON.parse(clocks) as ClockCells[]).map(([id, dueAt, metAt, breachedAt, state, early]) => ({
      ...{ id, dueAt, metAt, breachedAt, state, early: early === 1 },
    })),
    chain: (JSON.parse(chain) as ChainCells[])
      .sort(([one], [other]) => one - other)
      .map(([, action, at, detail]) => ({ action, at, detail })),
  }))
}
