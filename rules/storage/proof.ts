import { sql } from 'kysely'
import type { Job, Signature, TicketState } from '../model.ts'
import { type AnySealed, SEALED_COLUMNS, SEALED_TABLES } from '../proof/seals.ts'
import type { ClockTimes, Standing } from '../proof/times.ts'
import { AUDIT_HEAD, type AuditHead, type AuditRow } from './audit.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { amongst, keptQuery } from './statements.ts'

/** What a check reads, and what is told as proof. Each is one statement, so that it sees one moment. */

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

/** A ticket's times, where it stands and what is beside it, with the chain's rows of it, oldest first. */
export interface ProvenTicket {
  id: string
  state: string
  standing: Standing
  /** As its job names them. */
  signatures: readonly Signature[]
  /** Its signatures among them. */
  sealed: AnySealed[]
  openedAt: number
  reached: Record<string, number>
  clocks: (ClockTimes & { id: string })[]
  chain: Pick<AuditRow, 'action' | 'at' | 'detail'>[]
}

type ClockCells = [string, number, number | null, number | null, ClockTimes['state'], number]
type ChainCells = [number, string, number, string]
type Proven = Row<'tickets'> & { clocks: string; chain: string; sealed: string }

/** Of each table those of a ticket, as one JSON array of all. Of follow-ups those that were answered. */
const sealedRows = sql.join(
  SEALED_TABLES.map((table) => {
    const cells = SEALED_COLUMNS[table].map((name) => sql`${sql.lit(name)}, ${sql.ref(name)}`)
    const answered = table === 'follow_ups' ? sql`and (answer is not null or grade is not null)` : sql``
    return sql`select ${sql.lit(table)} as of, json_object(${sql.join(cells)}) as cells
      from ${sql.table(table)} where ticket = tickets.id ${answered}`
  }),
  sql` union all `,
)

export async function ticketsToProve(db: Db, afterId: string, limit: number): Promise<ProvenTicket[]> {
  const { rows } = await sql<Proven>`
    select id, state, site, location, device, assignee, signature, promise, drill, opened_at, reached, job,
      (select json_group_array(json_array(c.id, c.due_at, c.met_at, c.breached_at, c.state, c.early))
        from clocks c where c.ticket = tickets.id) as clocks,
      (select json_group_array(json_array(a.id, a.action, a.at, a.detail))
        from audit a
        where a.subject = tickets.id and (a.action glob 'ticket.*' or a.action glob 'seal.*')) as chain,
      (select json_group_array(json_object('table', of, 'row', json(cells))) from (${sealedRows})) as sealed
    from tickets where id > ${afterId} order by id limit ${limit}`.execute(db)
  return rows.map(({ id, state, opened_at, reached, clocks, chain, sealed, ...row }) => ({
    ...{ id, state, openedAt: opened_at, ...standingOfRow(row) },
    sealed: JSON.parse(sealed) as AnySealed[],
    reached: JSON.parse(reached) as Record<string, number>,
    clocks: (JSON.parse(clocks) as ClockCells[]).map(([id, dueAt, metAt, breachedAt, state, early]) => ({
      ...{ id, dueAt, metAt, breachedAt, state, early: early === 1 },
    })),
    chain: (JSON.parse(chain) as ChainCells[])
      .sort(([one], [other]) => one - other)
      .map(([, action, at, detail]) => ({ action, at, detail })),
  }))
}

function standingOfRow({
  site,
  location,
  device,
  assignee,
  signature,
  promise,
  drill,
  job,
}: Omit<Row<'tickets'>, 'id' | 'state' | 'opened_at' | 'reached'>) {
  const { completedAt = null, signatures = [] } = JSON.parse(job) as Partial<Job>
  const signed = signature === null ? null : (JSON.parse(signature) as Standing['signature'])
  return { standing: { site, location, device, assignee, signature: signed, completedAt, promise, drill }, signatures }
}

/** `original` of rework, `earlier` of the same problem; `complaint` about it, and what that is about. */
export const RELATIONS = ['original', 'earlier', 'rework', 'complaint', 'complained_about'] as const

/** A ticket that has to do with another one. */
export interface RelatedTicket {
  id: string
  number: string
  state: TicketState
  openedAt: number
  relation: (typeof RELATIONS)[number]
}

/** So many are named. */
const RELATED_MAX = 200

/** What a ticket is the rework or the complaint of, and what came after it; of `sites` alone (`null`: of all). */
export async function relatedTickets(
  db: Db,
  ticket: string,
  sites: readonly string[] | null,
): Promise<RelatedTicket[]> {
  const own = db.selectFrom('tickets').where('id', '=', ticket)
  const { rework_of, follows, about } = await own.select(['rework_of', 'follows', 'about']).executeTakeFirstOrThrow()
  const rows = await db
    .selectFrom('tickets')
    .select(['id', 'number', 'state', 'opened_at', 'rework_of'])
    .where((e) =>
      e.or([
        e('id', 'in', amongst(JSON.stringify([rework_of, follows, about].filter((id) => id !== null)))),
        e('rework_of', '=', ticket),
        e('about', '=', ticket),
      ]),
    )
    .$if(sites !== null, (query) => query.where('site', 'in', sites!))
    .orderBy('id')
    .limit(RELATED_MAX)
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, number: row.number, state: row.state as TicketState, openedAt: row.opened_at },
    relation:
      row.id === rework_of
        ? 'original'
        : row.id === about
          ? 'complained_about'
          : row.id === follows
            ? 'earlier'
            : row.rework_of === ticket
              ? 'rework'
              : 'complaint',
  }))
}

/** Photos after `afterId`, by their ids. */
export const photosAfter = keptQuery((db, afterId: string, limit: number) => {
  const query = db.selectFrom('photos').select(['id', 'ticket', 'size_bytes', 'sha256']).where('id', '>', afterId)
  return query.orderBy('id').limit(limit)
})

/** What tickets were promised, after `afterHash`. */
export const promisesAfter = keptQuery((db, afterHash: string, limit: number) =>
  db.selectFrom('promises').selectAll().where('hash', '>', afterHash).orderBy('hash').limit(limit),
)

export const answersByIds = keptQuery((db, ids: string) =>
  db.selectFrom('survey_answers').selectAll().where('id', 'in', amongst(ids)),
)

/** Which answers to surveys there are, after `afterId`. */
export const answersAfter = keptQuery((db, afterId: string, limit: number) =>
  db.selectFrom('survey_answers').select(['id', 'survey']).where('id', '>', afterId).orderBy('id').limit(limit),
)

/** Names of the migrations that the data file went through. */
export async function migrationsDone(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/** What SQLite finds wrong with the file itself: at most 100 sentences of it. */
export async function fileFaults(db: Db): Promise<string[]> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(100)`.execute(db)
  return rows.map(({ quick_check }) => quick_check).filter((said) => said !== 'ok')
}
