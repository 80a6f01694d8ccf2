import { type Kysely, sql } from 'kysely'

/** Alarms of several priorities, that chatter, are muted, expire, and have a history of their own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table alarms add column levels text not null default '[]'`,
    `alter table alarms add column acknowledgement_expires_at integer`,
    `alter table alarms add column transitions integer not null default 0`,
    `alter table alarms add column changed_at text not null default '[]'`,
    `alter table alarms add column chattering integer not null default 0`,
    `alter table alarms add column muted text`,
    `alter table alarms add column mute text`,
    `update alarms set levels = json_array(json_object(
      'priority', priority, 'seen', json(iif(active, 'true', 'false')), 'active', json(iif(active, 'true', 'false')),
      'reached', json(iif(state in ('unacked', 'acked') and returned_at is null, 'true', 'false')),
      'pendingSince', pending_since, 'holdUntil', hold_until, 'becameTrueAt', json_array()))`,
    `alter table alarms drop column pending_since`,
    `alter table alarms drop column hold_until`,
    `create table alarm_history (
      id integer primary key, alarm text not null, at integer not null, by text not null, action text not null,
      note text not null, site text not null, device text not null, rule text not null, priority text not null,
      muted text)`,
    `create index alarm_history_alarm on alarm_history(alarm, id)`,
    `create index alarm_history_site on alarm_history(site, at)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
