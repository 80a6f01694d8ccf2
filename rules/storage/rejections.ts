import type { Rejection, RejectionReason } from '../model.ts'
import type { Db } from './connect.ts'

/** How much of a rejected payload is kept, and of how many: the oldest go first. */
export const REJECTED_PAYLOAD_BYTES = 16 * 1024
const REJECTIONS_KEPT = 20_000

export async function insertRejection(db: Db, rejection: Rejection): Promise<void> {
  await db
    .insertInto('rejections')
    .values({
      received_at: rejection.receivedAt,
      site: rejection.site,
      device: rejection.device,
      topic: rejection.topic,
      reason: rejection.reason,
      detail: rejection.detail,
      payload: rejection.payload.subarray(0, REJECTED_PAYLOAD_BYTES),
      size_bytes: rejection.sizeBytes,
    })
    .execute()
}

/** Keeps the newest ones only. */
export async function pruneRejections(db: Db): Promise<void> {
  await db
    .deleteFrom('rejections')
    .where('id', '<=', (sub) =>
      sub.selectFrom('rejections').select((e) => e(e.fn.max('id'), '-', REJECTIONS_KEPT).as('oldest')),
    )
    .execute()
}

export interface RejectionFilter {
  sites: readonly string[] | null
  device?: string | undefined
  reason?: RejectionReason | undefined
  beforeId?: number | undefined
  limit: number
}

/** Newest first, with the row's number. */
export async function listRejections(db: Db, filter: RejectionFilter): Promise<(Rejection & { id: number })[]> {
  let query = db.selectFrom('rejections').selectAll()
  if (filter.sites !== null) query = query.where('site', 'in', filter.sites)
  if (filter.device !== undefined) query = query.where('device', '=', filter.device)
  if (filter.reason !== undefined) query = query.where('reason', '=', filter.reason)
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute()
  return rows.map((row) => ({
    id: row.id,
    receivedAt: row.received_at,
    site: row.site,
    device: row.device,
    topic: row.topic,
    reason: row.reason as RejectionReason,
    detail: row.detail,
    payload: row.payload,
    sizeBytes: row.size_bytes,
  }))
}
