import { startNewlyCovered } from '../commitments/clocks.ts'
import { openTicketNow, ticketJoined } from '../dispatch/follow.ts'
import { titleIn } from '../drills/drills.ts'
import { type Alarm, SYSTEM } from '../model.ts'
import { changedTimes } from '../proof/times.ts'
import { findTicket, insertHistory, saveTicket, workingFloodTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { newTicket } from './apply.ts'
import { moreUrgent } from './open.ts'

/** The one ticket of a site that gathers what comes too fast to be told one by one; its id. As urgent as its alarms. */
export async function floodTicket(work: Work, alarm: Alarm): Promise<string> {
  const { priority, rule } = alarm
  const working = await workingFloodTicket(work.db, alarm)
  if (working === null) return openFloodTicket(work, alarm)
  const { id } = working
  if (moreUrgent(priority, working.priority) === working.priority) return id
  const before = (await findTicket(work.db, id))!
  const raised = { ...before, priority, updatedAt: work.now }
  const ticket = startNewlyCovered(before, raised, work.now, work.draft.timezoneOf(before.site))
  await saveTicket(work.db, ticket)
  const entry = { at: work.now, by: SYSTEM, action: 'join', from: ticket.state, to: ticket.state, note: rule }
  await insertHistory(work.db, id, entry, changedTimes(before, ticket))
  work.changes.push({ type: 'ticket', ticket, what: 'joined' })
  await ticketJoined(work, before, ticket)
  return id
}

async function openFloodTicket(work: Work, { site, priority, drill }: Alarm): Promise<string> {
  const name = work.draft.site(site)?.name ?? site
  const ticket = await newTicket(work, {
    origin: 'flood',
    priority,
    category: 'other',
    site,
    location: '',
    device: null,
    title: titleIn(drill, { zh: `报警泛滥：${name}`, en: `Alarm flood: ${name}` }),
    drill,
    description: '',
    reporter: null,
    alarms: [],
    reworkOf: null,
    follows: null,
    ageUnknown: false,
  })
  await openTicketNow(work, ticket, SYSTEM, '')
  return ticket.id
}
