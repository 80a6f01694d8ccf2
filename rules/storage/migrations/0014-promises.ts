import { type Kysely, sql } from 'kysely'
import { promiseHash } from '../promise-hash.ts'

/** What tickets were promised is thousands of bytes and nearly always the same: each text is kept once. */
export async function up(db: Kysely<Tables>): Promise<void> {
  await sql`create table promises (hash text primary key, body text not null) without rowid`.execute(db)
  await sql`alter table tickets add column promise text references promises(hash)`.execute(db)
  const hashes = new Map<string, string>()
  for (let last = ''; ;) {
    const query = db.selectFrom('tickets').select(['id', 'commitments']).where('id', '>', last).orderBy('id')
    const rows = await query.limit(ROWS_IN_ONE_GO).execute()
    if (rows.length === 0) break
    for (const { id, commitments: body } of rows) {
      const hash = hashes.get(body) ?? promiseHash(body)
      if (!hashes.has(body)) await db.insertInto('promises').values({ hash, body }).execute()
      hashes.set(body, hash)
      await db.updateTable('tickets').set({ promise: hash }).where('id', '=', id).execute()
      last = id
    }
  }
  await sql`alter table tickets drop column commitments`.execute(db)
}

const ROWS_IN_ONE_GO = 1_000

interface Tables {
  tickets: { id: string; commitments: string; promise: string | null }
  promises: { hash: string; body: string }
}
