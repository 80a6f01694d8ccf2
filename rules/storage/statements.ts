import type BetterSqlite3 from 'better-sqlite3'
import {
  type CompiledQuery,
  type Expression,
  type RawBuilder,
  type SqliteDatabase,
  type SqliteStatement,
  sql,
} from 'kysely'
import { kept } from '../kept.ts'
import type { Db } from './connect.ts'

/** Where rows are written by the thousand, what costs is to build and to prepare a query, not to run it. */

const KEPT_MAX = 500

/** Keeps prepared statements, for a connection whose queries are few and never streamed. */
export function keepingStatements(sqlite: BetterSqlite3.Database): SqliteDatabase {
  return {
    close: () => void sqlite.close(),
    prepare: kept(KEPT_MAX, (text: string) => sqlite.prepare<unknown[]>(text) as SqliteStatement),
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

/** Stands in a query that is built once for a value that is given each time. */
class Given {}

/**
 * One query again and again: it is built for the first time and kept. `build` hands the values to the query as they
 * are, and looks at none of them.
 */
export function keptQuery<V extends readonly unknown[], R>(
  build: (db: Db, ...values: V) => { compile(): CompiledQuery<R> },
): (db: Db, ...values: V) => Promise<R[]> {
  let built: CompiledQuery<R> | null = null
  let given: Given[] = []
  return async (db, ...values) => {
    if (built === null) {
      given = values.map(() => new Given())
      built = build(db, ...(given as unknown as V)).compile()
    }
    const parameters = built.parameters.map((each) => (each instanceof Given ? values[given.indexOf(each)] : each))
    return (await db.executeQuery<R>({ ...built, parameters })).rows
  }
}

/** Whether a column holds JSON itself. */
export type Column = 'value' | 'json'

/**
 * As `keptQuery`, with the rows as one JSON text that the database writes: hundreds are read in a third of the time.
 * `columns` names those of the query.
 */
export function keptPage<V extends readonly unknown[], R>(
  columns: Record<keyof R & string, Column>,
  build: (db: Db, ...values: V) => Expression<unknown>,
): (db: Db, ...values: V) => Promise<R[]> {
  const pairs = Object.entries<Column>(columns).map(([name, kind]) => {
    return kind === 'json' ? sql`${sql.lit(name)}, json(${sql.ref(name)})` : sql`${sql.lit(name)}, ${sql.ref(name)}`
  })
  const page = sql<string>`json_group_array(json_object(${sql.join(pairs)}))`.as('page')
  const read = keptQuery<V, { page: string }>((db, ...values) => ({
    compile: () => sql<{ page: string }>`select ${page} from ${build(db, ...values)}`.compile(db),
  }))
  return async (db, ...values) => {
    const [found] = await read(db, ...values)
    return JSON.parse(found!.page) as R[]
  }
}

/** For `in`: a list that is given as JSON, so that a kept query takes any number. */
export const amongst = (json: string) => sql<string>`(select value from json_each(${json}))`

/** For an upsert: every column set to what the new row has. */
export function asGiven<R extends object>(row: R): { [C in keyof R]: RawBuilder<R[C]> } {
  const columns = Object.keys(row).map((column) => [column, sql.ref(`excluded.${column}`)])
  return Object.fromEntries(columns) as { [C in keyof R]: RawBuilder<R[C]> }
}
