import { type Alarm, type Device, type Rule, SYSTEM, type Ticket } from '../model.ts'
import { changedTimes } from '../proof/times.ts'
import { addAlarmToTicket, insertHistory, saveTicket, workingTicket, workingTickets } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { newTicket } from './apply.ts'
import { openTicketNow, ticketJoined } from '../dispatch/follow.ts'
import { floodTicket } from './flood.ts'
import { joinTicket, reportOfAlarm } from './open.ts'

/** `write` saves the ticket, after its alarm. */
export interface TicketOfAlarm {
  id: string
  write: () => Promise<unknown>
}

/**
 * The ticket of an alarm's problem: the one being worked on, else a new one. In a flood only a device's first emergency
 * opens its own; the rest joins the flood ticket of the site.
 */
export async function ticketForAlarm(
  work: Work,
  alarm: Alarm,
  rule: Rule,
  device: Device,
  isGathered: boolean,
): Promise<TicketOfAlarm> {
  const working = await workingTicket(work.db, alarm)
  if (working !== null) {
    const joined = joinTicket(working, alarm, rule, work.now, work.draft.timezoneOf(working.site))
    return { id: joined.id, write: () => writeJoined(work, working, joined, alarm) }
  }
  if (isGathered && !(await isFirstEmergency(work, alarm))) {
    const id = await floodTicket(work, alarm)
    return { id, write: () => addAlarmToTicket(work.db, id, alarm.id) }
  }
  const ticket = await newTicket(work, reportOfAlarm(alarm, rule, device, alarm.ticket))
  return { id: ticket.id, write: () => openTicketNow(work, ticket, SYSTEM, '', !isGathered) }
}

/** What a resident reported, or a repair that did not hold, is another problem than what a device says now. */
async function isFirstEmergency({ db }: Work, { priority, device, drill }: Alarm): Promise<boolean> {
  if (priority !== 'critical') return false
  const working = (await workingTickets(db, device)).filter((ticket) => ticket.drill === drill)
  const ofAlarms = working.filter(({ origin }) => origin === 'alarm')
  return ofAlarms.every((ticket) => ticket.priority !== 'critical')
}

async function writeJoined(work: Work, before: Ticket, ticket: Ticket, alarm: Alarm): Promise<void> {
  if (ticket !== before) {
    await saveTicket(work.db, ticket)
    const entry = { at: work.now, by: SYSTEM, action: 'join', from: ticket.state, to: ticket.state, note: alarm.rule }
    await insertHistory(work.db, ticket.id, entry, changedTimes(before, ticket))
    work.changes.push({ type: 'ticket', ticket, what: 'joined' })
  }
  await ticketJoined(work, before, ticket)
}
