import { type Kysely, sql } from 'kysely'

/** What topics of unknown devices say, as data. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table mappings (
      id text primary key, site text references sites(id), filter text not null, version integer not null,
      body text not null, updated_at integer not null, updated_by text not null)`,
    // A topic means one thing to a site; NULL, for all sites, would be unequal to itself.
    `create unique index mappings_one_filter on mappings(coalesce(site, ''), filter)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
