import { type Kysely, sql } from 'kysely'
import { chained, GENESIS } from '../audit-hash.ts'

/** Reports that people make, what is done at the door, what is asked afterwards, and a log that shows tampering. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table tickets add column job text not null default '{}'`,
    `alter table tickets add column about text`,
    `create index tickets_about on tickets(about) where about is not null`,
    `create index tickets_rework on tickets(rework_of) where rework_of is not null`,
    `create index tickets_place on tickets(site, location, opened_at) where location <> ''`,
    `create index tickets_kind on tickets(kind, id) where kind <> 'repair'`,
    // With what lists ask for beside it, so that what is rare is found without reading every ticket of a site.
    `create index tickets_site on tickets(site, id, state, category)`,
    `create index tickets_category on tickets(category, id, state, site)`,
    `create index tickets_device on tickets(device, id) where device is not null`,
    `create index tickets_opened on tickets(opened_at, id)`,
    `create index tickets_completed on tickets(site, json_extract(job, '$.completedAt'))
      where json_extract(job, '$.completedAt') is not null`,

    `alter table sites add column phone text not null default ''`,
    `alter table sites add column public_reports integer not null default 0`,
    `create table intakes (
      id text primary key, number text not null unique, site text not null, received_at integer not null,
      occurred_at integer, channel text not null, taken_by text, name text not null, phone text not null,
      household text not null, location text not null, text text not null, category text not null,
      priority text not null, size text, paid integer not null, appointment_at integer, progress text not null,
      form_date text, ticket text not null references tickets(id) deferrable initially deferred,
      joined integer not null) without rowid`,
    `create index intakes_ticket on intakes(ticket)`,
    `create index intakes_site on intakes(site, id)`,
    `create index intakes_phone on intakes(phone, id) where phone <> ''`,
    `create table photos (
      id text primary key, site text not null, ticket text not null references tickets(id), kind text not null,
      type text not null, size_bytes integer not null, sha256 text not null, caption text not null, by text not null,
      at integer not null) without rowid`,
    `create index photos_ticket on photos(ticket, at)`,
    `create table signatures (
      id text primary key, ticket text not null references tickets(id), signer text not null, name text not null,
      at integer not null, by text not null, drawing text) without rowid`,
    `create index signatures_ticket on signatures(ticket)`,
    `create table tasks (
      id text primary key, site text not null, ticket text not null references tickets(id), kind text not null,
      assignee text, due_at integer, state text not null, about text not null, created_at integer not null,
      settled_at integer, settled_by text, note text not null) without rowid`,
    `create index tasks_ticket on tasks(ticket)`,
    `create index tasks_open on tasks(site, id) where state = 'open'`,
    `create table follow_ups (
      id text primary key, site text not null, ticket text not null references tickets(id), rule text not null,
      state text not null, completed_at integer not null, due_at integer, rainy_day text, attempts text not null,
      answer text, grade integer, answered_at integer, told_at integer) without rowid`,
    `create index follow_ups_ticket on follow_ups(ticket)`,
    `create index follow_ups_queue on follow_ups(state, due_at, id)`,
    `create index follow_ups_site on follow_ups(site, state, due_at, id)`,
    `create index follow_ups_untold on follow_ups(told_at, state, due_at)`,
    `create index follow_ups_answered on follow_ups(answered_at) where answered_at is not null`,
    `create table rainy_days (
      site text not null, day text not null, at integer not null, source text not null, by text not null,
      amount_mm real, note text not null, primary key (site, day)) without rowid`,
    `create table samples (
      site text not null, month text not null, seed integer not null, drawn_at integer not null,
      population integer not null, taken text not null, primary key (site, month)) without rowid`,
    `create table surveys (
      id text primary key, site text not null, kind text not null, title text not null, questions text not null,
      from_at integer not null, until_at integer, created_at integer not null, created_by text not null,
      closed_at integer) without rowid`,
    `create index surveys_site on surveys(site, id)`,
    `create table survey_answers (
      id text primary key, survey text not null references surveys(id), site text not null, ticket text,
      household text not null, grades text not null, reason text not null, way text not null, by text not null,
      at integer not null) without rowid`,
    `create index survey_answers_survey on survey_answers(survey, id)`,
    `create index survey_answers_at on survey_answers(at)`,
    // Each household answers once, and of a survey after completion each job.
    `create unique index survey_answers_household on survey_answers(survey, household) where ticket is null`,
    `create unique index survey_answers_ticket on survey_answers(survey, ticket) where ticket is not null`,
    `create unique index surveys_completion on surveys(site) where kind = 'completion' and closed_at is null`,

    `alter table audit add column hash text not null default ''`,
    `create index audit_subject on audit(subject, id)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
  await chainAudit(db)
}

interface Tables {
  audit: AuditRow
  settings: { key: string; value: string }
  tickets: { id: string }
  ticket_history: { id: number; at: number }
}

interface AuditRow {
  id: number
  at: number
  by: string
  action: string
  subject: string
  detail: string
  hash: string
}

const ROWS_IN_ONE_GO = 1_000

/** What was logged before there was a chain becomes its beginning. */
async function chainAudit(db: Kysely<Tables>): Promise<void> {
  let head = { id: 0, hash: GENESIS }
  for (;;) {
    const query = db.selectFrom('audit').selectAll().where('id', '>', head.id).orderBy('id').limit(ROWS_IN_ONE_GO)
    const rows = await query.execute()
    if (rows.length === 0) break
    for (const row of rows) {
      head = { id: row.id, hash: chained(head.hash, row) }
      await db.updateTable('audit').set({ hash: head.hash }).where('id', '=', row.id).execute()
    }
  }
  head = await chainBegins(db, head)
  await db
    .insertInto('settings')
    .values({ key: 'audit.head', value: JSON.stringify(head) })
    .execute()
}

/** Of tickets that are older than the chain it says nothing: which they are is its first word about tickets. */
async function chainBegins(db: Kysely<Tables>, head: { id: number; hash: string }) {
  const { history, at } = await db
    .selectFrom('ticket_history')
    .select((e) => [e.fn.max('id').as('history'), e.fn.max('at').as('at')])
    .executeTakeFirstOrThrow()
  if (history === null) return head
  const { ticket } = await db
    .selectFrom('tickets')
    .select((e) => e.fn.max('id').as('ticket'))
    .executeTakeFirstOrThrow()
  const detail = JSON.stringify({ history, ticket })
  const row = { id: head.id + 1, at, by: 'system', action: 'audit.begun', subject: 'tickets', detail }
  const hash = chained(head.hash, row)
  await db
    .insertInto('audit')
    .values({ ...row, hash })
    .execute()
  return { id: row.id, hash }
}
