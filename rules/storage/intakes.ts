import type { Intake, IntakeChannel, Priority, ProgressWay, TicketSize } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

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
  ticket: intake.ticket,
  joined: intake.joined ? 1 : 0,
})

export async function insertIntake(db: Db, intake: Intake): Promise<void> {
  await db.insertInto('intakes').values(rowOfIntake(intake)).execute()
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
