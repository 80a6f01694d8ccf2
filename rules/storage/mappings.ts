import { filterOf, type Mapping, type StoredMapping } from '../model.ts'
import type { Db } from './connect.ts'

export async function allMappings(db: Db): Promise<StoredMapping[]> {
  const rows = await db.selectFrom('mappings').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    mapping: JSON.parse(row.body) as Mapping,
    version: row.version,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }))
}

export async function saveMapping(db: Db, { mapping, version, updatedAt, updatedBy }: StoredMapping): Promise<void> {
  const row = {
    site: mapping.site,
    filter: filterOf(mapping.topic),
    version,
    body: JSON.stringify(mapping),
    updated_at: updatedAt,
    updated_by: updatedBy,
  }
  await db
    .insertInto('mappings')
    .values({ id: mapping.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function deleteMapping(db: Db, id: string): Promise<void> {
  await db.deleteFrom('mappings').where('id', '=', id).execute()
}
