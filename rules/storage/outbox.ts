import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { rowWriter } from './statements.ts'

export type NoticeState = 'queued' | 'sent' | 'failed' | 'withdrawn'

/** One message to one channel, queued in the transaction of what it tells. */
export interface Notice {
  id: string
  channel: string
  kind: string
  alarm: string | null
  ticket: string | null
  body: Record<string, unknown>
  state: NoticeState
  dueAt: number
  attempts: number
  reason: string | null
  createdAt: number
  settledAt: number | null
}

const noticeOfRow = (row: Row<'outbox'>): Notice => ({
  id: row.id,
  channel: row.channel,
  kind: row.kind,
  alarm: row.alarm,
  ticket: row.ticket,
  body: JSON.parse(row.body) as Record<string, unknown>,
  state: row.state as NoticeState,
  dueAt: row.due_at,
  attempts: row.attempts,
  reason: row.reason,
  createdAt: row.created_at,
  settledAt: row.settled_at,
})

const rowOfNotice = (notice: Notice): Row<'outbox'> => ({
  id: notice.id,
  channel: notice.channel,
  kind: notice.kind,
  alarm: notice.alarm,
  ticket: notice.ticket,
  body: JSON.stringify(notice.body),
  state: notice.state,
  due_at: notice.dueAt,
  attempts: notice.attempts,
  reason: notice.reason,
  created_at: notice.createdAt,
  settled_at: notice.settledAt,
})

const writeNotice = rowWriter((db, row: Row<'outbox'>) => db.insertInto('outbox').values(row))

export async function insertNotice(db: Db, notice: Notice): Promise<void> {
  await writeNotice(db, rowOfNotice(notice))
}

/** A notice that was tried: sent, to be tried again, or given up. One that grew meanwhile is sent again, whole. */
export async function saveDelivery(db: Db, notice: Notice): Promise<void> {
  const { state, dueAt, attempts, reason, settledAt } = notice
  await db
    .updateTable('outbox')
    .set({ state, due_at: dueAt, attempts, reason, settled_at: settledAt })
    .where('id', '=', notice.id)
    .where('body', '=', JSON.stringify(notice.body))
    .execute()
}

export const DIGEST_KIND = 'alarms.gathered'

/** The digest of a flood ticket that waits. */
export async function queuedDigest(db: Db, ticket: string): Promise<Notice | null> {
  const query = db.selectFrom('outbox').selectAll().where('ticket', '=', ticket).where('kind', '=', DIGEST_KIND)
  const row = await query.where('state', '=', 'queued').executeTakeFirst()
  return row ? noticeOfRow(row) : null
}

export async function growNotice(db: Db, id: string, body: Record<string, unknown>, dueAt: number): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ body: JSON.stringify(body), due_at: dueAt })
    .where('id', '=', id)
    .execute()
}

/** The queued notices of an alarm are not sent any more. Those of its ticket are not touched. */
export async function withdrawNotices(db: Db, alarm: string, reason: string, now: number): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ state: 'withdrawn', reason, settled_at: now })
    .where('alarm', '=', alarm)
    .where('state', '=', 'queued')
    .execute()
}

export async function dueNotices(db: Db, now: number, limit: number): Promise<Notice[]> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where('state', '=', 'queued')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  return rows.map(noticeOfRow)
}

export async function noticesOf(db: Db, subject: { alarm?: string; ticket?: string }): Promise<Notice[]> {
  let query = db.selectFrom('outbox').selectAll()
  if (subject.alarm !== undefined) query = query.where('alarm', '=', subject.alarm)
  if (subject.ticket !== undefined) query = query.where('ticket', '=', subject.ticket)
  return (await query.orderBy('id').execute()).map(noticeOfRow)
}
