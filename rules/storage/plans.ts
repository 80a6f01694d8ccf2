import type { VersionChange, PlanKind, DocumentVersion, Plans, StoredPlan } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { changedFields, versionOfRow, VERSIONS_KEPT } from './versions.ts'

/** A plan as its row has it. */
export interface PlanRow<K extends PlanKind = PlanKind> extends StoredPlan<K> {
  /** Of which shipped version it is; 0: a person's. */
  shipped: number
  deletedAt: number | null
}

const rowOf = (row: Row<'plans'>): PlanRow => ({
  kind: row.kind as PlanKind,
  id: row.id,
  plan: JSON.parse(row.body) as Plans[PlanKind],
  version: row.version,
  shipped: row.shipped,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
  deletedAt: row.deleted_at,
})

/** Those that were deleted are not among them. */
export async function allPlans(db: Db): Promise<PlanRow[]> {
  const query = db.selectFrom('plans').selectAll().where('deleted_at', 'is', null)
  return (await query.orderBy('kind').orderBy('id').execute()).map(rowOf)
}

/** Also one that was deleted. */
export async function findPlan(db: Db, kind: PlanKind, id: string): Promise<PlanRow | null> {
  const query = db.selectFrom('plans').selectAll().where('kind', '=', kind).where('id', '=', id)
  const row = await query.executeTakeFirst()
  return row ? rowOf(row) : null
}

/** Writes a plan and this version of it, with the names of the fields that differ from the one before. */
export async function savePlan(db: Db, row: PlanRow, change: VersionChange, changed: readonly string[]): Promise<void> {
  const { kind, id, version, shipped, updatedAt, updatedBy, deletedAt } = row
  const body = JSON.stringify(row.plan)
  const values = { body, version, shipped, updated_at: updatedAt, updated_by: updatedBy, deleted_at: deletedAt }
  await db
    .insertInto('plans')
    .values({ kind, id, ...values })
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(values))
    .execute()
  const about = { change, changed: JSON.stringify(changed), body, by: updatedBy, at: updatedAt }
  await db
    .insertInto('plan_versions')
    .values({ kind, id, version, ...about })
    .execute()
  const oldest = version - VERSIONS_KEPT + 1
  if (oldest <= 1) return
  const own = db.deleteFrom('plan_versions').where('kind', '=', kind).where('id', '=', id)
  await own.where('version', '<', oldest).execute()
}

/** Those that are kept, newest first. */
export async function listPlanVersions(db: Db, kind: PlanKind, id: string): Promise<DocumentVersion[]> {
  const query = db.selectFrom('plan_versions').selectAll().where('kind', '=', kind).where('id', '=', id)
  const rows = await query.orderBy('version', 'desc').limit(VERSIONS_KEPT).execute()
  return rows.map(versionOfRow)
}

/** Puts a shipped plan where it is missing or still an older shipped one; what its owner edited or deleted stays so. */
export async function seedPlan<K extends PlanKind>(
  db: Db,
  kind: K,
  plan: Plans[K],
  shipped: number,
  now: number,
): Promise<void> {
  const { id } = plan
  const earlier = await findPlan(db, kind, id)
  if (earlier !== null && (earlier.shipped === 0 || earlier.shipped >= shipped)) return
  const changed = earlier === null ? [] : changedFields(earlier.plan, plan)
  const version = (earlier?.version ?? 0) + 1
  const about = { version, shipped, updatedAt: now, updatedBy: 'system', deletedAt: null }
  await savePlan(db, { kind, id, plan, ...about }, 'shipped', changed)
}
