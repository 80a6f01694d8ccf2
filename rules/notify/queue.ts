import type { Alarm, Mute, Rule, Ticket } from '../model.ts'
import { DIGEST_KIND, type Notice, insertNotice } from '../storage/outbox.ts'
import type { Work } from '../work.ts'

/** Until channels are configured, every notice goes to the service's own log. */
const DEFAULT_CHANNEL = 'log'

type About = Pick<Notice, 'kind' | 'alarm' | 'ticket' | 'body'> & { dueAt?: number }

async function queue(work: Work, about: About): Promise<void> {
  const { kind, alarm, ticket, body, dueAt = work.now } = about
  await insertNotice(work.db, {
    id: work.newId(),
    channel: DEFAULT_CHANNEL,
    kind,
    alarm,
    ticket,
    body,
    state: 'queued',
    dueAt,
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

/** Something has been muted for long: somebody is to look whether that is still wanted. */
export async function queueMuteReminder(work: Work, mute: Mute): Promise<void> {
  const { site, kind, over, reason, by, from, until } = mute
  const body = { mute: mute.id, site, kind, over, reason, by, from, until }
  await queue(work, { kind: 'mute.reminder', alarm: null, ticket: null, body })
}

/** Many alarms in one notice, which grows until it is due. */
export async function queueDigest(
  work: Work,
  ticket: string,
  body: Record<string, unknown>,
  dueAt: number,
): Promise<void> {
  await queue(work, { kind: DIGEST_KIND, alarm: null, ticket, body, dueAt })
}
