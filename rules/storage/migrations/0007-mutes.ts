import { type Kysely, sql } from 'kysely'

/** What keeps alarms from notifying and ticketing, planned, in force and ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table mutes (
      id text primary key, kind text not null, site text not null, over text not null, reason text not null,
      by text not null, from_at integer not null, until_at integer, one_shot integer not null, alarm text,
      created_at integer not null, begun_at integer, ended_at integer, ended_by text, remind_at integer)`,
    `create index mutes_open on mutes(ended_at) where ended_at is null`,
    `create index mutes_site on mutes(site, id)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
