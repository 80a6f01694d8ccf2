import { type Kysely, sql } from 'kysely'

/** Gateways, the devices that are discovered behind them, and what families remember between messages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table gateways (
      id text primary key, site text not null references sites(id), topics text not null,
      created_at integer not null, revoked_at integer)`,
    `alter table credentials add column gateway text`,
    `alter table devices add column identity text`,
    `alter table devices add column gateway text`,
    `alter table devices add column family text`,
    `alter table devices add column vendor text`,
    `alter table devices add column model text`,
    `alter table devices add column zone text`,
    `alter table devices add column placed_at integer`,
    `alter table devices add column silence_ms integer`,
    `alter table devices add column merged_into integer`,
    `update devices set placed_at = created_at`,
    `create table device_identities (
      gateway text not null, key text not null, device_key integer not null references devices(key),
      primary key (gateway, key))`,
    `create table remembered (
      source text not null, key text not null, value text not null, updated_at integer not null,
      primary key (source, key))`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
