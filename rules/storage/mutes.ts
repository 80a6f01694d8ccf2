import type { Mute, MuteKind, MuteScope } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

const muteOfRow = (row: Row<'mutes'>): Mute => ({
  id: row.id,
  kind: row.kind as MuteKind,
  site: row.site,
  over: JSON.parse(row.over) as MuteScope,
  reason: row.reason,
  by: row.by,
  from: row.from_at,
  until: row.until_at,
  oneShot: row.one_shot === 1,
  alarm: row.alarm,
  createdAt: row.created_at,
  begunAt: row.begun_at,
  endedAt: row.ended_at,
  endedBy: row.ended_by,
  remindAt: row.remind_at,
})

export async function saveMute(db: Db, mute: Mute): Promise<void> {
  const row: Row<'mutes'> = {
    id: mute.id,
    kind: mute.kind,
    site: mute.site,
    over: JSON.stringify(mute.over),
    reason: mute.reason,
    by: mute.by,
    from_at: mute.from,
    until_at: mute.until,
    one_shot: mute.oneShot ? 1 : 0,
    alarm: mute.alarm,
    created_at: mute.createdAt,
    begun_at: mute.begunAt,
    ended_at: mute.endedAt,
    ended_by: mute.endedBy,
    remind_at: mute.remindAt,
  }
  await db
    .insertInto('mutes')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

/** Planned and in force. */
export async function openMutes(db: Db): Promise<Mute[]> {
  return (await db.selectFrom('mutes').selectAll().where('ended_at', 'is', null).orderBy('id').execute()).map(muteOfRow)
}

export async function findMute(db: Db, id: string): Promise<Mute | null> {
  const row = await db.selectFrom('mutes').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? muteOfRow(row) : null
}

export interface MuteFilter {
  sites: readonly string[] | null
  kinds?: readonly MuteKind[] | undefined
  /** Whether it has ended; absent: both. */
  ended?: boolean | undefined
  beforeId?: string | undefined
  limit: number
}

/** Newest first. */
export async function listMutes(db: Db, { sites, kinds, ended, beforeId, limit }: MuteFilter): Promise<Mute[]> {
  let query = db.selectFrom('mutes').selectAll()
  if (sites !== null) query = query.where('site', 'in', sites)
  if (kinds) query = query.where('kind', 'in', kinds)
  if (ended !== undefined) query = query.where('ended_at', ended ? 'is not' : 'is', null)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(muteOfRow)
}
