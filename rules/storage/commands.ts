import type { ControlArgs, ControlCommand, ControlState } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

const commandOfRow = (row: Row<'commands'>): ControlCommand => ({
  id: row.id,
  device: row.device,
  site: row.site,
  command: row.command,
  args: JSON.parse(row.args) as ControlArgs,
  state: row.state as ControlState,
  attempts: row.attempts,
  sentAt: row.sent_at,
  nextAt: row.next_at,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
  settledAt: row.settled_at,
  reply: row.reply,
  requestedBy: row.requested_by,
  rule: row.rule,
  alarm: row.alarm,
  ticket: row.ticket,
})

export async function saveControl(db: Db, command: ControlCommand): Promise<void> {
  const moving = {
    state: command.state,
    attempts: command.attempts,
    sent_at: command.sentAt,
    next_at: command.nextAt,
    settled_at: command.settledAt,
    reply: command.reply,
  }
  await db
    .insertInto('commands')
    .values({
      ...moving,
      id: command.id,
      device: command.device,
      site: command.site,
      command: command.command,
      args: JSON.stringify(command.args),
      expires_at: command.expiresAt,
      created_at: command.createdAt,
      requested_by: command.requestedBy,
      rule: command.rule,
      alarm: command.alarm,
      ticket: command.ticket,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(moving))
    .execute()
}

export async function openControls(db: Db): Promise<ControlCommand[]> {
  const rows = await db.selectFrom('commands').selectAll().where('state', '=', 'sent').orderBy('id').execute()
  return rows.map(commandOfRow)
}

/** A command of this device; another device's is none. */
export async function findControl(db: Db, device: string, id: string): Promise<ControlCommand | null> {
  const query = db.selectFrom('commands').selectAll().where('device', '=', device).where('id', '=', id)
  const row = await query.executeTakeFirst()
  return row ? commandOfRow(row) : null
}

export interface ControlFilter {
  device: string
  beforeId?: string | undefined
  limit: number
}

/** Newest first. */
export async function listControls(db: Db, { device, beforeId, limit }: ControlFilter): Promise<ControlCommand[]> {
  let query = db.selectFrom('commands').selectAll().where('device', '=', device)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(commandOfRow)
}

/** Oldest first. */
export async function controlsOfTickets(db: Db, tickets: readonly string[]): Promise<ControlCommand[]> {
  const query = db.selectFrom('commands').selectAll().where('ticket', 'in', tickets)
  return (await query.orderBy('id').execute()).map(commandOfRow)
}

/** Whether an alarm has told any device to do anything. */
export async function hasCommanded(db: Db, alarm: string): Promise<boolean> {
  const row = await db.selectFrom('commands').select('id').where('alarm', '=', alarm).limit(1).executeTakeFirst()
  return row !== undefined
}
