import { type Kysely, sql } from 'kysely'

/** The last but one of everything that a device told, and what rules remember of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const heardAt = (column: string, since: string) => `update device_states set ${column} = (
    select json_group_array(json_array(value ->> 0, json_set(value -> 1, '$.heardAt', value -> 1 ->> '${since}')))
    from json_each(${column}))`
  const statements = [
    `alter table device_states add column previous_health text not null default '{}'`,
    `alter table device_states add column measures text not null default '[]'`,
    `alter table device_states add column onsets text not null default '[]'`,
    heardAt('points', 'at'),
    heardAt('conditions', 'since'),
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
