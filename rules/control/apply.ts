import { type Carried, type ControlCommand, type Device, type Sending, SYSTEM } from '../model.ts'
import { queueTicketNotice } from '../notify/queue.ts'
import { saveControl } from '../storage/commands.ts'
import { insertAudit } from '../storage/audit.ts'
import { findTicket, insertHistory } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { controlFault } from './kinds.ts'
import { type ControlRequest, firstSent, OPEN_MAX, settled, superseded } from './machine.ts'

/** How a command gets to a device, or in words why it cannot be sent. */
export function wayTo(work: Work, device: Device, id: string, { command, args }: ControlRequest): Carried {
  const fault = controlFault(device.kind, command)
  if (fault !== null) return { ok: false, reason: fault }
  const open = work.draft.controls(device.id)
  const staying = open.length - superseded(open, device.kind, command).length
  if (staying >= OPEN_MAX) {
    return { ok: false, reason: `${staying} commands to ${device.id} are open; wait until they are answered or expire` }
  }
  return work.carry(device, { id, command, args }, (source, key) => work.memory.get(source)?.get(key))
}

/** Writes a command as sent and ends opposite ones that are still open; it goes out after the commit. */
export async function sendControl(
  work: Work,
  device: Device,
  id: string,
  request: ControlRequest,
  sending: Sending,
): Promise<ControlCommand> {
  const by = request.requestedBy ?? SYSTEM
  for (const older of superseded(work.draft.controls(device.id), device.kind, request.command)) {
    const why = `${by} asked for ${request.command}`
    await writeSettled(work, settled(older, 'superseded', why, work.now), by)
  }
  const command = firstSent(id, device, request, work.now)
  await writeSent(work, command, sending)
  await audit(work, command, by)
  await tellTicket(work, command, by)
  return command
}

/** A command that cannot be sent: who looks for it finds it, and why. */
export async function refuseControl(
  work: Work,
  device: Device,
  id: string,
  request: ControlRequest,
  reason: string,
): Promise<void> {
  const unsent = { ...firstSent(id, device, request, work.now), attempts: 0, sentAt: null }
  await writeSettled(work, settled(unsent, 'refused', reason, work.now), request.requestedBy ?? SYSTEM)
}

/** `sending`: `null` where there is no way at the moment; it is tried again when it is next due. */
export async function writeSent(work: Work, command: ControlCommand, sending: Sending | null): Promise<void> {
  await saveControl(work.db, command)
  work.draft.setControl(command)
  work.changes.push({ type: 'control', command, sending })
}

/** What came of a command; `by` is who or what settled it. */
export async function writeSettled(work: Work, command: ControlCommand, by: string): Promise<void> {
  await saveControl(work.db, command)
  work.draft.setControl(command)
  work.changes.push({ type: 'control', command, sending: null })
  await audit(work, command, by)
  await tellTicket(work, command, by)
}

async function audit(work: Work, { id, device, command, args, state, reply }: ControlCommand, by: string) {
  const detail = { id, command, args, state, reply }
  await insertAudit(work.db, { at: work.now, by, action: `command_${state}`, subject: device, detail })
}

const NEEDS_A_PERSON = new Set(['failed', 'expired', 'refused'])

async function tellTicket(work: Work, command: ControlCommand, by: string): Promise<void> {
  if (command.ticket === null) return
  const ticket = await findTicket(work.db, command.ticket)
  if (ticket === null) return
  const { device, command: name, state, reply } = command
  const why = reply === null || reply === 'ok' ? '' : ` (${reply})`
  const note = `${device} ${name}: ${state}${why}`
  const entry = { at: work.now, by, action: 'command', from: ticket.state, to: ticket.state, note }
  await insertHistory(work.db, ticket.id, entry)
  if (NEEDS_A_PERSON.has(state)) {
    await queueTicketNotice(work, ticket, 'command.failed', { device, command: name, state, reason: reply })
  }
  work.changes.push({ type: 'ticket', ticket, what: 'commanded' })
}
