import type { ChannelKind, ChannelSettings, Route } from '../model.ts'
import { afterTry, type Breaker, CLOSED, mayTry, probed, unprobed } from './breaker.ts'
import type { ChannelType, Sent } from './channel.ts'
import { stillCounted } from './limits.ts'
import type { Parcel, Target } from './plan.ts'

/** A group's robot takes one after another, the log whatever comes. */
const PARALLEL: Partial<Record<ChannelKind, number>> = { wecom: 1, dingtalk: 1, feishu: 1, log: 50 }
const PARALLEL_BY_DEFAULT = 4

/** One target of a channel: what is in the air, and what was sent. */
export interface Lane extends Route {
  sentAt: number[]
  /** Ids of the notices in the air. */
  inAir: Set<string>
  pending: { emergencies: number; others: number }
  /** What the provider asked: nothing before. */
  pausedUntil: number
  running: Set<Promise<void>>
  /** Looks at what is due one after another; `next` has not begun yet, and whoever wants another look joins it. */
  looking: Promise<unknown>
  next: Promise<void> | null
}

export const newLane = (route: Route, sentAt: number[]): Lane => ({
  ...route,
  sentAt,
  inAir: new Set(),
  pending: { emergencies: 0, others: 0 },
  pausedUntil: 0,
  running: new Set(),
  looking: Promise.resolve(),
  next: null,
})

const parallelOf = (kind: ChannelKind) => PARALLEL[kind] ?? PARALLEL_BY_DEFAULT

/** So many of a target's due notices are looked at in one go. */
const BATCH = 200

/** How many due notices to look at: where none is gathered or held, no more than can go beside what is in the air. */
export function lookAt({ inAir }: Lane, { gathers, limits }: ChannelType, kind: ChannelKind): number {
  return inAir.size + (gathers || limits.length > 0 ? BATCH : parallelOf(kind) + 1)
}

/** What the plan must know of a lane. */
export function targetOf(lane: Lane, breaker: Breaker, type: ChannelType, kind: ChannelKind, now: number): Target {
  const { limits, reserved, gathers } = type
  lane.sentAt = stillCounted(lane.sentAt, limits, now)
  return {
    ...{ limits, reserved, gathers, sentAt: lane.sentAt, pending: lane.pending },
    parallel: parallelOf(kind),
    closed: closedBy(lane, breaker, now),
    onlyOne: mayTry(breaker, now) === 'one',
  }
}

function closedBy({ pausedUntil }: Lane, breaker: Breaker, now: number): Target['closed'] {
  if (mayTry(breaker, now) === 'none') {
    // While one probes, the rest waits for what comes of it.
    return { until: Math.max(breaker.openUntil!, now + PROBE_MS), why: 'the channel failed again and again' }
  }
  return pausedUntil > now ? { until: pausedUntil, why: 'the provider asked to wait' } : null
}

const PROBE_MS = 1_000

/** Counts a parcel as in the air. */
export function depart({ inAir, pending }: Lane, { notices, emergency }: Parcel): void {
  for (const { id } of notices) inAir.add(id)
  pending[emergency ? 'emergencies' : 'others'] += 1
}

/** Its answer came: from now on its time counts. */
export function answered(lane: Lane, { emergency }: Parcel, sent: Sent, now: number): void {
  lane.pending[emergency ? 'emergencies' : 'others'] -= 1
  lane.sentAt = [...lane.sentAt, now]
  if (!sent.ok && sent.retryAfterMs !== undefined)
    lane.pausedUntil = Math.max(lane.pausedUntil, now + sent.retryAfterMs)
}

/** The breakers of all channels, by id. */
export type Breakers = Map<string, Breaker>

export const breakerOf = (breakers: Breakers, { id }: ChannelSettings) => breakers.get(id) ?? CLOSED

/** A try begins. */
export function beginTry(breakers: Breakers, channel: ChannelSettings): void {
  breakers.set(channel.id, probed(breakerOf(breakers, channel)))
}

/** Who answers that he is busy, or that a number is wrong, is there: that neither opens nor closes anything. */
export function endTry(breakers: Breakers, channel: ChannelSettings, sent: Sent, now: number): void {
  const before = breakerOf(breakers, channel)
  const tells = sent.ok || (sent.retry && sent.retryAfterMs === undefined)
  breakers.set(channel.id, tells ? afterTry(before, sent.ok, now) : unprobed(before))
}
