import BetterSqlite3 from 'better-sqlite3'
import { CompiledQuery, Kysely, Migrator, SqliteDialect } from 'kysely'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from './migrations/index.ts'
import type { Database } from './schema.ts'
import { keepingStatements } from './statements.ts'

export type Db = Kysely<Database>

export interface Store {
  /** The one writer; only the engine's transactions use it. */
  writer: Db
  /** Reads what is committed, beside the writer. */
  reader: Db
  /** The writer's connection, for prepared statements on the hot path. */
  sqlite: BetterSqlite3.Database
  close(): Promise<void>
}

const DATA_FILE = 'shifen.db'
/** The event loop stands still for so long at most; a longer lock is waited out by the engine's own retry. */
const BUSY_TIMEOUT_MS = 20
const CACHE_KIB = 256 * 1024
/** Beside what a simulation itself holds. */
const THROWN_AWAY_CACHE_KIB = 32 * 1024
const CHECKPOINT_PAGES = 10_000
/** Older ones can lose a commit when the write-ahead log is reset. */
const SQLITE_OLDEST = [3, 51, 3] as const

/**
 * Opens (and creates, and migrates) the data file in `dataDir`. Where nothing in it outlives the process, `durable` is
 * `false`: a commit does not wait for the disk.
 * Throws an `Error` with one sentence where the folder or the file can't be used.
 */
export async function openStore(dataDir: string, durable = true): Promise<Store> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, DATA_FILE)
  const sqlite = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT_MS })
  assertSqliteVersion(sqlite)
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma(`synchronous = ${durable ? 'FULL' : 'OFF'}`)
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma(`cache_size = -${durable ? CACHE_KIB : THROWN_AWAY_CACHE_KIB}`)
  sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  await migrate(new Kysely<Database>({ dialect: new SqliteDialect({ database: sqlite }) }))
  const writer = new Kysely<Database>({ dialect: new SqliteDialect({ database: keepingStatements(sqlite) }) })

  const readOnly = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT_MS, readonly: true })
  const reader = new Kysely<Database>({ dialect: new SqliteDialect({ database: keepingStatements(readOnly) }) })
  const close = async () => {
    await reader.destroy()
    await writer.destroy()
  }
  return { writer, reader, sqlite, close }
}

/** A check may wait so long for a lock; nobody waits for it. */
const READ_ONLY_TIMEOUT_MS = 5_000

/**
 * Opens the data file in `dataDir` to read what is committed, also while a service writes it; creates and migrates
 * nothing. Throws SQLite's error where there is none, or it can't be read.
 */
export function openReadOnly(dataDir: string): Pick<Store, 'reader' | 'close'> {
  const options = { timeout: READ_ONLY_TIMEOUT_MS, readonly: true, fileMustExist: true }
  const database = new BetterSqlite3(join(dataDir, DATA_FILE), options)
  const reader = new Kysely<Database>({ dialect: new SqliteDialect({ database }) })
  return { reader, close: () => reader.destroy() }
}

function assertSqliteVersion(sqlite: BetterSqlite3.Database): void {
  const { version } = sqlite.prepare<[], { version: string }>('select sqlite_version() as version').get()!
  const parts = version.split('.').map(Number)
  for (const [index, oldest] of SQLITE_OLDEST.entries()) {
    const part = parts[index] ?? 0
    if (part > oldest) return
    if (part < oldest) {
      throw new Error(`SQLite ${version} can lose data; install better-sqlite3 with SQLite ${SQLITE_OLDEST.join('.')}`)
    }
  }
}

async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error instanceof Error ? error : new Error('migration failed', { cause: error })
}

const BEGIN = CompiledQuery.raw('begin immediate')
const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')

/** Runs `work` in one transaction that takes the write lock at its start; any throw rolls everything back. */
export async function transaction<T>(writer: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return writer.connection().execute(async (connection) => {
    await connection.executeQuery(BEGIN)
    try {
      const result = await work(connection)
      await connection.executeQuery(COMMIT)
      return result
    } catch (error) {
      await connection.executeQuery(ROLLBACK).catch(() => undefined)
      throw error
    }
  })
}

/**
 * Whether the disk or another process stands in the way (locked, full, failing): nothing is wrong with what was asked,
 * and it can be tried again.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY)/.test(String(error.code))
}
