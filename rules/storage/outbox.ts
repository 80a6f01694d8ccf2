import { sql } from 'kysely'
import type { Milestone, Notice, NoticeKind, NoticeState, Route } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { amongst, keptQuery, rowWriter } from './statements.ts'

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
  insteadOf: row.instead_of,
  gatheredIn: row.gathered_in,
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
  instead_of: notice.insteadOf,
  gathered_in: notice.gatheredIn,
})

const writeNotice = rowWriter((db, row: Row<'outbox'>) => db.insertInto('outbox').values(row))

export async function insertNotice(db: Db, notice: Notice): Promise<void> {
  await writeNotice(db, rowOfNotice(notice))
}

type TriedRow = Pick<Row<'outbox'>, 'state' | 'due_at' | 'attempts' | 'reason' | 'settled_at' | 'gathered_in'> &
  Pick<Row<'outbox'>, 'id' | 'body'>

const tried = ({ state, due_at, attempts, reason, settled_at, gathered_in }: TriedRow) => ({
  ...{ state, due_at, attempts, reason, settled_at, gathered_in },
})
const writeSent = rowWriter((db, row: TriedRow) =>
  db.updateTable('outbox').set(tried(row)).where('id', '=', row.id).where('body', '=', row.body),
)
/** What was withdrawn while it was tried, or is sent, stays so. */
const writeUnsent = rowWriter((db, row: TriedRow) =>
  db
    .updateTable('outbox')
    .set(tried(row))
    .where('id', '=', row.id)
    .where('body', '=', row.body)
    .where('state', '!=', sql.lit('withdrawn'))
    .where('state', '!=', sql.lit('sent')),
)

/**
 * A notice that was tried: sent, to be tried again, or given up. One that grew meanwhile is sent again, whole; one that
 * was withdrawn while it was in the air has been sent all the same.
 */
export async function saveTried(db: Db, notice: Notice): Promise<void> {
  const { id, state, due_at, attempts, reason, settled_at, gathered_in, body } = rowOfNotice(notice)
  const row = { state, due_at, attempts, reason, settled_at, gathered_in, id, body }
  await (state === 'sent' ? writeSent(db, row) : writeUnsent(db, row))
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
  if (until.length + steps.length > 0) {
    await withdrawReached(db, now, ticket, JSON.stringify(until), JSON.stringify(steps))
  }
}

const withdrawReached = keptQuery((db, now: number, ticket: string, until: string, steps: string) =>
  db
    .updateTable('outbox')
    .set({ state: 'withdrawn', reason: 'reached', settled_at: now })
    .where('ticket', '=', ticket)
    .where('state', '=', 'queued')
    .where((e) => e.or([e('until', 'in', amongst(until)), e('step', 'in', amongst(steps))])),
)

/** One way of a call has worked: the others that are still queued are not sent any more. */
export async function withdrawOtherWays(db: Db, { id, insteadOf }: Notice, now: number): Promise<void> {
  const first = insteadOf ?? id
  await db
    .updateTable('outbox')
    .set({ state: 'withdrawn', reason: 'it was sent another way', settled_at: now })
    .where((e) => e.or([e('id', '=', first), e('instead_of', '=', first)]))
    .where('id', '!=', id)
    .where('state', '=', 'queued')
    .execute()
}

/** Marks that a notice's other ways are taken from now on; `false`: they were already, or it needs none any more. */
export async function takeOtherWay(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ otherwise_at: null })
    .where('id', '=', id)
    .where('otherwise_at', 'is not', null)
    .where('state', 'in', ['queued', 'failed'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Those for which another way is due, the longest waiting first. */
export async function waitingTooLong(db: Db, now: number, limit: number): Promise<Notice[]> {
  const query = db.selectFrom('outbox').selectAll().where('state', '=', 'queued').where('otherwise_at', '<=', now)
  return (await query.orderBy('otherwise_at').limit(limit).execute()).map(noticeOfRow)
}

/** Where something is due, emergencies first. */
export async function dueTargets(db: Db, now: number): Promise<Route[]> {
  return db
    .selectFrom('outbox')
    .select(['channel', 'address'])
    .where('state', '=', 'queued')
    .where('due_at', '<=', now)
    .groupBy(['channel', 'address'])
    .orderBy((e) => e.fn.max('emergency'), 'desc')
    .execute()
}

/** What is due at a target, emergencies first, then the longest due. */
export async function dueNotices(db: Db, { channel, address }: Route, now: number, limit: number): Promise<Notice[]> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where('state', '=', 'queued')
    .where('channel', '=', channel)
    .where('address', '=', address)
    .where('due_at', '<=', now)
    .orderBy('emergency', 'desc')
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(noticeOfRow)
}

/**
 * An emergency that waits because its last way failed, of which nobody was told in any way but by the log; `null` where
 * there is none.
 */
export async function strandedEmergency(db: Db): Promise<Notice | null> {
  const row = await db
    .selectFrom('outbox as waiting')
    .selectAll('waiting')
    .where('state', '=', 'queued')
    .where('emergency', '=', 1)
    .where('reason', 'is not', null)
    .where('otherwise', '=', '[]')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('outbox as told')
            .select('told.id')
            .whereRef('told.ticket', '=', 'waiting.ticket')
            .where('told.state', '=', 'sent')
            .where('told.channel', '!=', 'log'),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  return row ? noticeOfRow(row) : null
}

export interface NoticeFilter {
  /** `null`: all, also what concerns no site. */
  sites: readonly string[] | null
  ticket?: string | undefined
  states?: readonly NoticeState[] | undefined
  channel?: string | undefined
  recipient?: string | undefined
  beforeId?: string | undefined
  limit: number
}

/** Newest first. */
export async function listNotices(db: Db, filter: NoticeFilter): Promise<Notice[]> {
  const { sites, ticket, states, channel, recipient, beforeId, limit } = filter
  let query = db.selectFrom('outbox').selectAll()
  if (sites !== null) query = query.where('site', 'in', [...sites])
  if (ticket !== undefined) query = query.where('ticket', '=', ticket)
  if (states !== undefined) query = query.where('state', 'in', [...states])
  if (channel !== undefined) query = query.where('channel', '=', channel)
  if (recipient !== undefined) query = query.where('recipient', '=', recipient)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(noticeOfRow)
}

export async function noticesOf(db: Db, subject: { alarm?: string; ticket?: string }): Promise<Notice[]> {
  let query = db.selectFrom('outbox').selectAll()
  if (subject.alarm !== undefined) query = query.where('alarm', '=', subject.alarm)
  if (subject.ticket !== undefined) query = query.where('ticket', '=', subject.ticket)
  return (await query.orderBy('id').execute()).map(noticeOfRow)
}
