import { type Kysely, sql } from 'kysely'

/** Numbered messages are remembered in pieces; those that were remembered otherwise are forgotten. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`update device_states set recent = '[]'`).execute(db)
}
