import {
  type Intake,
  type IntakeChannel,
  type Priority,
  type ProgressWay,
  type TicketOrigin,
  type TicketSize,
  type TicketState,
  WORKING_STATES,
} from '../model.ts'
import type { WorkingTicket } from '../desk/joins.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { sealRow } from './seals.ts'

const intakeOfRow = (row: Row<'intakes'>): Intake => ({
  id: row.id,
  number: row.number,
  site: row.site,
  receivedAt: row.received_at,
  occurredAt: row.occurred_at,
  channel: row.channel as IntakeChannel,
  takenBy: row.taken_by,
  name: row.name,
  phone: row.phone,
  household: row.household,
  location: row.location,
  text: row.text,
  category: row.category,
  priority: row.priority as Priority,
  size: row.size as TicketSize | null,
  paid: row.paid === 1,
  appointmentAt: row.appointment_at,
  progress: row.progress as ProgressWay,
  formDate: row.form_date,
  ticket: row.ticket,
  joined: row.joined === 1,
})

const rowOfIntake = (intake: Intake): Row<'intakes'> => ({
  id: intake.id,
  number: intake.number,
  site: intake.site,
  received_at: intake.receivedAt,
  occurred_at: intake.occurredAt,
  channel: intake.channel,
  taken_by: intake.takenBy,
  name: intake.name,
  phone: intake.phone,
  household: intake.household,
  location: intake.location,
  text: intake.text,
  category: intake.category,
  priority: intake.priority,
  size: intake.size,
  paid: intake.paid ? 1 : 0,
  appointment_at: intake.appointmentAt,
  progress: intake.progress,
  form_date: intake.formDate,
  ticket: intake.ticket,
  joined: intake.joined ? 1 : 0,
})

export async function insertIntake(db: Db, intake: Intake): Promise<void> {
  const row = rowOfIntake(intake)
  await db.insertInto('intakes').values(row).execute()
  await sealRow(db, 'intakes', row, { at: intake.receivedAt, by: intake.takenBy ?? 'resident' })
}

/** Who reported what became this ticket, oldest first. */
export async function intakesOf(db: Db, ticket: string): Promise<Intake[]> {
  const rows = await db.selectFrom('intakes').selectAll().where('ticket', '=', ticket).orderBy('id').execute()
  return rows.map(intakeOfRow)
}

export async function findIntake(db: Db, by: { id: string } | { number: string }): Promise<Intake | null> {
  const [[column, value]] = Object.entries(by) as [['id' | 'number', string]]
  const row = await db.selectFrom('intakes').selectAll().where(column, '=', value).executeTakeFirst()
  return row ? intakeOfRow(row) : null
}

export interface IntakeFilter {
  /** `null`: all. */
  sites: readonly string[] | null
  channel?: IntakeChannel | undefined
  /** Received from, and before. */
  from?: number | undefined
  to?: number | undefined
  beforeId?: string | undefined
  limit: number
}

/** Newest first. */
export async function listIntakes(db: Db, filter: IntakeFilter): Promise<Intake[]> {
  let query = db.selectFrom('intakes').selectAll()
  if (filter.sites !== null) query = query.where('site', 'in', filter.sites)
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel)
  if (filter.from !== undefined) query = query.where('received_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('received_at', '<', filter.to)
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
  return (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map(intakeOfRow)
}

/**
 * What somebody wrote on the public page since a moment, word for word: he tapped twice, or came back to it. What is
 * said of another place, or as more urgent, is another.
 */
export async function samePageReport(
  db: Db,
  report: Pick<
    Intake,
    'site' | 'phone' | 'text' | 'household' | 'location' | 'category' | 'priority' | 'appointmentAt'
  >,
  since: number,
): Promise<Intake | null> {
  const { site, phone, text, household, location, category, priority, appointmentAt } = report
  const query = db.selectFrom('intakes').selectAll().where('phone', '=', phone).where('received_at', '>', since)
  const row = await query
    .where((eb) => eb.and({ site, channel: 'page', text, household, location, category, priority }))
    .where('appointment_at', 'is', appointmentAt)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row ? intakeOfRow(row) : null
}

/** So many of a site's latest working tickets are looked at; more are a flood, in which every report stands alone. */
const LOOKED_AT_MAX = 500

/** Where the repairs are that a site is working on, newest first. */
export async function workingPlaces(db: Db, site: string): Promise<WorkingTicket[]> {
  const rows = await db
    .selectFrom('tickets')
    .leftJoin('devices', 'devices.id', 'tickets.device')
    .select(['tickets.id', 'origin', 'category', 'tickets.priority', 'tickets.state', 'tickets.location', 'device'])
    .select(['devices.location as devicePlace', 'devices.building'])
    .where('tickets.site', '=', site)
    .where('tickets.state', 'in', WORKING_STATES)
    .where('tickets.kind', '=', 'repair')
    .where('tickets.drill', 'is', null)
    .where('origin', 'in', ['alarm', 'report', 'rework'])
    .orderBy('tickets.id', 'desc')
    .limit(LOOKED_AT_MAX)
    .execute()
  return rows.map(({ origin, priority, state, devicePlace, building, ...row }) => ({
    ...row,
    priority: priority as Priority,
    state: state as TicketState,
    origin: origin as TicketOrigin,
    devicePlace: devicePlace ?? '',
    building: building ?? '',
  }))
}
