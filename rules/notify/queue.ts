import type { Alarm, Rule, Ticket } from '../model.ts'
import { type Notice, saveNotice } from '../storage/outbox.ts'
import type { Work } from '../work.ts'

/** Until channels are configured, every notice goes to the service's own log. */
const DEFAULT_CHANNEL = 'log'

async function queue(work: Work, about: Pick<Notice, 'kind' | 'alarm' | 'ticket' | 'body'>): Promise<void> {
  const { kind, alarm, ticket, body } = about
  await saveNotice(work.db, {
    id: work.newId(),
    channel: DEFAULT_CHANNEL,
    kind,
    alarm,
    ticket,
    body,
    state: 'queued',
    dueAt: work.now,
    attempts: 0,
    reason: null,
    createdAt: work.now,
    settledAt: null,
  })
  if (!work.changes.some(({ type }) => type === 'notice')) work.changes.push({ type: 'notice' })
}

/** A notice of an alarm: withdrawn when the alarm is acknowledged. */
export async function queueAlarmNotice(work: Work, alarm: Alarm, rule: Rule): Promise<void> {
  const body = {
    priority: alarm.priority,
    device: alarm.device,
    site: alarm.site,
    title: rule.title,
    count: alarm.count,
  }
  await queue(work, { kind: 'alarm.raised', alarm: alarm.id, ticket: null, body })
}

/** A notice of a ticket: it stays, whatever becomes of the alarm. */
export async function queueTicketNotice(
  work: Work,
  ticket: Ticket,
  kind: 'ticket.opened' | 'clock.breached' | 'command.failed',
  extra: Record<string, unknown> = {},
): Promise<void> {
  const { number, site, location, priority, title } = ticket
  await queue(work, {
    kind,
    alarm: null,
    ticket: ticket.id,
    body: { number, site, location, priority, title, ...extra },
  })
}
