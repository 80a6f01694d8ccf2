import { type Alarm, PRIORITIES, type Priority, Refusal, type Rule } from '../model.ts'

/** What became of an alarm; each is worth a line in the live feed, the first two a ticket and a notice. */
export type AlarmEvent = 'raised' | 're_alarmed' | 'returned' | 'acknowledged' | 'reset' | 'ended'

export interface AlarmStep {
  /** `null`: nothing is pending or raised any more and it never was, so no row is left. */
  alarm: Alarm | null
  events: readonly AlarmEvent[]
}

/** What was seen of a rule's condition at one moment. A pulse is true once and gets no clear. */
export interface Observation {
  condition: boolean
  pulse: boolean
}

export interface NewAlarm {
  id: string
  device: string
  site: string
  value: Alarm['value']
  ageUnknown: boolean
}

/** How long after its ticket closed a condition that is still true alarms again, where its rule sets nothing. */
export const RE_ALARM_AFTER_CLOSE_MS = 10 * 60_000

const more = (a: Priority, b: Priority) => PRIORITIES.indexOf(a) < PRIORITIES.indexOf(b)

/** One observation meets the alarm of its device and rule (`null`: normal and nothing pending). */
export function observeAlarm(
  alarm: Alarm | null,
  rule: Rule,
  observation: Observation,
  now: number,
  create: () => NewAlarm,
): AlarmStep {
  if (!observation.condition) return alarm === null ? { alarm, events: [] } : conditionFalse(alarm, rule, now)
  return conditionTrue(alarm ?? fresh(create(), rule), rule, observation, now)
}

function fresh(about: NewAlarm, rule: Rule): Alarm {
  return {
    ...about,
    rule: rule.id,
    priority: rule.priority,
    category: rule.category,
    state: 'normal',
    active: false,
    pendingSince: null,
    holdUntil: null,
    raisedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    returnedAt: null,
    endedAt: null,
    reAlarmAt: null,
    count: 0,
    messages: 0,
    ticket: null,
    dueAt: null,
  }
}

function conditionTrue(alarm: Alarm, rule: Rule, observation: Observation, now: number): AlarmStep {
  const raised = alarm.state === 'unacked' || alarm.state === 'acked'
  const next: Alarm = {
    ...alarm,
    active: true,
    holdUntil: observation.pulse ? now + rule.pulseHoldMs : alarm.holdUntil,
    pendingSince: raised ? null : (alarm.pendingSince ?? now),
    returnedAt: raised ? null : alarm.returnedAt,
    messages: alarm.messages + 1,
  }
  if (!observation.pulse && alarm.holdUntil !== null) next.holdUntil = null
  if (raised && more(rule.priority, alarm.priority)) {
    next.priority = rule.priority
    if (alarm.state === 'acked') return settled({ ...next, state: 'unacked' }, rule, now, ['re_alarmed'])
  }
  return settled(next, rule, now, [])
}

function conditionFalse(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  switch (alarm.state) {
    case 'normal':
      return neverMind(alarm, now, [])
    case 'rtn_unacked':
      if (!alarm.active) return { alarm, events: [] }
      return settled({ ...alarm, active: false, pendingSince: null, holdUntil: null }, rule, now, [])
    case 'unacked':
    case 'acked': {
      if (!alarm.active) return settled(alarm, rule, now, [])
      return settled({ ...alarm, active: false, pendingSince: now, holdUntil: null }, rule, now, [])
    }
  }
}

/** Time passes: delays and holds that have run out by `now` take effect. The same at every restart. */
export function settleAlarm(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  return settled(alarm, rule, now, [])
}

function settled(alarm: Alarm, rule: Rule, now: number, before: readonly AlarmEvent[]): AlarmStep {
  if (alarm.active && alarm.holdUntil !== null && now >= alarm.holdUntil) {
    const onDelayRanOut = alarm.pendingSince !== null && alarm.pendingSince + rule.onDelayMs <= alarm.holdUntil
    if (alarm.state === 'normal' && !onDelayRanOut) return neverMind(alarm, now, before)
    if (alarm.state === 'rtn_unacked' && !onDelayRanOut) {
      return { alarm: { ...alarm, active: false, holdUntil: null, pendingSince: null, dueAt: null }, events: before }
    }
    if (alarm.state === 'unacked' || alarm.state === 'acked') {
      const over = { ...alarm, active: false, pendingSince: alarm.holdUntil, holdUntil: null }
      return settled(over, rule, now, before)
    }
  }
  const onDelayOver = alarm.active && alarm.pendingSince !== null && now >= alarm.pendingSince + rule.onDelayMs
  if (onDelayOver && (alarm.state === 'normal' || alarm.state === 'rtn_unacked')) {
    return settled(raise(alarm, now), rule, now, [...before, 'raised'])
  }
  const raised = alarm.state === 'unacked' || alarm.state === 'acked'
  const offDelayOver = !alarm.active && alarm.pendingSince !== null && now >= alarm.pendingSince + rule.offDelayMs
  if (raised && offDelayOver) {
    const returned = { ...alarm, pendingSince: null, returnedAt: now, reAlarmAt: null }
    if (rule.latch) return { alarm: withDue(returned, rule), events: before }
    return end({ ...returned, state: alarm.state === 'acked' ? 'normal' : 'rtn_unacked' }, now, [...before, 'returned'])
  }
  if (raised && alarm.active && alarm.reAlarmAt !== null && now >= alarm.reAlarmAt) {
    return { alarm: withDue({ ...alarm, state: 'unacked', reAlarmAt: null }, rule), events: [...before, 're_alarmed'] }
  }
  return { alarm: withDue(alarm, rule), events: before }
}

function raise(alarm: Alarm, now: number): Alarm {
  return {
    ...alarm,
    state: 'unacked',
    pendingSince: null,
    raisedAt: alarm.raisedAt ?? now,
    returnedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    count: alarm.count + 1,
  }
}

function end(alarm: Alarm, now: number, events: readonly AlarmEvent[]): AlarmStep {
  if (alarm.state !== 'normal') return { alarm: { ...alarm, dueAt: null }, events }
  return { alarm: { ...alarm, endedAt: now, dueAt: null }, events: [...events, 'ended'] }
}

/** An on-delay did not run out: what was never raised leaves nothing, what was raised before has ended. */
function neverMind(alarm: Alarm, now: number, events: readonly AlarmEvent[]): AlarmStep {
  if (alarm.raisedAt === null) return { alarm: null, events }
  return end({ ...alarm, active: false, pendingSince: null, holdUntil: null }, now, events)
}

function withDue(alarm: Alarm, rule: Rule): Alarm {
  const waits: number[] = []
  if (alarm.pendingSince !== null) {
    waits.push(alarm.pendingSince + (alarm.active ? rule.onDelayMs : rule.offDelayMs))
  }
  if (alarm.holdUntil !== null) waits.push(alarm.holdUntil)
  if (alarm.reAlarmAt !== null && alarm.active) waits.push(alarm.reAlarmAt)
  const dueAt = waits.length === 0 ? null : Math.min(...waits)
  return dueAt === alarm.dueAt ? alarm : { ...alarm, dueAt }
}

/** A person has seen it: the noise stops, no ticket moves. Throws `Refusal` when there is nothing to see. */
export function acknowledgeAlarm(alarm: Alarm, rule: Rule, by: string, now: number): AlarmStep {
  if (alarm.state === 'acked') throw new Refusal('conflict', 'the alarm is already acknowledged')
  if (alarm.state === 'normal') throw new Refusal('conflict', 'the alarm is normal: there is nothing to acknowledge')
  const acknowledged = { ...alarm, acknowledgedAt: now, acknowledgedBy: by }
  if (alarm.state === 'rtn_unacked') {
    const normal: Alarm = { ...acknowledged, state: 'normal' }
    // It is coming back: the on-delay that runs must not be lost with the acknowledgement.
    if (alarm.active) return { alarm: withDue(normal, rule), events: ['acknowledged'] }
    return end(normal, now, ['acknowledged'])
  }
  const reAlarmAt = rule.reAlarmMs === null ? alarm.reAlarmAt : now + rule.reAlarmMs
  return { alarm: withDue({ ...acknowledged, state: 'acked', reAlarmAt }, rule), events: ['acknowledged'] }
}

/** Ends the latch. Throws `Refusal` while the condition is true, and for an alarm that returns by itself. */
export function resetAlarm(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  if (!rule.latch) throw new Refusal('conflict', 'the alarm is not latched: it returns by itself')
  if (alarm.active) throw new Refusal('conflict', 'the condition is still true: the alarm cannot be reset')
  const returned = { ...alarm, pendingSince: null, reAlarmAt: null, returnedAt: alarm.returnedAt ?? now }
  if (alarm.state === 'unacked') return end({ ...returned, state: 'rtn_unacked' }, now, ['reset'])
  if (alarm.state === 'acked') return end({ ...returned, state: 'normal' }, now, ['reset'])
  throw new Refusal('conflict', 'the alarm has already returned to normal')
}

/**
 * Its ticket was closed or cancelled by a person. A pulse, which never gets a clear, ends here; a condition that is
 * still true alarms again after the re-alarm time.
 */
export function ticketEnded(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  if (alarm.state !== 'unacked' && alarm.state !== 'acked') return { alarm, events: [] }
  if (alarm.holdUntil !== null) {
    const over = { ...alarm, active: false, holdUntil: null, pendingSince: null, reAlarmAt: null, returnedAt: now }
    return end({ ...over, state: alarm.state === 'acked' ? 'normal' : 'rtn_unacked' }, now, ['reset'])
  }
  if (!alarm.active) return { alarm, events: [] }
  const reAlarmAt = now + (rule.reAlarmMs ?? RE_ALARM_AFTER_CLOSE_MS)
  return { alarm: withDue({ ...alarm, reAlarmAt }, rule), events: [] }
}
