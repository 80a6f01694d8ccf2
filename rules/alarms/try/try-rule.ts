import {
  DAY_MS,
  type Device,
  type DeviceKind,
  type DeviceState,
  HOUR_MS,
  type ReadMessages,
  type Rule,
} from '../../model.ts'
import type { World } from '../../world.ts'
import { NEW_DEVICE } from '../device-state.ts'
import { type CompiledRule, compileRules, type Ruleset } from '../ruleset.ts'
import type { Downtime } from '../surroundings.ts'
import { leadInMs } from './lead-in.ts'
import { createReplay, excused } from './replay.ts'
import { type Buckets, createTally, type Differences, type Episode, type Version, type VersionTried } from './tally.ts'

export interface TryQuestion {
  draft: Rule
  /** The rule of the same id that is in force. */
  live: Rule | null
  /** UTC milliseconds of receive time, `from` included and `to` not. */
  from: number
  to: number
  /** Devices that the asker does not see are left out. */
  sees: (device: Device) => boolean
  world: Pick<World, 'devices' | 'sites' | 'downtimes'>
}

export interface Tried {
  draft: VersionTried
  live: VersionTried | null
  /** `null` where no version is in force. */
  differs: Differences | null
  bucketMs: number
  /** Stored messages of all devices in the time that was looked through. */
  readings: number
  /** Since when they were looked through, so that delays and measures are under way when the period begins. */
  leadInFrom: number
}

export type TryLine =
  /** `at`: up to when. */
  | { type: 'progress'; readings: number; of: number; at: number }
  | { type: 'episode'; version: Version; episode: Episode }
  | { type: 'result'; result: Tried }

/** A shorter period is counted by the hour, a longer one by the day. */
const DAILY_FROM_MS = 4 * DAY_MS

/**
 * Replays what is stored through a draft rule, beside the version in force: a line for each slice of the past, one for
 * each episode that ended, and the result last. Devices are taken as they are today. Nobody acts: no alarm is
 * acknowledged, so that none re-alarms; one that is latched is up until its condition returns; none is muted or
 * suppressed. An episode opens a ticket when it reaches a level that does and closes it when it clears; other rules'
 * tickets, and floods, are left out.
 */
export async function* tryRule(question: TryQuestion, readMessages: ReadMessages): AsyncGenerator<TryLine> {
  const { draft, live, from, to, world } = question
  const rules = rulesOf(draft, live)
  const leadInFrom = from - leadInMs(live === null ? [draft] : [draft, live])
  const { devices, keys } = concerned(question, rules, leadInFrom)
  const buckets = bucketsOf(from, to)
  const tally = createTally(buckets)
  const replay = createReplay({
    devices,
    rules,
    timezoneOf: (site) => world.sites.get(site)?.timezone ?? 'UTC',
    downtimes: world.downtimes,
    startAt: leadInFrom,
    onStep: (step) => tally.step(step.compiled.rule.id as Version, step),
    onFault: (fault) => tally.fault(fault.rule as Version, fault),
  })
  let readings = 0
  for await (const slice of readMessages({ fromMs: leadInFrom, toMs: to, devices: keys, names: namesOf(rules) })) {
    for (const message of slice.messages) replay.take(message)
    readings = slice.rows
    for (const { version, episode } of tally.ended()) yield { type: 'episode', version, episode }
    yield { type: 'progress', readings, of: slice.of, at: slice.at }
  }
  replay.pass(to)
  for (const { version, episode } of tally.ended()) yield { type: 'episode', version, episode }
  const { tried, differs } = tally.result()
  const beside = live === null ? { live: null, differs: null } : { live: tried.live, differs }
  yield { type: 'result', result: { draft: tried.draft, ...beside, bucketMs: buckets.bucketMs, readings, leadInFrom } }
}

/** Both in one set, by the names of their versions: a device's past is followed once for both. */
function rulesOf(draft: Rule, live: Rule | null): Ruleset {
  const tried: Rule = { ...draft, id: 'draft' satisfies Version, enabled: true }
  return compileRules(live === null ? [tried] : [tried, { ...live, id: 'live' satisfies Version }])
}

/** Whole ones but for the last, which has what is left over. */
function bucketsOf(from: number, to: number): Buckets {
  const bucketMs = to - from < DAILY_FROM_MS ? HOUR_MS : DAY_MS
  return { from, bucketMs, count: Math.max(1, Math.round((to - from) / bucketMs)) }
}

/** The devices that the rules speak of, those that may be their companions, and in which rows all these speak. */
function concerned({ world, sees }: TryQuestion, rules: Ruleset, startAt: number) {
  const isCompanion = (kind: DeviceKind) => rules.companions(kind).length > 0
  const devices: { device: Device; state: DeviceState }[] = []
  const ids = new Map<number, string>()
  for (const { device, state } of world.devices.values()) {
    if (device.retiredAt !== null || !sees(device)) continue
    if (!isCompanion(device.kind) && rules.about(device).length === 0) continue
    devices.push({ device, state: stateAt(state, startAt, world.downtimes) })
    ids.set(device.key, device.id)
  }
  const keys = new Map(ids)
  const byKey = new Map([...world.devices.values()].map(({ device }) => [device.key, device]))
  for (const device of byKey.values()) {
    let into = device
    while (into.mergedInto !== null && byKey.has(into.mergedInto)) into = byKey.get(into.mergedInto)!
    const id = ids.get(into.key)
    if (id !== undefined) keys.set(device.key, id)
  }
  return { devices, keys }
}

/** Of a device that has said nothing since, what is known of it now; of another one nothing until it speaks. */
function stateAt(state: DeviceState, at: number, downtimes: readonly Downtime[]): DeviceState {
  const { lastSeenAt, points, conditions } = state
  const isLater = ({ heardAt }: { heardAt: number }) => heardAt >= at
  if (lastSeenAt === null || lastSeenAt >= at) return NEW_DEVICE
  if ([...points.values()].some(isLater) || [...conditions.values()].some(isLater)) return NEW_DEVICE
  const known: DeviceState = { ...state, silentSince: lastSeenAt, measures: new Map(), onsets: new Map() }
  return downtimes.filter(({ from, to }) => to > lastSeenAt && from < at).reduce(excused, known)
}

/** What the rules read; nothing else of a message can make a difference. */
function namesOf({ byId }: Ruleset): ReadonlySet<string> {
  const read = ({ rule, inputs, companion }: CompiledRule) => {
    const silence = rule.silenceMs === undefined ? [] : ['reportIntervalS']
    return [...inputs, ...(companion?.inputs ?? []), ...silence, ...(rule.silenceOf ? [rule.silenceOf] : [])]
  }
  return new Set([...byId.values()].flatMap(read))
}
