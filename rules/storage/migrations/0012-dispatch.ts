import { type Kysely, sql } from 'kysely'

/** What a property sets up ahead, who is called for a ticket and when, and what became of every notice. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table plans (
      kind text not null, id text not null, version integer not null, shipped integer not null, body text not null,
      updated_at integer not null, updated_by text not null, deleted_at integer, primary key (kind, id))
      without rowid`,
    `create table plan_versions (
      kind text not null, id text not null, version integer not null, change text not null, changed text not null,
      body text not null, by text not null, at integer not null, primary key (kind, id, version)) without rowid`,
    `insert into plans (kind, id, version, shipped, body, updated_at, updated_by)
      select 'commitment', id, version, iif(version = 1, 1, 0), body, updated_at, 'system' from commitments`,
    `insert into plan_versions (kind, id, version, change, changed, body, by, at)
      select 'commitment', id, version, iif(version = 1, 'shipped', 'changed'), '[]', body, 'system', updated_at
      from commitments`,
    `drop table commitments`,

    `alter table tickets rename column commitment to commitments`,
    `update tickets set commitments = json_array(json(commitments))`,
    `alter table tickets add column kind text not null default 'repair'`,
    `alter table tickets add column size text`,
    `alter table tickets add column problems text not null default '[]'`,
    `alter table tickets add column occurred_at integer not null default 0`,
    `update tickets set occurred_at = opened_at`,
    `alter table tickets add column appointment_at integer`,
    `alter table tickets add column reached text not null default '{}'`,
    `update tickets set reached = coalesce((select json_group_object(milestone, met_at) from clocks
      where clocks.ticket = tickets.id and met_at is not null), '{}')`,

    `create index tickets_assignee on tickets(assignee, state, updated_at) where assignee is not null`,

    // A ticket may have several clocks for one milestone: its own crew's and the maintenance firm's arrival.
    `alter table clocks rename to clocks_before`,
    `create table clocks (
      ticket text not null references tickets(id), id text not null, milestone text not null, party text not null,
      due_at integer not null, not_before integer, met_at integer, breached_at integer, state text not null,
      early integer not null, primary key (ticket, id)) without rowid`,
    `insert into clocks (ticket, id, milestone, party, due_at, met_at, breached_at, state, early)
      select ticket, milestone, milestone, 'property', due_at, met_at, breached_at, state, 0 from clocks_before`,
    `drop table clocks_before`,
    `create index clocks_running on clocks(due_at) where state = 'running'`,

    `create table ticket_calls (
      ticket text not null references tickets(id), responder text not null, at integer not null, reason text not null,
      answer text, answered_at integer, primary key (ticket, responder)) without rowid`,
    `create table ladder_steps (
      id text primary key, ticket text not null references tickets(id), policy text not null,
      position integer not null, rungs integer not null, repetition integer not null, due_at integer not null,
      state text not null, settled_at integer, step text not null, fallback text not null, called text not null)
      without rowid`,
    `create index ladder_steps_due on ladder_steps(due_at) where state = 'waiting'`,
    `create index ladder_steps_late on ladder_steps(settled_at) where settled_at > due_at + 5000`,
    `create unique index ladder_steps_ticket on ladder_steps(ticket, policy, position, repetition)`,
    `create table call_ins (
      id text primary key, ticket text not null references tickets(id), site text not null, people integer not null,
      due_at integer not null, met_at integer, state text not null, created_at integer not null, by text not null)
      without rowid`,
    `create index call_ins_ticket on call_ins(ticket)`,
    `create index call_ins_running on call_ins(due_at) where state = 'running'`,
    `create table call_in_answers (
      call_in text not null references call_ins(id), responder text not null, answer text not null, at integer not null,
      primary key (call_in, responder)) without rowid`,

    `alter table outbox add column address text not null default ''`,
    `alter table outbox add column recipient text`,
    `alter table outbox add column emergency integer not null default 0`,
    `alter table outbox add column site text`,
    `alter table outbox add column step text`,
    `alter table outbox add column until text`,
    `alter table outbox add column otherwise text not null default '[]'`,
    `alter table outbox add column otherwise_at integer`,
    `alter table outbox add column instead_of text`,
    `alter table outbox add column gathered_in text`,
    `create index outbox_target on outbox(channel, address, emergency desc, due_at, id) where state = 'queued'`,
    `create index outbox_otherwise on outbox(otherwise_at) where state = 'queued' and otherwise_at is not null`,
    `create index outbox_instead on outbox(instead_of) where instead_of is not null`,
    `create index outbox_recipient on outbox(recipient) where recipient is not null`,
    `drop index outbox_ticket`,
    `create index outbox_ticket on outbox(ticket) where ticket is not null`,
    `create table deliveries (
      id integer primary key, notice text not null, message text not null, at integer not null, channel text not null,
      address text not null, result text not null, answer text not null, took_ms integer not null,
      gathered integer not null)`,
    `create index deliveries_notice on deliveries(notice)`,
    `create index deliveries_target on deliveries(channel, address, at)`,
    `create table used_links (hash text primary key, at integer not null) without rowid`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
