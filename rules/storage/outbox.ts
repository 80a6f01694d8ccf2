import type { Delivery, Milestone, Notice, NoticeKind, NoticeState, Route } from '../model.ts'
import type { Db } from './connect.ts'
import type { NewRow, Row } from './schema.ts'
import { rowWriter } from './statements.ts'

const noticeOfRow = (row: Row<'outbox'>): Notice => ({
  id: row.id,
  channel: row.channel,
  address: row.address,
  recipient: row.recipient,
  kind: row.kind as NoticeKind,
  emergency: row.emergency === 1,
  site: row.site,
  alarm: row.alarm,
  ticket: row.ticket,
  step: row.step,
  until: row.until as Milestone | null,
  body: JSON.parse(row.body) as Record<string, unknown>,
  state: row.state as NoticeState,
  dueAt: row.due_at,
  attempts: row.attempts,
  reason: row.reason,
  createdAt: row.created_at,
  settledAt: row.settled_at,
  otherwise: JSON.parse(row.otherwise) as Route[],
  otherwiseAt: row.otherwise_at,
})

const rowOfNotice = (notice: Notice): Row<'outbox'> => ({
  id: notice.id,
  channel: notice.channel,
  address: notice.address,
  recipient: notice.recipient,
  kind: notice.kind,
  emergency: notice.emergency ? 1 : 0,
  site: notice.site,
  alarm: notice.alarm,
  ticket: notice.ticket,
  step: notice.step,
  until: notice.until,
  body: JSON.stringify(notice.body),
  state: notice.state,
  due_at: notice.dueAt,
  attempts: notice.attempts,
  reason: notice.reason,
  created_at: notice.createdAt,
  settled_at: notice.settledAt,
  otherwise: JSON.stringify(notice.otherwise),
  otherwise_at: notice.otherwiseAt,
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

const writeDelivery = rowWriter((db, row: NewRow<'deliveries'>) => db.insertInto('deliveries').values(row))

/** A line of the delivery log. */
export async function insertDelivery(db: Db, delivery: Delivery): Promise<void> {
  const { notice, at, channel, address, result, answer, tookMs, gathered } = delivery
  await writeDelivery(db, { notice, at, channel, address, result, answer, took_ms: tookMs, gathered })
}

export const DIGEST_KIND: NoticeKind = 'alarms.gathered'

/** The digests of a flood ticket that wait, one for each target. */
export async function queuedDigests(db: Db, ticket: string): Promise<Notice[]> {
  const query = db.selectFrom('outbox').selectAll().where('ticket', '=', ticket).where('kind', '=', DIGEST_KIND)
  return (await query.where('state', '=', 'queued').orderBy('id').execute()).map(noticeOfRow)
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

/** The queued notices of a ticket that wait for one of these milestones, or that one of these steps queued. */
export async function withdrawTicketNotices(
  db: Db,
  ticket: string,
  until: readonly Milestone[],
  steps: readonly string[],
  now: number,
): Promise<void> {
  if (until.length + steps.length === 0) return
  await db
    .updateTable('outbox')
    .set({ state: 'withdrawn', reason: 'reached', settled_at: now })
    .where('ticket', '=', ticket)
    .where('state', '=', 'queued')
    .where((e) => e.or([e('until', 'in', until), e('step', 'in', steps)]))
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
