import { type Kysely, sql } from 'kysely'

/** The first schema. Partial unique indexes hold "one alarm per device and rule" and "one ticket per problem". */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table settings (key text primary key, value text not null)`,
    `create table sites (id text primary key, name text not null, timezone text not null, created_at integer not null)`,
    `create table buildings (id text primary key, site text not null references sites(id), name text not null)`,
    `create table devices (
      key integer primary key, id text not null unique, site text not null references sites(id), kind text not null,
      name text not null, location text not null, building text, created_at integer not null, retired_at integer)`,
    `create index devices_site on devices(site, id)`,
    `create table device_states (
      device_key integer primary key references devices(key), points text not null, conditions text not null,
      health text not null, last_seen_at integer, silent_since integer, recent text not null,
      reading_id integer not null)`,
    `create table credentials (
      id text primary key, device text not null, username text not null, secret_hash text not null,
      created_at integer not null, revoked_at integer)`,
    `create unique index credentials_live on credentials(username) where revoked_at is null`,
    `create table readings (
      id integer primary key, device_key integer not null, received_at integer not null, device_at integer,
      flags integer not null, seq integer, body text not null)`,
    `create table events (
      id integer primary key, device_key integer not null, code text not null, state text not null,
      at integer not null, received_at integer not null, detail text)`,
    `create index events_device on events(device_key, id)`,
    `create table rejections (
      id integer primary key, received_at integer not null, site text, device text, topic text not null,
      reason text not null, detail text not null, payload blob not null, size_bytes integer not null)`,
    `create table rules (
      id text primary key, version integer not null, shipped integer not null, body text not null,
      updated_at integer not null)`,
    `create table alarms (
      id text primary key, rule text not null, device text not null, site text not null, priority text not null,
      category text not null, state text not null, active integer not null, value text, pending_since integer,
      hold_until integer, raised_at integer, acknowledged_at integer, acknowledged_by text, returned_at integer,
      ended_at integer, re_alarm_at integer, count integer not null, messages integer not null, ticket text,
      age_unknown integer not null, due_at integer)`,
    `create unique index alarms_one_open on alarms(device, rule) where ended_at is null`,
    `create index alarms_due on alarms(due_at) where due_at is not null`,
    `create index alarms_ticket on alarms(ticket)`,
    `create index alarms_state on alarms(state, id)`,
    `create table commitments (
      id text primary key, version integer not null, body text not null, updated_at integer not null)`,
    `create table tickets (
      id text primary key, number text not null unique, state text not null, priority text not null,
      category text not null, origin text not null, site text not null references sites(id), location text not null,
      device text, title text not null, description text not null, reporter text, assignee text, rework_of text,
      follows text, age_unknown integer not null, signature text, commitment text not null,
      opened_at integer not null, updated_at integer not null, closed_at integer)`,
    `create unique index tickets_one_open on tickets(device, category) where origin = 'alarm' and state in
      ('pending_dispatch', 'assigned', 'accepted', 'en_route', 'on_site', 'on_hold')`,
    `create index tickets_state on tickets(state, id)`,
    `create table ticket_alarms (
      ticket text not null references tickets(id), alarm text not null references alarms(id),
      primary key (ticket, alarm))`,
    `create table ticket_numbers (day text primary key, last integer not null)`,
    `create table clocks (
      ticket text not null references tickets(id), milestone text not null, due_at integer not null, met_at integer,
      breached_at integer, state text not null, primary key (ticket, milestone))`,
    `create index clocks_running on clocks(due_at) where state = 'running'`,
    `create table ticket_history (
      id integer primary key, ticket text not null references tickets(id), at integer not null, by text not null,
      action text not null, from_state text, to_state text, note text not null)`,
    `create index ticket_history_ticket on ticket_history(ticket, id)`,
    `create table outbox (
      id text primary key, channel text not null, kind text not null, alarm text, ticket text, body text not null,
      state text not null, due_at integer not null, attempts integer not null, reason text,
      created_at integer not null, settled_at integer)`,
    `create index outbox_queued on outbox(due_at) where state = 'queued'`,
    `create index outbox_alarm on outbox(alarm) where state = 'queued'`,
    `create table users (
      id text primary key, name text not null unique, role text not null, sites text, password_hash text,
      created_at integer not null)`,
    `create table tokens (
      id text primary key, name text not null, role text not null, sites text, secret_hash text not null unique,
      created_at integer not null, revoked_at integer)`,
    `create table sessions (
      secret_hash text primary key, token text not null, created_at integer not null, expires_at integer not null)`,
    `create table idempotency_keys (
      principal text not null, key text not null, request text not null, result text not null,
      created_at integer not null, primary key (principal, key))`,
    `create index idempotency_keys_age on idempotency_keys(created_at)`,
    `create table audit (
      id integer primary key, at integer not null, by text not null, action text not null, subject text not null,
      detail text not null)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
