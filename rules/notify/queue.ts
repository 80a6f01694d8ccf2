import type { Alarm, Milestone, Mute, Notice, Responder, Rule, Ticket } from '../model.ts'
import { DIGEST_KIND, insertNotice } from '../storage/outbox.ts'
import type { Work } from '../work.ts'

/** The service's own log hears everything. */
const LOG_CHANNEL = 'log'

/** What is told, whoever hears it. */
export interface About extends Pick<Notice, 'kind' | 'emergency' | 'site' | 'body'> {
  alarm?: string
  ticket?: string
  step?: string
  until?: Milestone | null
  dueAt?: number
}

/** To the log and to every channel that broadcasts its kind at the site. */
export async function broadcast(work: Work, about: About): Promise<void> {
  await insertNotice(work.db, noticeOf(work, about, LOG_CHANNEL))
  tellOfNotices(work)
}

/** To each of them, by the channels in their order, else by his own choice. Answers who can be reached at all. */
export async function tellPeople(
  work: Work,
  people: readonly Responder[],
  about: About,
  _channels?: readonly string[],
): Promise<Responder[]> {
  for (const { id } of people) {
    await insertNotice(work.db, { ...noticeOf(work, about, LOG_CHANNEL), recipient: id })
  }
  tellOfNotices(work)
  return [...people]
}

function noticeOf(work: Work, about: About, channel: string): Notice {
  const { kind, emergency, site, body, alarm = null, ticket = null, step = null, until = null } = about
  return {
    id: work.newId(),
    channel,
    address: '',
    recipient: null,
    ...{ kind, emergency, site, alarm, ticket, step, until, body },
    state: 'queued',
    dueAt: about.dueAt ?? work.now,
    attempts: 0,
    reason: null,
    createdAt: work.now,
    settledAt: null,
    otherwise: [],
    otherwiseAt: null,
  }
}

function tellOfNotices(work: Work): void {
  if (!work.changes.some(({ type }) => type === 'notice')) work.changes.push({ type: 'notice' })
}

/** A notice of an alarm: withdrawn when the alarm is acknowledged. */
export async function queueAlarmNotice(work: Work, alarm: Alarm, rule: Rule): Promise<void> {
  const { priority, device, site, count } = alarm
  const body = { priority, device, site, title: rule.title, count }
  const emergency = priority === 'critical'
  await broadcast(work, { kind: 'alarm.raised', emergency, site, alarm: alarm.id, body })
}

/** A notice of a ticket: it stays, whatever becomes of the alarm. */
export async function queueTicketNotice(
  work: Work,
  ticket: Ticket,
  kind: 'ticket.opened' | 'clock.breached' | 'command.failed',
  extra: Record<string, unknown> = {},
): Promise<void> {
  await broadcast(work, { ...aboutTicket(ticket, extra), kind })
}

/** What every notice of a ticket tells. */
export function aboutTicket(ticket: Ticket, extra: Record<string, unknown> = {}): Omit<About, 'kind'> {
  const { number, site, location, priority, title } = ticket
  const body = { number, site, location, priority, title, ...extra }
  return { emergency: priority === 'critical', site, ticket: ticket.id, body }
}

/** Something has been muted for long: somebody is to look whether that is still wanted. */
export async function queueMuteReminder(work: Work, mute: Mute): Promise<void> {
  const { site, kind, over, reason, by, from, until } = mute
  const body = { mute: mute.id, site, kind, over, reason, by, from, until }
  await broadcast(work, { kind: 'mute.reminder', emergency: false, site, body })
}

/** Many alarms in one notice, which grows until it is due. */
export async function queueDigest(
  work: Work,
  { site, priority }: Alarm,
  ticket: string,
  body: Record<string, unknown>,
  dueAt: number,
): Promise<void> {
  await broadcast(work, { kind: DIGEST_KIND, emergency: priority === 'critical', site, ticket, body, dueAt })
}
