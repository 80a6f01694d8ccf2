import { type Alarm, type LevelState, PRIORITIES, type Priority, type Rule } from '../model.ts'
import { isIdle, levelDueAt, newLevel, observeLevel, settleLevel, type Observation, type Timing } from './level.ts'

export type { Observation } from './level.ts'

/** What became of an alarm, a line of its history each. */
export type AlarmEvent =
  | 'raised'
  | 're_alarmed'
  | 'rose'
  | 'fell'
  | 'returned'
  | 'chattering'
  | 'acknowledged'
  | 'acknowledgement_expired'
  | 'reset'
  | 'muted'
  | 'released'
  | 'ended'

/** These are told to people and open or join a ticket, unless the alarm is muted. */
export const ALARMING: readonly AlarmEvent[] = ['raised', 're_alarmed', 'rose']

export interface AlarmStep {
  /** `null`: nothing is pending or raised any more and it never was, so no row is left. */
  alarm: Alarm | null
  events: readonly AlarmEvent[]
}

export interface NewAlarm {
  id: string
  device: string
  site: string
  value: Alarm['value']
  ageUnknown: boolean
}

/** An alarm that changes so often within so short a time chatters (ISA-18.2: three or more a minute). */
export const CHATTER_TRANSITIONS = 3
export const CHATTER_WITHIN_MS = 60_000
/** What chatters is held together until its condition has stayed the same for so long. */
export const CHATTER_QUIET_MS = 60_000

const rank = (priority: Priority) => PRIORITIES.indexOf(priority)

/** One priority of a rule: its conditions, its delays, and where in the rule it stands. */
export interface Level extends Timing {
  priority: Priority
  opensTicket: boolean
  when?: string
  clear?: string
  /** Before the names of its fields: '' or `levels[0].`. */
  place: string
}

/** The priorities of a rule, most urgent first; made once, since every step of an alarm asks. */
export function levelsOf(rule: Rule): readonly Level[] {
  const known = made.get(rule) ?? makeLevels(rule)
  made.set(rule, known)
  return known
}

const made = new WeakMap<Rule, readonly Level[]>()

function makeLevels(rule: Rule): readonly Level[] {
  const { onDelayMs, offDelayMs, pulseHoldMs, priority, opensTicket, when, clear } = rule
  const shared = { onDelayMs, offDelayMs, pulseHoldMs, opensTicket, ...(rule.count ? { count: rule.count } : {}) }
  const texts = { ...(when === undefined ? {} : { when }), ...(clear === undefined ? {} : { clear }) }
  const own: Level = { ...shared, ...texts, priority, place: '' }
  if (!rule.levels) return [own]
  const further = rule.levels.map((level, index): Level => ({ ...shared, ...level, place: `levels[${index}].` }))
  return [...further, ...(when === undefined ? [] : [own])].sort((a, b) => rank(a.priority) - rank(b.priority))
}

/**
 * What is seen of each priority's condition, in the order of `levelsOf`, meets the alarm of its device and rule
 * (`null`: normal and nothing pending). A `null` among `seen` is unknown and changes nothing.
 */
export function observeAlarm(
  alarm: Alarm | null,
  rule: Rule,
  seen: readonly (Observation | null)[],
  now: number,
  create: () => NewAlarm,
): AlarmStep {
  const anyTrue = seen.some((each) => each?.condition)
  if (alarm === null && !anyTrue) return { alarm, events: [] }
  const timings = levelsOf(rule)
  const before = fitted(alarm ?? fresh(create(), rule), timings)
  const levels = before.levels.map((level, index) => {
    const observation = seen[index] ?? null
    return observation === null ? level : observeLevel(level, timings[index]!, observation, now)
  })
  if (levels.every((level, index) => level === before.levels[index]) && !anyTrue) return settleAlarm(before, rule, now)
  const messages = before.messages + (anyTrue ? 1 : 0)
  return settled(changed({ ...before, messages }, levels, rule, now, []), rule, now)
}

/** Time passes: delays, holds and waits that have run out by `now` take effect, each at its own time. */
export function settleAlarm(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  return settled({ alarm: fitted(alarm, levelsOf(rule)), events: [] }, rule, now)
}

/** Its rule was edited: what is reached has the priority that it has there now, and what is no longer asked is over. */
export function refitAlarm(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  const fit = fitted(alarm, levelsOf(rule))
  return settled(fit === alarm ? { alarm, events: [] } : changed(fit, fit.levels, rule, now, []), rule, now)
}

/** Field by field: a literal that begins with a spread costs 40 µs, and ten thousand may fall silent at once. */
function fresh({ id, device, site, value, ageUnknown }: NewAlarm, rule: Rule): Alarm {
  return {
    id,
    rule: rule.id,
    device,
    site,
    priority: rule.priority,
    category: rule.category,
    state: 'normal',
    active: false,
    value,
    levels: levelsOf(rule).map(({ priority }) => newLevel(priority)),
    raisedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    returnedAt: null,
    endedAt: null,
    reAlarmAt: null,
    acknowledgementExpiresAt: null,
    count: 0,
    messages: 0,
    transitions: 0,
    changedAt: [],
    chattering: false,
    muted: null,
    ticket: null,
    drill: null,
    ageUnknown,
    dueAt: null,
  }
}

/** A rule that was edited may have other priorities than its open alarm: what they share goes on, in its place. */
function fitted(alarm: Alarm, timings: readonly { priority: Priority }[]): Alarm {
  const { levels } = alarm
  if (levels.length === timings.length && levels.every((each, index) => each.priority === timings[index]!.priority)) {
    return alarm
  }
  const same = (priority: Priority) => levels.find((level) => level.priority === priority)
  const only = timings.length === 1 && levels.length === 1 ? { ...levels[0]!, priority: timings[0]!.priority } : null
  return { ...alarm, levels: only ? [only] : timings.map(({ priority }) => same(priority) ?? newLevel(priority)) }
}

function settled(step: AlarmStep, rule: Rule, now: number): AlarmStep {
  let { alarm, events } = step
  const timings = levelsOf(rule)
  while (alarm !== null && alarm.endedAt === null) {
    const due = dueAtOf(alarm, timings)
    if (due === null || due > now) {
      if (due !== alarm.dueAt) alarm = { ...alarm, dueAt: due }
      break
    }
    const levels = alarm.levels.map((level, index) => settleLevel(level, timings[index]!, due))
    const next: AlarmStep = changed(alarm, levels, rule, due, events)
    alarm = next.alarm
    events = next.events
  }
  return { alarm, events }
}

/** The alarm after its levels have moved, or a wait of its own has run out, at a moment. */
function changed(
  before: Alarm,
  levels: readonly LevelState[],
  rule: Rule,
  at: number,
  told: readonly AlarmEvent[],
): AlarmStep {
  const events = [...told]
  let alarm = chattered(turned(before, levels, at), at, events)
  const reached = alarm.levels.find((level) => level.reached)?.priority ?? null
  if (isRaised(alarm)) alarm = whileRaised(alarm, rule, reached, at, events)
  else if (reached !== null) alarm = chattered(raise(alarm, reached, at, events), at, events)
  if (isRaised(alarm) && alarm.active) alarm = waitsOver(alarm, at, events)
  return finished(alarm, at, events)
}

export const isRaised = ({ state }: Alarm) => state === 'unacked' || state === 'acked'

/** It calls for somebody now: what it waited for to do so is over. */
export const CALLING = { state: 'unacked', reAlarmAt: null, acknowledgementExpiresAt: null } as const

/**
 * The condition changes when it becomes true or false, and when what is true becomes less urgent and more so again. One
 * that only ever gets worse, priority by priority, has changed once.
 */
function turned(before: Alarm, levels: readonly LevelState[], at: number): Alarm {
  const was = mostUrgent(before.levels)
  const is = mostUrgent(levels)
  const alarm = { ...before, levels, active: is < PRIORITIES.length }
  const isWorse = before.transitions % 2 === 1
  if (was === is || is < was === isWorse) return alarm
  const changedAt = [...alarm.changedAt, at].slice(-CHATTER_TRANSITIONS)
  return { ...alarm, changedAt, transitions: alarm.transitions + 1 }
}

/** The rank of what is true, after the last where nothing is. */
function mostUrgent(levels: readonly LevelState[]): number {
  const level = levels.find(({ active }) => active)
  return level ? rank(level.priority) : PRIORITIES.length
}

/** Three changes of its condition within a minute make a chattering alarm of one that is raised; quiet ends that. */
function chattered(alarm: Alarm, at: number, events: AlarmEvent[]): Alarm {
  const { changedAt, chattering } = alarm
  const latest = changedAt.at(-1) ?? 0
  if (chattering) return at >= latest + CHATTER_QUIET_MS ? { ...alarm, chattering: false } : alarm
  const often = changedAt.length === CHATTER_TRANSITIONS && latest === at && at - changedAt[0]! < CHATTER_WITHIN_MS
  if (!often || !isRaised(alarm)) return alarm
  events.push('chattering')
  return { ...alarm, chattering: true }
}

function raise(alarm: Alarm, priority: Priority, at: number, events: AlarmEvent[]): Alarm {
  events.push('raised')
  return {
    ...alarm,
    priority,
    state: 'unacked',
    raisedAt: alarm.raisedAt ?? at,
    returnedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    count: alarm.count + 1,
  }
}

function whileRaised(alarm: Alarm, rule: Rule, reached: Priority | null, at: number, events: AlarmEvent[]): Alarm {
  const { state, priority, returnedAt, chattering } = alarm
  if (reached === null) {
    if (returnedAt !== null || chattering) return alarm
    const returned: Alarm = { ...alarm, returnedAt: at, reAlarmAt: null, acknowledgementExpiresAt: null }
    if (rule.latch) return returned
    events.push('returned')
    return { ...returned, state: state === 'acked' ? 'normal' : 'rtn_unacked' }
  }
  const rises = rank(reached) < rank(priority)
  // What was latched may have lost its ticket since: its condition alarms again, as that of any other rule.
  if (rises || returnedAt !== null) {
    events.push(state === 'unacked' && returnedAt === null ? 'rose' : 're_alarmed')
    return { ...alarm, ...CALLING, returnedAt: null, priority: rises ? reached : priority }
  }
  if (reached === priority || rule.latch || chattering) return alarm
  events.push('fell')
  return { ...alarm, priority: reached }
}

/** The re-alarm time, and an acknowledgement after which nothing moved. */
function waitsOver(alarm: Alarm, at: number, events: AlarmEvent[]): Alarm {
  const again = alarm.reAlarmAt !== null && at >= alarm.reAlarmAt
  const expired = alarm.acknowledgementExpiresAt !== null && at >= alarm.acknowledgementExpiresAt
  if (!again && !expired) return alarm
  if (expired) events.push('acknowledgement_expired')
  events.push('re_alarmed')
  return { ...alarm, ...CALLING }
}

/** Normal, and nothing runs: an alarm that was raised has ended, one that never was leaves nothing. */
export function finished(alarm: Alarm, at: number, events: AlarmEvent[]): AlarmStep {
  if (alarm.state !== 'normal' || !alarm.levels.every(isIdle)) return { alarm, events }
  if (alarm.raisedAt === null) return { alarm: null, events }
  if (alarm.muted !== null || alarm.endedAt !== null) return { alarm: withoutDue(alarm), events }
  events.push('ended')
  return { alarm: { ...withoutDue(alarm), endedAt: at, chattering: false }, events }
}

const withoutDue = (alarm: Alarm): Alarm => ({ ...alarm, dueAt: null })

function dueAtOf(alarm: Alarm, timings: readonly Timing[]): number | null {
  let due = Infinity
  for (const [index, level] of alarm.levels.entries()) {
    due = Math.min(due, levelDueAt(level, timings[index]!) ?? Infinity)
  }
  if (alarm.chattering) due = Math.min(due, (alarm.changedAt.at(-1) ?? 0) + CHATTER_QUIET_MS)
  if (isRaised(alarm) && alarm.active) {
    due = Math.min(due, alarm.reAlarmAt ?? Infinity, alarm.acknowledgementExpiresAt ?? Infinity)
  }
  return due === Infinity ? null : due
}

/** An alarm that a person or a mute has changed, with what is due of it. */
export function withDue(alarm: Alarm, rule: Rule): Alarm {
  const fit = fitted(alarm, levelsOf(rule))
  const dueAt = fit.endedAt === null ? dueAtOf(fit, levelsOf(rule)) : null
  return dueAt === fit.dueAt ? fit : { ...fit, dueAt }
}

/** A condition that is gone by decree: every level as new. */
export const cleared = (levels: readonly LevelState[]): readonly LevelState[] =>
  levels.map(({ priority }) => newLevel(priority))
