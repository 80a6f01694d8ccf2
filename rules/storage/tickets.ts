import { sql } from 'kysely'
import {
  type ClockState,
  type ControlCommand,
  type HistoryEntry,
  type Job,
  type Milestone,
  NEW_JOB,
  type Party,
  type Priority,
  type Ticket,
  type TicketClock,
  type TicketKind,
  type TicketOrigin,
  type TicketState,
  TICKET_STATES,
  WORKING_STATES,
} from '../model.ts'
import { TICKET_PREFIX, type TicketDetail, type Times } from '../proof/times.ts'
import { insertAudit } from './audit.ts'
import { controlsOfTickets } from './commands.ts'
import type { Db } from './connect.ts'
import { keepPromise, type Promised, promisesByHash } from './promises.ts'
import type { Row } from './schema.ts'
import { amongst, asGiven, keptQuery, rowWriter } from './statements.ts'

/** Of each ticket so many of its latest commands are told. */
const COMMANDS_TOLD = 20

interface Parts {
  clocks: readonly TicketClock[]
  alarms: readonly string[]
  commands: readonly ControlCommand[]
  commitments: Promised
}

const ticketOfRow = (row: Row<'tickets'>, { clocks, alarms, commands, commitments }: Parts): Ticket => ({
  id: row.id,
  number: row.number,
  state: row.state as TicketState,
  priority: row.priority as Priority,
  category: row.category,
  origin: row.origin as TicketOrigin,
  site: row.site,
  location: row.location,
  device: row.device,
  title: JSON.parse(row.title) as Ticket['title'],
  description: row.description,
  reporter: row.reporter === null ? null : (JSON.parse(row.reporter) as Ticket['reporter']),
  alarms,
  commands,
  assignee: row.assignee,
  reworkOf: row.rework_of,
  follows: row.follows,
  drill: row.drill,
  ageUnknown: row.age_unknown === 1,
  signature: row.signature === null ? null : (JSON.parse(row.signature) as Ticket['signature']),
  openedAt: row.opened_at,
  updatedAt: row.updated_at,
  closedAt: row.closed_at,
  kind: row.kind as Ticket['kind'],
  size: row.size as Ticket['size'],
  problems: JSON.parse(row.problems) as string[],
  occurredAt: row.occurred_at,
  appointmentAt: row.appointment_at,
  commitments,
  reached: JSON.parse(row.reached) as Ticket['reached'],
  job: { ...NEW_JOB, ...(JSON.parse(row.job) as Partial<Job>) },
  clocks,
})

const rowOfTicket = (ticket: Ticket, promise: string): Row<'tickets'> => ({
  id: ticket.id,
  number: ticket.number,
  state: ticket.state,
  priority: ticket.priority,
  category: ticket.category,
  origin: ticket.origin,
  site: ticket.site,
  location: ticket.location,
  device: ticket.device,
  title: JSON.stringify(ticket.title),
  description: ticket.description,
  reporter: ticket.reporter === null ? null : JSON.stringify(ticket.reporter),
  assignee: ticket.assignee,
  rework_of: ticket.reworkOf,
  follows: ticket.follows,
  drill: ticket.drill,
  age_unknown: ticket.ageUnknown ? 1 : 0,
  signature: ticket.signature === null ? null : JSON.stringify(ticket.signature),
  promise,
  kind: ticket.kind,
  size: ticket.size,
  problems: JSON.stringify(ticket.problems),
  occurred_at: ticket.occurredAt,
  appointment_at: ticket.appointmentAt,
  reached: JSON.stringify(ticket.reached),
  job: JSON.stringify(ticket.job),
  about: ticket.job.complaint?.about ?? null,
  opened_at: ticket.openedAt,
  updated_at: ticket.updatedAt,
  closed_at: ticket.closedAt,
})

const rowOfClock = (ticket: string, clock: TicketClock): Row<'clocks'> => ({
  ticket,
  id: clock.id,
  milestone: clock.milestone,
  party: clock.party,
  due_at: clock.dueAt,
  not_before: clock.notBefore,
  met_at: clock.metAt,
  breached_at: clock.breachedAt,
  state: clock.state,
  early: clock.early ? 1 : 0,
})

const clockOfRow = (row: Row<'clocks'>): TicketClock => ({
  id: row.id,
  milestone: row.milestone as Milestone,
  party: row.party as Party,
  dueAt: row.due_at,
  notBefore: row.not_before,
  metAt: row.met_at,
  breachedAt: row.breached_at,
  state: row.state as ClockState,
  early: row.early === 1,
})

const writeTicket = rowWriter((db, row: Row<'tickets'>) =>
  db
    .insertInto('tickets')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(asGiven(row))),
)

const writeClock = rowWriter((db, row: Row<'clocks'>) =>
  db
    .insertInto('clocks')
    .values(row)
    .onConflict((conflict) => conflict.columns(['ticket', 'id']).doUpdateSet(asGiven(row))),
)

const writeTicketAlarm = rowWriter((db, row: Row<'ticket_alarms'>) =>
  db
    .insertInto('ticket_alarms')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
)

/**
 * Writes a ticket, its clocks and its alarms, and answers the hash of what it was promised. A new one fails where the
 * same problem already has one open.
 */
export async function saveTicket(db: Db, ticket: Ticket): Promise<string> {
  const promise = await keepPromise(db, ticket.commitments)
  await writeTicket(db, rowOfTicket(ticket, promise))
  await saveClocks(db, ticket)
  for (const alarm of ticket.alarms) await addAlarmToTicket(db, ticket.id, alarm)
  return promise
}

/** Where nothing else of the ticket has changed. */
export async function saveClocks(db: Db, { id, clocks }: Ticket): Promise<void> {
  for (const clock of clocks) await writeClock(db, rowOfClock(id, clock))
}

export async function addAlarmToTicket(db: Db, ticket: string, alarm: string): Promise<void> {
  await writeTicketAlarm(db, { ticket, alarm })
}

async function withParts(db: Db, rows: Row<'tickets'>[]): Promise<Ticket[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const clocks = await readClocks(db, JSON.stringify(ids))
  const alarms = await readAlarms(db, JSON.stringify(ids))
  const commands = await controlsOfTickets(db, ids)
  const promised = await promisesByHash(
    db,
    rows.map(({ promise }) => promise),
  )
  const clocksOf = byTicket(clocks)
  const alarmsOf = byTicket(alarms)
  const commandsOf = byTicket(commands)
  return rows.map((row) =>
    ticketOfRow(row, {
      clocks: (clocksOf.get(row.id) ?? []).map(clockOfRow),
      alarms: (alarmsOf.get(row.id) ?? []).map(({ alarm }) => alarm),
      commands: (commandsOf.get(row.id) ?? []).slice(-COMMANDS_TOLD),
      commitments: promised(row.promise),
    }),
  )
}

const readClocks = keptQuery((db, ids: string) =>
  db.selectFrom('clocks').selectAll().where('ticket', 'in', amongst(ids)).orderBy('due_at').orderBy('id'),
)

const readAlarms = keptQuery((db, ids: string) =>
  db.selectFrom('ticket_alarms').selectAll().where('ticket', 'in', amongst(ids)).orderBy('alarm'),
)

function byTicket<T extends { ticket: string | null }>(rows: readonly T[]): Map<string | null, T[]> {
  const found = new Map<string | null, T[]>()
  for (const row of rows) {
    const list = found.get(row.ticket)
    if (list) list.push(row)
    else found.set(row.ticket, [row])
  }
  return found
}

export async function findTicket(db: Db, id: string): Promise<Ticket | null> {
  const rows = await db.selectFrom('tickets').selectAll().where('id', '=', id).execute()
  return (await withParts(db, rows))[0] ?? null
}

export async function ticketsByIds(db: Db, ids: readonly string[]): Promise<Ticket[]> {
  return withParts(db, await readTickets(db, JSON.stringify(ids)))
}

const readTickets = keptQuery((db, ids: string) =>
  db.selectFrom('tickets').selectAll().where('id', 'in', amongst(ids)).orderBy('id'),
)

/** The ticket of an alarm's problem that is still being worked on, if there is one: of its drill, or a real one. */
export async function workingTicket(
  db: Db,
  { device, category, drill }: Pick<Ticket, 'category' | 'drill'> & { device: string },
): Promise<Ticket | null> {
  const rows = await db
    .selectFrom('tickets')
    .selectAll()
    .where('device', '=', device)
    .where('category', '=', category)
    .where('drill', 'is', drill)
    .where('origin', '=', 'alarm')
    .where('state', 'in', WORKING_STATES)
    .execute()
  return (await withParts(db, rows))[0] ?? null
}

/** The flood ticket of a site that is being worked on; its alarms may be thousands and are not read. */
export async function workingFloodTicket(
  db: Db,
  { site, drill }: Pick<Ticket, 'site' | 'drill'>,
): Promise<{ id: string; priority: Priority } | null> {
  const ofSite = db.selectFrom('tickets').select(['id', 'priority']).where('site', '=', site)
  const query = ofSite.where('drill', 'is', drill)
  const row = await query.where('origin', '=', 'flood').where('state', 'in', WORKING_STATES).executeTakeFirst()
  return row ? { id: row.id, priority: row.priority as Priority } : null
}

/** Tickets of a device that are being worked on. */
export async function workingTickets(db: Db, device: string): Promise<Ticket[]> {
  const query = db.selectFrom('tickets').selectAll().where('device', '=', device)
  return withParts(db, await query.where('state', 'in', WORKING_STATES).execute())
}

/** Of a drill, oldest first; absent states: all. */
export async function ticketsOfDrill(
  db: Db,
  drill: string,
  states: readonly TicketState[] = TICKET_STATES,
  limit = DRILL_TICKETS_MAX,
): Promise<Ticket[]> {
  const query = db.selectFrom('tickets').selectAll().where('drill', '=', drill).where('state', 'in', states)
  return withParts(db, await query.orderBy('id').limit(limit).execute())
}

/** More of one drill are not ended with it, nor told of. */
const DRILL_TICKETS_MAX = 10_000

export interface TicketFilter {
  sites: readonly string[] | null
  states?: readonly TicketState[] | undefined
  priority?: Priority
  category?: string | undefined
  device?: string | undefined
  assignee?: string | undefined
  /** Any of these. */
  assignees?: readonly string[]
  kind?: TicketKind | undefined
  beforeId?: string | undefined
  limit: number
}

/** Newest first. */
export async function listTickets(db: Db, filter: TicketFilter): Promise<Ticket[]> {
  let query = db.selectFrom('tickets').select('id')
  const isSomebodys = filter.assignee !== undefined || filter.assignees !== undefined
  // Of several sites the index would have to be sorted anew: they are looked for among the newest. Of one person there
  // are fewer than of a site.
  if (filter.sites?.length === 1 && !isSomebodys) query = query.where('site', '=', filter.sites[0]!)
  else if (filter.sites !== null) query = query.where(sql`+site`, 'in', filter.sites)
  if (filter.states) query = query.where('state', 'in', filter.states)
  if (filter.priority !== undefined) query = query.where('priority', '=', filter.priority)
  if (filter.category !== undefined) query = query.where('category', '=', filter.category)
  if (filter.device !== undefined) query = query.where('device', '=', filter.device)
  if (filter.assignee !== undefined) query = query.where('assignee', '=', filter.assignee)
  if (filter.assignees) query = query.where('assignee', 'in', filter.assignees)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  // Said once more, so that the database sees that the index of what is no repair has it.
  if (filter.kind !== undefined && filter.kind !== 'repair') query = query.where(sql<boolean>`kind <> 'repair'`)
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
  const ids = (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map(({ id }) => id)
  return (await ticketsByIds(db, ids)).reverse()
}

/** Ids of tickets with a clock that should have stopped before `now` and still runs; of so many clocks, the oldest. */
export async function overdueTicketIds(db: Db, now: number, limit: number): Promise<string[]> {
  // Told apart here: asked to do it, the database would read every clock there ever was.
  const query = db.selectFrom('clocks').select('ticket').where('state', '=', 'running').where('due_at', '<', now)
  return [...new Set((await query.orderBy('due_at').limit(limit).execute()).map(({ ticket }) => ticket))]
}

/** Of these tickets those that still have such a clock. */
export async function ticketsStillOverdue(db: Db, ids: readonly string[], now: number): Promise<Ticket[]> {
  const rows = await db
    .selectFrom('tickets')
    .selectAll()
    .where('id', 'in', (sub) =>
      sub
        .selectFrom('clocks')
        .select('ticket')
        .where('state', '=', 'running')
        .where('due_at', '<', now)
        .where('ticket', 'in', ids),
    )
    .orderBy('id')
    .execute()
  return withParts(db, rows)
}

/** The next number of a day, from 1. */
export async function nextSequence(db: Db, day: string): Promise<number> {
  const row = await db
    .insertInto('ticket_numbers')
    .values({ day, last: 1 })
    .onConflict((conflict) => conflict.column('day').doUpdateSet((e) => ({ last: e('ticket_numbers.last', '+', 1) })))
    .returning('last')
    .executeTakeFirstOrThrow()
  return row.last
}

const writeHistory = keptQuery(
  (db, ticket: string, at: number, by: string, action: string, from: string | null, to: string | null, note: string) =>
    db
      .insertInto('ticket_history')
      .values({ ticket, at, by, action, from_state: from, to_state: to, note })
      .returning('id'),
)

/** Adds a line to a ticket's history and to the audit chain, there with the times that the ticket has from then on. */
export async function insertHistory(db: Db, ticket: string, entry: HistoryEntry, times: Times = {}): Promise<void> {
  const { at, by, action, from, to, note } = entry
  const [written] = await writeHistory(db, ticket, at, by, action, from, to, note)
  const detail: TicketDetail = { history: written!.id, from, to, note, ...times }
  await insertAudit(db, { at, by, action: `${TICKET_PREFIX}${action}`, subject: ticket, detail: { ...detail } })
}

export async function historyOf(db: Db, ticket: string): Promise<HistoryEntry[]> {
  const rows = await db.selectFrom('ticket_history').selectAll().where('ticket', '=', ticket).orderBy('id').execute()
  return rows.map((row) => ({
    at: row.at,
    by: row.by,
    action: row.action,
    from: row.from_state as TicketState | null,
    to: row.to_state as TicketState | null,
    note: row.note,
  }))
}

export async function countOpenTickets(db: Db): Promise<number> {
  const row = await db
    .selectFrom('tickets')
    .select((e) => e.fn.countAll<number>().as('open'))
    .where('state', 'not in', ['closed', 'cancelled'])
    .executeTakeFirstOrThrow()
  return row.open
}
