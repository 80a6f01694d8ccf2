import { type Kysely, sql } from 'kysely'

/** What a signature was for is kept as a hash; of older ones nobody can say it any more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table signatures add column signed_for text`.execute(db)
}
