import type BetterSqlite3 from 'better-sqlite3'
import { type CompiledQuery, type RawBuilder, type SqliteDatabase, type SqliteStatement, sql } from 'kysely'
import type { Db } from './connect.ts'

/** Where rows are written by the thousand, what costs is to build and to prepare a query, not to run it. */

const KEPT_MAX = 500

/** Keeps prepared statements, for a connection whose queries are few and never streamed. */
export function keepingStatements(sqlite: BetterSqlite3.Database): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    close: () => void sqlite.close(),
    prepare(text) {
      const known = kept.get(text)
      if (known !== undefined) return known
      const [oldest] = kept.keys()
      if (oldest !== undefined && kept.size >= KEPT_MAX) kept.delete(oldest)
      const statement = sqlite.prepare<unknown[]>(text) as SqliteStatement
      kept.set(text, statement)
      return statement
    },
  }
}

/**
 * Writes rows of one shape: the query is built for the first and kept. Every row has the same columns in the same
 * order, and `build` names no values but the row's, once.
 */
export function rowWriter<R extends object>(
  build: (db: Db, row: R) => { compile(): CompiledQuery },
): (db: Db, row: R) => Promise<void> {
  let built: CompiledQuery | null = null
  return async (db, row) => {
    built ??= build(db, row).compile()
    await db.executeQuery({ ...built, parameters: Object.values(row) })
  }
}

/** For an upsert: every column set to what the new row has. */
export function asGiven<R extends object>(row: R): { [C in keyof R]: RawBuilder<R[C]> } {
  const columns = Object.keys(row).map((column) => [column, sql.ref(`excluded.${column}`)])
  return Object.fromEntries(columns) as { [C in keyof R]: RawBuilder<R[C]> }
}
