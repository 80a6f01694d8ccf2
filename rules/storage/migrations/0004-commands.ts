import { type Kysely, sql } from 'kysely'

/** Commands to devices, sent again until they are answered: the broker keeps none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table commands (
      id text primary key, device text not null, site text not null, command text not null, args text not null,
      state text not null, attempts integer not null, sent_at integer, next_at integer, expires_at integer not null,
      created_at integer not null, settled_at integer, reply text, requested_by text, rule text, alarm text,
      ticket text references tickets(id))`,
    `create index commands_device on commands(device, id)`,
    `create index commands_ticket on commands(ticket, id) where ticket is not null`,
    `create index commands_open on commands(state) where state = 'sent'`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
