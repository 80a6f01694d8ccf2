import { type Alarm, type PointValue, PRIORITIES, type Priority } from '../../model.ts'
import type { EvaluationFault } from '../evaluate.ts'
import { ALARMING, isRaised } from '../machine.ts'
import type { ReplayedStep } from './replay.ts'

/** The rule that is tried, and the one that is in force. */
export const VERSIONS = ['draft', 'live'] as const
export type Version = (typeof VERSIONS)[number]

/** One time that an alarm would have been up. */
export interface Episode {
  device: string
  /** UTC milliseconds; may lie before the period for one that was up at its start. */
  raisedAt: number
  /** `null`: still up at the end. */
  clearedAt: number | null
  /** The most urgent that it was. */
  priority: Priority
  /** What the condition's first point or condition was when it was raised. */
  value: PointValue | null
  /** When it would have opened a ticket. */
  ticketAt: number | null
}

export interface VersionTried {
  raised: number
  cleared: number
  tickets: number
  /** Up already when the period began: neither `raised` nor in `perBucket`. */
  standing: number
  /** So many devices raised. */
  devices: number
  /** Raised, by the time since the period began. */
  perBucket: readonly number[]
  /** By the time they were raised, the first `EPISODES_MAX` of them. */
  episodes: readonly Episode[]
  /** Times that the rule could not be evaluated, and why it first could not. */
  faults: { count: number; message: string | null }
}

/** What one version raised in the period while the other was not up at the same device. */
export interface Alone {
  count: number
  /** By the time they were raised, at most `EPISODES_MAX`. */
  episodes: readonly Episode[]
}

export interface Differences {
  onlyDraft: Alone
  onlyLive: Alone
  /** Of those that both raised: how often the draft came first, how often last. */
  draftEarlier: number
  draftLater: number
}

export const EPISODES_MAX = 1_000

export interface Buckets {
  from: number
  bucketMs: number
  count: number
}

export interface Tally {
  step(version: Version, step: ReplayedStep): void
  fault(version: Version, fault: EvaluationFault): void
  /** Episodes that have ended since it was last asked, of those that are listed. */
  ended(): { version: Version; episode: Episode }[]
  result(): { tried: Readonly<Record<Version, VersionTried>>; differs: Differences }
}

interface Standing extends Episode {
  /** The other version was up at some time of it. */
  met: boolean
}

/** Counts everything and lists what is bounded; nothing else is kept of what has ended. */
export function createTally({ from, bucketMs, count }: Buckets): Tally {
  const sums = { draft: newSum(count), live: newSum(count) }
  let ended: { version: Version; episode: Standing }[] = []
  let draftEarlier = 0
  let draftLater = 0

  function begin(version: Version, { device, alarm, at, value }: ReplayedStep): Standing {
    const sum = sums[version]
    const other = sums[version === 'draft' ? 'live' : 'draft'].standing.get(device.id)
    const about = { device: device.id, raisedAt: at, clearedAt: null, priority: alarm!.priority }
    const episode: Standing = { ...about, value: value(), ticketAt: null, met: other !== undefined }
    if (other) other.met = true
    if (other && at >= from && other.raisedAt < at) {
      if (version === 'draft') draftLater += 1
      else draftEarlier += 1
    }
    sum.standing.set(device.id, episode)
    if (at < from) return episode
    sum.raised += 1
    sum.devices.add(device.id)
    sum.perBucket[Math.min(count - 1, Math.floor((at - from) / bucketMs))]! += 1
    if (sum.episodes.length < EPISODES_MAX) sum.episodes.push(episode)
    return episode
  }

  function end(version: Version, episode: Standing, at: number): void {
    const sum = sums[version]
    sum.standing.delete(episode.device)
    if (at < from) return
    episode.clearedAt = at
    sum.cleared += 1
    if (episode.raisedAt < from) {
      sum.before += 1
      if (sum.episodes.length < EPISODES_MAX) sum.episodes.push(episode)
    } else if (!episode.met) alone(sum, episode)
    if (sum.told < EPISODES_MAX) {
      sum.told += 1
      ended.push({ version, episode })
    }
  }

  function resultOf(version: Version): VersionTried {
    const { raised, cleared, tickets, devices, perBucket, faults, standing, ...sum } = sums[version]
    const early = [...standing.values()].filter(({ raisedAt }) => raisedAt < from)
    const episodes = listed([...sum.episodes, ...early])
    const rest = { devices: devices.size, perBucket, episodes, faults }
    return { raised, cleared, tickets, standing: sum.before + early.length, ...rest }
  }

  function aloneOf(version: Version): Alone {
    const { standing, onlyCount, only } = sums[version]
    const still = [...standing.values()].filter(({ raisedAt, met }) => raisedAt >= from && !met)
    return { count: onlyCount + still.length, episodes: listed([...only, ...still]) }
  }

  return {
    step(version, step) {
      const sum = sums[version]
      const { alarm, device, at, compiled, events } = step
      const known = sum.standing.get(device.id)
      if (known === undefined && !isUp(alarm)) return
      const episode = known ?? begin(version, step)
      if (!isUp(alarm)) return end(version, episode, at)
      if (isMoreUrgent(alarm.priority, episode.priority)) episode.priority = alarm.priority
      const level = compiled.levels.find(({ priority }) => priority === alarm.priority)
      const opens = level?.opensTicket ?? compiled.rule.opensTicket
      if (!opens || episode.ticketAt !== null || !events.some((event) => ALARMING.includes(event))) return
      episode.ticketAt = at
      if (at >= from) sum.tickets += 1
    },
    fault(version, { message }) {
      const { faults } = sums[version]
      faults.count += 1
      faults.message ??= message
    },
    ended() {
      const told = ended.map(({ version, episode }) => ({ version, episode: withoutMet(episode) }))
      ended = []
      return told
    },
    result: () => ({
      tried: { draft: resultOf('draft'), live: resultOf('live') },
      differs: { onlyDraft: aloneOf('draft'), onlyLive: aloneOf('live'), draftEarlier, draftLater },
    }),
  }
}

/** Raised, and its condition has not returned: a latched alarm that waits for its reset is no longer up. */
const isUp = (alarm: Alarm | null): alarm is Alarm => alarm !== null && isRaised(alarm) && alarm.returnedAt === null

const isMoreUrgent = (a: Priority, b: Priority) => PRIORITIES.indexOf(a) < PRIORITIES.indexOf(b)

function newSum(buckets: number) {
  return {
    raised: 0,
    cleared: 0,
    tickets: 0,
    /** Of the standing at the start, those that have ended. */
    before: 0,
    told: 0,
    onlyCount: 0,
    devices: new Set<string>(),
    perBucket: Array.from({ length: buckets }, () => 0),
    standing: new Map<string, Standing>(),
    episodes: [] as Standing[],
    only: [] as Standing[],
    faults: { count: 0, message: null as string | null },
  }
}

function alone(sum: ReturnType<typeof newSum>, episode: Standing): void {
  sum.onlyCount += 1
  if (sum.only.length < EPISODES_MAX) sum.only.push(episode)
}

function listed(episodes: readonly Standing[]): Episode[] {
  return [...episodes]
    .sort((a, b) => a.raisedAt - b.raisedAt)
    .slice(0, EPISODES_MAX)
    .map(withoutMet)
}

const withoutMet = ({ met: _, ...episode }: Standing): Episode => episode
