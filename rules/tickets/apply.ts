import { commitmentsOf } from '../commitments/choose.ts'
import { breachClock } from '../commitments/clocks.ts'
import { approvalAsked } from '../jobs/approval.ts'
import { clockBreached } from '../jobs/follow.ts'
import { SYSTEM, type Ticket, type TicketAction } from '../model.ts'
import { queueTicketNotice } from '../notify/queue.ts'
import { changedTimes, openedTimes, timesOfClock } from '../proof/times.ts'
import { insertHistory, nextSequence, saveClocks, saveTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { dayOf, openTicket, type Report, ticketNumber } from './open.ts'

export async function newTicket(work: Work, report: Report): Promise<Ticket> {
  const { now, draft } = work
  const timezone = draft.timezoneOf(report.site)
  const day = dayOf(now, timezone)
  const number = ticketNumber(day, await nextSequence(work.db, day))
  const commitments = commitmentsOf(draft.plans(), report.site, { now, timezone })
  const ticket = openTicket(work.newId(), number, report, commitments, now, timezone)
  return { ...ticket, job: { ...ticket.job, approval: approvalAsked(ticket, { at: now, timezone }, SYSTEM) } }
}

export async function writeOpened(work: Work, ticket: Ticket, by: string, note: string, told: boolean): Promise<void> {
  const promise = await saveTicket(work.db, ticket)
  const entry = { at: work.now, by, action: 'open', from: null, to: ticket.state, note }
  await insertHistory(work.db, ticket.id, entry, openedTimes(ticket, promise))
  if (told) await queueTicketNotice(work, ticket, 'ticket.opened')
  work.changes.push({ type: 'ticket', ticket, what: 'opened' })
}

export async function writeMoved(
  work: Work,
  before: Ticket,
  ticket: Ticket,
  action: TicketAction | 'follow_up',
  by: string,
  note: string,
): Promise<void> {
  await recordBreaches(work, before, ticket)
  await saveTicket(work.db, ticket)
  const entry = { at: work.now, by, action, from: before.state, to: ticket.state, note }
  await insertHistory(work.db, ticket.id, entry, changedTimes(before, ticket))
  work.changes.push({ type: 'ticket', ticket, what: 'moved' })
}

/** Marks every clock of a ticket that has run out by now as breached, once. */
export async function breachTicket(work: Work, ticket: Ticket): Promise<void> {
  const breached = { ...ticket, clocks: ticket.clocks.map((clock) => breachClock(clock, work.now)) }
  await recordBreaches(work, ticket, breached)
  await saveClocks(work.db, breached)
  work.changes.push({ type: 'ticket', ticket: breached, what: 'breached' })
}

async function recordBreaches(work: Work, before: Ticket, after: Ticket): Promise<void> {
  for (const [index, clock] of after.clocks.entries()) {
    if (clock.breachedAt === null || before.clocks[index]?.breachedAt !== null) continue
    const entry = { at: clock.breachedAt, by: SYSTEM, action: 'breach', from: before.state, to: before.state }
    const { milestone, party } = clock
    const note = party === 'property' ? milestone : `${milestone}: ${party}`
    await insertHistory(work.db, after.id, { ...entry, note }, timesOfClock(clock))
    await queueTicketNotice(work, after, 'clock.breached', { milestone, party })
    work.changes.push({ type: 'breach', ticket: after.id, milestone })
    await clockBreached(work, after, clock)
  }
}
