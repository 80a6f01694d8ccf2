import type BetterSqlite3 from 'better-sqlite3'
import type { Remembered } from '../model.ts'
import type { Db } from './connect.ts'

/** Writes what families remember inside the running transaction; prepared once, since many messages pass here. */
export interface RememberedWriter {
  save(remembered: Remembered, now: number): void
}

export function openRemembered(sqlite: BetterSqlite3.Database): RememberedWriter {
  const upsert = sqlite.prepare(
    `insert into remembered (source, key, value, updated_at) values (?, ?, ?, ?)
     on conflict (source, key) do update set value = excluded.value, updated_at = excluded.updated_at`,
  )
  const remove = sqlite.prepare('delete from remembered where source = ? and key = ?')
  return {
    save({ source, key, value }, now) {
      if (value === undefined) remove.run(source, key)
      else upsert.run(source, key, JSON.stringify(value), now)
    },
  }
}

/** Everything that is remembered, the longest untouched first. */
export async function allRemembered(db: Db): Promise<Remembered[]> {
  const rows = await db.selectFrom('remembered').select(['source', 'key', 'value']).orderBy('updated_at').execute()
  return rows.map(({ source, key, value }) => ({ source, key, value: JSON.parse(value) as unknown }))
}
