import { type Kysely, sql } from 'kysely'

/** How long a key is kept depends on who used it. Responders' are their own, with whichever login. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table idempotency_keys add column kept_until integer not null default 0`,
    `update idempotency_keys set kept_until = created_at + 86400000`,
    `update or ignore idempotency_keys
      set kept_until = created_at + 604800000,
        principal = 'responder ' || (select name from tokens where id = principal)
      where principal in (select id from tokens where role = 'responder')`,
    `drop index idempotency_keys_age`,
    `create index idempotency_keys_end on idempotency_keys(kept_until)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
