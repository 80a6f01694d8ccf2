import type { Alarm, Rule } from '../model.ts'
import { queueDigest } from '../notify/queue.ts'
import { growNotice, queuedDigests } from '../storage/outbox.ts'
import { floodTicket } from '../tickets/flood.ts'
import type { Work } from '../work.ts'
import { countedFor, isTooMany, withOneMore } from './rate.ts'

/** A new emergency is told so soon, with what came beside it; the rest of a flood once a minute. */
const URGENT_AFTER_MS = 3_000
const DIGEST_AFTER_MS = 60_000
/** So many of the latest are named; all are counted. */
const NAMED_MAX = 20

/** Counts one more told alarm; whether that is too much for its operator position or from its device. */
export function countTold({ draft, flood, now }: Work, { site, device, drill }: Alarm): boolean {
  let tooMany = false
  for (const { key: counted, limit } of countedFor(flood, site, device)) {
    // What is told in a drill gathers nothing real.
    const key = drill === null ? counted : `drill:${drill} ${counted}`
    const times = withOneMore(draft.told(key), now, limit)
    draft.setTold(key, times)
    tooMany ||= isTooMany(times, limit, flood.withinMs)
  }
  return tooMany
}

interface Digest extends Record<string, unknown> {
  site: string
  alarms: number
  emergencies: number
  latest: { device: string; title: Rule['title']; priority: Alarm['priority']; ticket: string | null }[]
}

/** One notice for many alarms: it grows until it is sent. */
export async function gatherNotice(work: Work, alarm: Alarm, rule: Rule): Promise<void> {
  const ticket = await floodTicket(work, alarm)
  const pending = await queuedDigests(work.db, ticket)
  const before = (pending[0]?.body ?? { site: alarm.site, alarms: 0, emergencies: 0, latest: [] }) as Digest
  const urgent = alarm.priority === 'critical'
  const { device, priority } = alarm
  const body: Digest = {
    site: before.site,
    alarms: before.alarms + 1,
    emergencies: before.emergencies + (urgent ? 1 : 0),
    latest: [...before.latest, { device, title: rule.title, priority, ticket: alarm.ticket }].slice(-NAMED_MAX),
  }
  const dueAt = work.now + (urgent ? URGENT_AFTER_MS : DIGEST_AFTER_MS)
  for (const { id, dueAt: planned } of pending) await growNotice(work.db, id, body, Math.min(planned, dueAt))
  if (pending.length === 0) await queueDigest(work, alarm, ticket, body, dueAt)
}
