import {
  type Alarm,
  type ChannelSettings,
  type Milestone,
  type Mute,
  type Notice,
  type Responder,
  type Route,
  type Rule,
  SECOND_MS,
  type Ticket,
} from '../model.ts'
import { audienceOf } from '../drills/drills.ts'
import { plansOf } from '../plans/book.ts'
import { DIGEST_KIND, insertNotice } from '../storage/outbox.ts'
import type { Work } from '../work.ts'
import { LOG_CHANNEL } from './log-channel.ts'
import { quietUntil, routesTo, serves } from './routes.ts'

/** What is told, whoever hears it. */
export interface About extends Pick<Notice, 'kind' | 'emergency' | 'site' | 'body'> {
  /** What it is of, and so who may hear it; absent or `null`: it is real. */
  drill?: string | null
  alarm?: string
  ticket?: string
  step?: string
  until?: Milestone | null
  dueAt?: number
}

/** After so long without success another way is taken, and then there are as many again to the minute it may take. */
export const OTHERWISE_AFTER_MS = 30 * SECOND_MS

/** To the log and to every channel that broadcasts its kind at the site. */
export async function broadcast(work: Work, about: About): Promise<void> {
  for (const channel of [LOG_CHANNEL, ...listeners(work, about)]) {
    await insertNotice(work.db, newNotice(work, about, { channel, address: '' }))
  }
  tellOfNotices(work)
}

function listeners(work: Work, about: About): string[] {
  const { kind, site, body } = about
  const { hears: mayHear } = audience(work, about)
  const hears = (channel: ChannelSettings) =>
    serves(channel, site) && channel.broadcasts.includes(kind) && isWanted(channel, body.priority)
  const channels = plansOf(work.draft.plans(), 'channel')
  const told = channels.filter((channel) => channel.id !== LOG_CHANNEL && hears(channel) && mayHear(channel.id))
  return told.map(({ id }) => id)
}

const audience = ({ draft }: Work, { drill = null }: About) => audienceOf(drill, (id) => draft.drill(id))

/** What has no priority is wanted by all. */
const isWanted = ({ priorities }: ChannelSettings, priority: unknown) =>
  priorities === undefined || priority === undefined || priorities.some((wanted) => wanted === priority)

/**
 * To each of them, by the channels in their order, else and after these by his own choice: the first way at once, or
 * after his quiet hours where it is no emergency, the others where that fails. Answers who can be reached at all; of
 * the others the log is told.
 */
export async function tellPeople(
  work: Work,
  people: readonly Responder[],
  about: About,
  channels?: readonly string[],
): Promise<Responder[]> {
  const reached: Responder[] = []
  const { site, emergency } = about
  const { includes, allows } = audience(work, about)
  for (const responder of people.filter(includes)) {
    const [first, ...otherwise] = routesTo(responder, work.draft.plans(), site, channels).filter(allows)
    const made = newNotice(work, about, first ?? { channel: LOG_CHANNEL, address: '' })
    const timezone = work.draft.timezoneOf(site ?? responder.sites[0] ?? '')
    const dueAt = emergency || !first ? made.dueAt : quietUntil(responder, timezone, made.dueAt)
    const otherwiseAt = otherwise.length === 0 ? null : dueAt + OTHERWISE_AFTER_MS
    await insertNotice(work.db, { ...made, recipient: responder.id, dueAt, otherwise, otherwiseAt })
    if (first) reached.push(responder)
  }
  tellOfNotices(work)
  return reached
}

export function newNotice(work: Work, about: About, { channel, address }: Route): Notice {
  const { kind, emergency, site, drill = null, alarm = null, ticket = null, step = null, until = null } = about
  const body = drill === null ? about.body : { ...about.body, drill }
  return {
    ...{ id: work.newId(), channel, address, recipient: null },
    ...{ kind, emergency, site, alarm, ticket, step, until, body },
    state: 'queued',
    dueAt: about.dueAt ?? work.now,
    attempts: 0,
    reason: null,
    createdAt: work.now,
    settledAt: null,
    ...{ otherwise: [], otherwiseAt: null, insteadOf: null, gatheredIn: null },
  }
}

export function tellOfNotices(work: Work): void {
  if (!work.changes.some(({ type }) => type === 'notice')) work.changes.push({ type: 'notice' })
}

/** A notice of an alarm: withdrawn when the alarm is acknowledged. */
export async function queueAlarmNotice(work: Work, alarm: Alarm, rule: Rule): Promise<void> {
  const { priority, device, site, count, drill } = alarm
  const body = { priority, device, site, title: rule.title, count }
  const emergency = priority === 'critical'
  await broadcast(work, { kind: 'alarm.raised', emergency, site, drill, alarm: alarm.id, body })
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

/** What every notice of a ticket tells. `extra.stepName`: of the step that calls, in both languages. */
export function aboutTicket(ticket: Ticket, extra: Record<string, unknown> = {}): Omit<About, 'kind'> {
  const { number, site, location, priority, title, assignee, clocks, drill } = ticket
  const arrive = clocks.find(({ milestone, party, state }) => {
    return milestone === 'arrive' && party === 'property' && state === 'running'
  })
  const told = { number, site, location, priority, title, assignee, arriveBy: arrive?.dueAt ?? null }
  const body = { ...told, ...extra }
  return { emergency: priority === 'critical', site, drill, ticket: ticket.id, body }
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
  { site, priority, drill }: Alarm,
  ticket: string,
  body: Record<string, unknown>,
  dueAt: number,
): Promise<void> {
  await broadcast(work, { kind: DIGEST_KIND, emergency: priority === 'critical', site, drill, ticket, body, dueAt })
}
