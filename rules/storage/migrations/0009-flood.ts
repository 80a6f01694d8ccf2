import { type Kysely, sql } from 'kysely'

/** One flood ticket a site, and its notice that waits. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create unique index tickets_one_flood on tickets(site) where origin = 'flood' and state in
      ('pending_dispatch', 'assigned', 'accepted', 'en_route', 'on_site', 'on_hold')`,
    `create index outbox_ticket on outbox(ticket) where state = 'queued'`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
