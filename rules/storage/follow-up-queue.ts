import { sql } from 'kysely'
import type { FollowUp } from '../model.ts'
import type { Db } from './connect.ts'
import { followUpOfRow } from './follow-ups.ts'
import { amongst } from './statements.ts'

export interface FollowUpFilter {
  /** `null`: all. */
  sites: readonly string[] | null
  state: FollowUp['state']
  ticket?: string | undefined
  /** As its rule names who asks. */
  by?: string | undefined
  /** Due from, and before, at these sites; any of these. */
  due?: readonly { sites: readonly string[]; from: number; to: number }[]
  after?: { dueAt: number | null; id: string } | undefined
  limit: number
}

/** What is due first, first; what waits for rain by its id. */
export async function listFollowUps(db: Db, filter: FollowUpFilter): Promise<FollowUp[]> {
  const { sites, state, ticket, by, due, after, limit } = filter
  let query = db.selectFrom('follow_ups').selectAll().where('state', '=', state)
  // Of one site there is an index in this order.
  if (sites?.length === 1) query = query.where('site', '=', sites[0]!)
  else if (sites !== null) query = query.where('site', 'in', amongst(JSON.stringify(sites)))
  if (ticket !== undefined) query = query.where('ticket', '=', ticket)
  if (by !== undefined) query = query.where(sql<string>`json_extract(rule, '$.by')`, '=', by)
  if (due) {
    query = query.where((e) =>
      e.or(
        due.map(({ sites, from, to }) =>
          e.and([e('site', 'in', amongst(JSON.stringify(sites))), e('due_at', '>=', from), e('due_at', '<', to)]),
        ),
      ),
    )
  }
  if (after !== undefined) {
    const { dueAt, id } = after
    query =
      dueAt === null
        ? query.where('id', '>', id)
        : query.where((e) => e.or([e('due_at', '>', dueAt), e.and([e('due_at', '=', dueAt), e('id', '>', id)])]))
  }
  return (await query.orderBy('due_at').orderBy('id').limit(limit).execute()).map(followUpOfRow)
}

/** Ids of those that nobody asked in time and nobody was told of. */
export async function untoldFollowUps(db: Db, now: number, limit: number): Promise<string[]> {
  const query = db.selectFrom('follow_ups').select('id').where('state', '=', 'open').where('told_at', 'is', null)
  return (await query.where('due_at', '<', now).orderBy('due_at').limit(limit).execute()).map(({ id }) => id)
}

/** Of these those that still are so. */
export async function stillUntold(db: Db, ids: readonly string[], now: number): Promise<FollowUp[]> {
  const query = db.selectFrom('follow_ups').selectAll().where('id', 'in', ids).where('state', '=', 'open')
  const rows = await query.where('told_at', 'is', null).where('due_at', '<', now).orderBy('id').execute()
  return rows.map(followUpOfRow)
}

export async function markFollowUpTold(db: Db, id: string, now: number): Promise<void> {
  await db.updateTable('follow_ups').set({ told_at: now }).where('id', '=', id).execute()
}
