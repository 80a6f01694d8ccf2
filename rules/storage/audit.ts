import { sql } from 'kysely'
import { type AuditColumns, chained, GENESIS } from './audit-hash.ts'
import type { Db } from './connect.ts'
import { amongst, keptQuery, rowWriter } from './statements.ts'

/** Who did what to what. Each row carries a hash over itself and the one before it. */
export interface AuditEntry {
  at: number
  by: string
  action: string
  subject: string
  detail: Record<string, unknown>
}

/** The last row, so that one that is cut off at the end is missed too. */
export interface AuditHead {
  id: number
  hash: string
}

/** A row as it is stored. */
export interface AuditRow extends AuditColumns, AuditHead {}

export const AUDIT_HEAD = 'audit.head'

const readHead = keptQuery((db, key: string) => db.selectFrom('settings').select('value').where('key', '=', key))

const writeHead = rowWriter((db, row: { key: string; value: string }) =>
  db
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: sql.ref('excluded.value') })),
)

export async function auditHead(db: Db): Promise<AuditHead> {
  const [head] = await readHead(db, AUDIT_HEAD)
  return head === undefined ? { id: 0, hash: GENESIS } : (JSON.parse(head.value) as AuditHead)
}

const writeRow = rowWriter((db, row: AuditRow) => db.insertInto('audit').values(row))

export async function insertAudit(db: Db, { at, by, action, subject, detail }: AuditEntry): Promise<void> {
  const head = await auditHead(db)
  const row = { id: head.id + 1, at, by, action, subject, detail: JSON.stringify(detail) }
  const hash = chained(head.hash, row)
  await writeRow(db, { ...row, hash })
  await writeHead(db, { key: AUDIT_HEAD, value: JSON.stringify({ id: row.id, hash }) })
}

/** Rows after `afterId` up to and with `lastId`, oldest first. */
export const auditAfter = keptQuery((db, afterId: number, lastId: number, limit: number) => {
  const query = db.selectFrom('audit').selectAll().where('id', '>', afterId).where('id', '<=', lastId)
  return query.orderBy('id').limit(limit)
})

/** Rows of any of these subjects, oldest first, each with the hash of the row that it follows. */
export async function auditAbout(
  db: Db,
  subjects: readonly string[],
  limit: number,
): Promise<(AuditRow & { previous: string })[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .select((e) => [
      e
        .selectFrom('audit as before')
        .select('before.hash')
        .whereRef('before.id', '<', 'audit.id')
        .orderBy('before.id', 'desc')
        .limit(1)
        .as('previous'),
    ])
    .where('subject', 'in', amongst(JSON.stringify(subjects)))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, previous: row.previous ?? GENESIS }))
}

export async function auditRow(db: Db, id: number): Promise<AuditRow | null> {
  return (await db.selectFrom('audit').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

export interface AuditFilter {
  by?: string | undefined
  action?: string | undefined
  subject?: string | undefined
  /** From, and before. */
  from?: number | undefined
  to?: number | undefined
  beforeId?: number | undefined
  limit: number
}

/** So many rows are looked through in a millisecond or two; between two slices others have their turn. */
const SLICE_ROWS = 2_000

/** Newest first. */
export async function listAudit(db: Db, { beforeId, limit, ...asked }: AuditFilter): Promise<AuditRow[]> {
  if (asked.subject !== undefined) return matching(db, asked, beforeId).limit(limit).execute()
  const found: AuditRow[] = []
  let before = beforeId ?? (await lastAuditId(db)) + 1
  while (before > 1 && found.length < limit) {
    const slice = matching(db, asked, before).where('id', '>=', before - SLICE_ROWS)
    found.push(...(await slice.limit(limit - found.length).execute()))
    before -= SLICE_ROWS
    await new Promise((resolve) => setImmediate(resolve))
  }
  return found
}

type Asked = Omit<AuditFilter, 'beforeId' | 'limit'>

function matching(db: Db, { by, action, subject, from, to }: Asked, before: number | undefined) {
  let query = db.selectFrom('audit').selectAll()
  if (before !== undefined) query = query.where('id', '<', before)
  if (by !== undefined) query = query.where('by', '=', by)
  if (action !== undefined) query = query.where('action', '=', action)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  return query.orderBy('id', 'desc')
}

async function lastAuditId(db: Db): Promise<number> {
  const row = await db
    .selectFrom('audit')
    .select((e) => e.fn.max('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}
