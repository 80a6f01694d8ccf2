import { type Kysely, sql } from 'kysely'

/** What the report on alarms reads of their history: a period of any number of sites, and what was muted before it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `drop index alarm_history_site`,
    `create index alarm_history_at on alarm_history(at, site)`,
    `create index alarm_history_mutes on alarm_history(at, site) where muted is not null or action = 'released'`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
