import { type Kysely, sql } from 'kysely'

/** Rules that people edit: every version with who made it, when and what differs. Devices have tags, to be named by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table rules add column updated_by text not null default 'system'`,
    `alter table rules add column deleted_at integer`,
    `create table rule_versions (
      rule text not null, version integer not null, change text not null, changed text not null, body text not null,
      by text not null, at integer not null, primary key (rule, version)) without rowid`,
    // What stood before has no history; its present state is where one begins.
    `insert into rule_versions (rule, version, change, changed, body, by, at)
      select id, version, iif(shipped > 0, 'shipped', 'changed'), '[]', body, 'system', updated_at from rules`,
    `alter table devices add column tags text not null default '[]'`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
