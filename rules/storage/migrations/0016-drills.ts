import { type Kysely, sql } from 'kysely'

/** Emergencies on purpose. Beside the ticket of a drill the same problem may have a real one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const working = `('pending_dispatch', 'assigned', 'accepted', 'en_route', 'on_site', 'on_hold')`
  const statements = [
    `create table drills (
      id text primary key, site text not null, title text not null, by text not null, started_at integer not null,
      ends_at integer not null, over text not null, notify text not null, commands integer not null,
      ended_at integer, ended_by text) without rowid`,
    `create index drills_site on drills(site, id)`,
    `create index drills_running on drills(id) where ended_at is null`,
    `alter table alarms add column drill text`,
    `alter table alarm_history add column drill text`,
    `alter table tickets add column drill text`,
    `create index alarms_drill on alarms(drill, id) where drill is not null`,
    `create index tickets_drill on tickets(drill, id) where drill is not null`,
    `drop index tickets_one_open`,
    `create unique index tickets_one_open on tickets(device, category, coalesce(drill, ''))
      where origin = 'alarm' and state in ${working}`,
    `drop index tickets_one_flood`,
    `create unique index tickets_one_flood on tickets(site, coalesce(drill, ''))
      where origin = 'flood' and state in ${working}`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
