import { type Kysely, sql } from 'kysely'

/** What people were presented with: screens ask for its rate twice a minute. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statement = `create index alarm_history_presented on alarm_history(at, site, priority)
    where action in ('raised', 're_alarmed', 'rose') and muted is null and drill is null`
  await sql.raw(statement).execute(db)
}
