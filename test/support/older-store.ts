import BetterSqlite3 from 'better-sqlite3'
import { Kysely, Migrator, SqliteDialect } from 'kysely'
import { join } from 'node:path'
import { migrations } from '../../rules/storage/migrations/index.ts'

/** A data file as an older service left it: with the migrations up to and with this one. */
export async function openStoreAt(folder: string, migration: string): Promise<BetterSqlite3.Database> {
  const file = join(folder, 'shifen.db')
  const db = new Kysely({ dialect: new SqliteDialect({ database: new BetterSqlite3(file) }) })
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateTo(migration)
  await db.destroy()
  if (error) throw error as Error
  return new BetterSqlite3(file)
}
