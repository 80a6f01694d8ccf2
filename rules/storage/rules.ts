import type { Rule, VersionChange, DocumentVersion } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { bodyOf, changedFields, versionOfRow, VERSIONS_KEPT } from './versions.ts'

/** A rule as its row has it; an older version of the service may have written the body. */
export interface RuleRow {
  id: string
  body: unknown
  version: number
  /** Of which shipped version it is; 0: a person's. */
  shipped: number
  updatedAt: number
  updatedBy: string
  deletedAt: number | null
}

const rowOf = (row: Row<'rules'>): RuleRow => ({
  id: row.id,
  body: bodyOf(row.body),
  version: row.version,
  shipped: row.shipped,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
  deletedAt: row.deleted_at,
})

/** By id; those that were deleted are not among them. */
export async function allRules(db: Db): Promise<RuleRow[]> {
  const rows = await db.selectFrom('rules').selectAll().where('deleted_at', 'is', null).orderBy('id').execute()
  return rows.map(rowOf)
}

/** Also one that was deleted. */
export async function findRule(db: Db, id: string): Promise<RuleRow | null> {
  const row = await db.selectFrom('rules').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? rowOf(row) : null
}

/** Writes a rule and this version of it, with the names of the fields that differ from the one before. */
export async function saveRule(
  db: Db,
  rule: RuleRow,
  change: VersionChange,
  changed: readonly string[],
): Promise<void> {
  const { id, version, shipped, updatedAt, updatedBy, deletedAt } = rule
  const body = JSON.stringify(rule.body)
  const row = { body, version, shipped, updated_at: updatedAt, updated_by: updatedBy, deleted_at: deletedAt }
  await db
    .insertInto('rules')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
  const about = { change, changed: JSON.stringify(changed), body, by: updatedBy, at: updatedAt }
  await db
    .insertInto('rule_versions')
    .values({ rule: id, version, ...about })
    .execute()
  const oldest = version - VERSIONS_KEPT + 1
  if (oldest <= 1) return
  await db.deleteFrom('rule_versions').where('rule', '=', id).where('version', '<', oldest).execute()
}

/** Those that are kept, newest first. */
export async function listRuleVersions(db: Db, rule: string): Promise<DocumentVersion[]> {
  const query = db.selectFrom('rule_versions').selectAll().where('rule', '=', rule)
  const rows = await query.orderBy('version', 'desc').limit(VERSIONS_KEPT).execute()
  return rows.map(versionOfRow)
}

/** Puts a shipped rule where it is missing or still an older shipped one; what its owner edited or deleted stays so. */
export async function seedRule(db: Db, rule: Rule, shipped: number, now: number): Promise<void> {
  const earlier = await findRule(db, rule.id)
  if (earlier !== null && (earlier.shipped === 0 || earlier.shipped >= shipped)) return
  const changed = earlier === null ? [] : changedFields(earlier.body, rule)
  const version = (earlier?.version ?? 0) + 1
  const about = { version, shipped, updatedAt: now, updatedBy: 'system', deletedAt: null }
  await saveRule(db, { id: rule.id, body: rule, ...about }, 'shipped', changed)
}
