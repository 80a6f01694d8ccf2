import { DAY_MS, type Notice, type Random } from '../model.ts'
import { retryAfter } from './backoff.ts'
import type { Sent } from './channel.ts'
import type { Parcel, Waiting } from './plan.ts'

export const ATTEMPTS_MAX = 10
/** What could not be sent for so long is not news any more. */
const GIVE_UP_AFTER_MS = DAY_MS

/** The notices of a message as they are after a try; `now`: when the answer came. */
export function afterSending({ id, notices }: Parcel, sent: Sent, now: number, random: Random): Notice[] {
  const gatheredIn = notices.length > 1 ? id : (notices[0]?.gatheredIn ?? null)
  const [first] = notices
  const waitMs = sent.ok
    ? 0
    : retryAfter((first?.attempts ?? 0) + 1, first?.emergency ?? false, random, sent.retryAfterMs)
  return notices.map((notice) => {
    const attempts = notice.attempts + 1
    const tried = { ...notice, attempts, gatheredIn }
    if (sent.ok) return { ...tried, state: 'sent', reason: null, settledAt: now }
    const again = sent.retry && attempts < ATTEMPTS_MAX && now - notice.createdAt < GIVE_UP_AFTER_MS
    if (!again) return { ...tried, state: 'failed', reason: sent.answer, settledAt: now }
    return { ...tried, reason: sent.answer, dueAt: now + waitMs }
  })
}

/** A notice that was not tried, as it is while it waits. */
export function whileWaiting({ notice, until, why }: Waiting, now: number): Notice {
  if (now - notice.createdAt >= GIVE_UP_AFTER_MS) return { ...notice, state: 'failed', reason: why, settledAt: now }
  return { ...notice, reason: why, dueAt: until }
}
