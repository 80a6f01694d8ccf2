import type { Drill, DrillNotify, DrillScope } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

const drillOfRow = (row: Row<'drills'>): Drill => ({
  id: row.id,
  site: row.site,
  title: JSON.parse(row.title) as Drill['title'],
  by: row.by,
  startedAt: row.started_at,
  endsAt: row.ends_at,
  over: JSON.parse(row.over) as DrillScope,
  notify: JSON.parse(row.notify) as DrillNotify,
  commands: row.commands === 1,
  endedAt: row.ended_at,
  endedBy: row.ended_by,
})

export async function saveDrill(db: Db, drill: Drill): Promise<void> {
  const row: Row<'drills'> = {
    id: drill.id,
    site: drill.site,
    title: JSON.stringify(drill.title),
    by: drill.by,
    started_at: drill.startedAt,
    ends_at: drill.endsAt,
    over: JSON.stringify(drill.over),
    notify: JSON.stringify(drill.notify),
    commands: drill.commands ? 1 : 0,
    ended_at: drill.endedAt,
    ended_by: drill.endedBy,
  }
  await db
    .insertInto('drills')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function runningDrills(db: Db): Promise<Drill[]> {
  const rows = await db.selectFrom('drills').selectAll().where('ended_at', 'is', null).orderBy('id').execute()
  return rows.map(drillOfRow)
}

export async function findDrill(db: Db, id: string): Promise<Drill | null> {
  const row = await db.selectFrom('drills').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? drillOfRow(row) : null
}

export interface DrillFilter {
  sites: readonly string[] | null
  beforeId?: string | undefined
  limit: number
}

/** Newest first. */
export async function listDrills(db: Db, { sites, beforeId, limit }: DrillFilter): Promise<Drill[]> {
  let query = db.selectFrom('drills').selectAll()
  if (sites !== null) query = query.where('site', 'in', sites)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(drillOfRow)
}
