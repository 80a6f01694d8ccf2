import { ticketEnded } from '../alarms/actions.ts'
import { applyStep } from '../alarms/apply.ts'
import { moveAlarm } from '../alarms/commands.ts'
import type { CompiledRule } from '../alarms/ruleset.ts'
import { acceptTicket, mayAccept } from '../dispatch/accept.ts'
import { moveTicketNow } from '../dispatch/follow.ts'
import type { Known } from '../jobs/acted.ts'
import { priceObstacle } from '../jobs/ready.ts'
import { cancelTicket } from '../jobs/cancel.ts'
import { mustBeVersion, notHis } from '../jobs/write.ts'
import { type Alarm, type Principal, Refusal, type Ticket, type TicketAction } from '../model.ts'
import { mustSee } from '../rights.ts'
import { findAlarm } from '../storage/alarms.ts'
import { photosOf } from '../storage/photos.ts'
import { insertSignature } from '../storage/signatures.ts'
import { findTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { actOnTicket, type ActionDetails } from './machine.ts'
import { openRework } from './rework.ts'

export type TicketCommand = { type: 'act_on_ticket'; ticket: string; action: TicketAction } & ActionDetails

export async function performTicketCommand(work: Work, command: TicketCommand, by: Principal) {
  const ticket = await findTicket(work.db, command.ticket)
  if (by.role === 'responder') await mustBeHis(work, ticket, command.action, by)
  if (ticket === null) throw new Refusal('not_found', `ticket ${command.ticket} does not exist`)
  mustSee(by, ticket.site, `ticket ${command.ticket}`)
  if (command.action === 'accept') {
    const responder = by.role === 'responder' ? by.name : command.assignee || null
    const accepted = await acceptTicket(work, ticket, responder, by, noteOf(command))
    await moveAlarms(work, accepted)
    return { ticket: accepted }
  }

  if (command.action === 'cancel') {
    const cancelled = await cancelTicket(work, ticket, command.note ?? '', by)
    if (cancelled.state === 'cancelled') await endAlarms(work, cancelled)
    return { ticket: cancelled }
  }

  mustBeVersion(ticket, command.ifVersions)
  const moved = actOnTicket(ticket, command.action, command, work.now, await known(work, ticket, command, by))
  const note = noteOf(command) + unagreedNote(ticket, command.action)
  const written = await moveTicketNow(work, ticket, moved, command.action, by.name, note)
  // The customer's may come with the sign-off.
  const signed = moved.job.signatures.slice(ticket.job.signatures.length)
  for (const signature of signed) await insertSignature(work.db, ticket.id, { ...signature, drawing: null })
  if (command.action === 'close') await endAlarms(work, moved)
  else await moveAlarms(work, moved)
  if (command.action !== 'rework') return { ticket: written }
  return {
    ticket: await openRework(work, ticket, { note: command.note, appointmentAt: command.appointmentAt }, by.name),
  }
}

async function known(work: Work, ticket: Ticket, { action }: TicketCommand, { name }: Principal): Promise<Known> {
  const photos = action === 'complete' ? await photosOf(work.db, ticket.id) : []
  return { by: name, id: work.newId(), photos: photos.map(({ kind }) => kind) }
}

/** An emergency is not held up by its price; that it was not agreed is told. */
function unagreedNote(ticket: Ticket, action: TicketAction): string {
  const isWork = action === 'first-handling' || action === 'complete'
  return isWork && priceObstacle(ticket) !== null ? ' (the price was not agreed)' : ''
}

/** Looked at within the transaction: a job may have been passed on a moment ago. */
async function mustBeHis(work: Work, ticket: Ticket | null, action: TicketAction, { name }: Principal): Promise<void> {
  const isHis =
    ticket !== null && (action === 'accept' ? await mayAccept(work, ticket, name) : ticket.assignee === name)
  if (!isHis) throw notHis()
}

/** What an action was told with, of what it takes: a reason that a resident hears has nothing else in it. */
function noteOf({ action, party, assignee, signature, note }: TicketCommand): string {
  const about: Partial<Record<TicketAction, string | undefined>> = {
    arrive: party,
    assign: assignee,
    accept: assignee,
    'sign-off': signature,
  }
  return [about[action], note].filter((part) => part !== undefined && part !== '').join(': ')
}

/** An ended ticket ends its alarms' pulses; what is still true alarms again. A newer ticket's are left alone. */
async function endAlarms(work: Work, ticket: Ticket): Promise<void> {
  for (const { alarm, compiled } of await openAlarmsOf(work, ticket)) {
    const step = ticketEnded(alarm, compiled.rule, work.now)
    if (step.alarm !== alarm) await applyStep(work, alarm.device, { ...step, compiled, before: alarm })
  }
}

/** Somebody is at work: the acknowledgements of its alarms do not expire meanwhile. */
async function moveAlarms(work: Work, ticket: Ticket): Promise<void> {
  for (const { alarm, compiled } of await openAlarmsOf(work, ticket)) await moveAlarm(work, alarm, compiled)
}

async function openAlarmsOf(work: Work, ticket: Ticket): Promise<{ alarm: Alarm; compiled: CompiledRule }[]> {
  const open: { alarm: Alarm; compiled: CompiledRule }[] = []
  for (const id of ticket.alarms) {
    const alarm = await findAlarm(work.db, id)
    const compiled = alarm === null ? undefined : work.rules.byId.get(alarm.rule)
    if (alarm === null || alarm.endedAt !== null || alarm.ticket !== ticket.id || !compiled) continue
    open.push({ alarm, compiled })
  }
  return open
}
