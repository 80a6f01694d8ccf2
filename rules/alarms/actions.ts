import { type Alarm, type AlarmMute, Refusal, type Rule } from '../model.ts'
import { CALLING, type AlarmEvent, type AlarmStep, cleared, finished, isRaised, withDue } from './machine.ts'

/** What people, tickets and mutes do to an alarm. */

/** How long after its ticket closed a condition that is still true alarms again, where its rule sets nothing. */
export const RE_ALARM_AFTER_CLOSE_MS = 10 * 60_000

/** A person has seen it: the noise stops, no ticket moves. Throws `Refusal` when there is nothing to see. */
export function acknowledgeAlarm(alarm: Alarm, rule: Rule, by: string, now: number): AlarmStep {
  if (alarm.state === 'acked') throw new Refusal('conflict', 'the alarm is already acknowledged', 'alarm_acknowledged')
  if (alarm.state === 'normal')
    throw new Refusal('conflict', 'the alarm is normal: there is nothing to acknowledge', 'alarm_normal')
  const acknowledged = { ...alarm, acknowledgedAt: now, acknowledgedBy: by }
  const events: AlarmEvent[] = ['acknowledged']
  // A recurrence whose on-delay runs must not be lost with the acknowledgement: then it is normal, and not ended.
  if (alarm.state === 'rtn_unacked') return ended({ ...acknowledged, state: 'normal' }, rule, now, events)
  const reAlarmAt = rule.reAlarmMs === null ? alarm.reAlarmAt : now + rule.reAlarmMs
  const acked: Alarm = { ...acknowledged, state: 'acked', reAlarmAt }
  return { alarm: withDue(expiringFrom(acked, rule, now), rule), events }
}

/** Something moved: an acknowledgement that would expire without it holds so much longer. */
export function alarmMoved(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  return { alarm: alarm.state === 'acked' ? withDue(expiringFrom(alarm, rule, now), rule) : alarm, events: [] }
}

function expiringFrom(alarm: Alarm, { acknowledgementExpiresMs }: Rule, now: number): Alarm {
  return acknowledgementExpiresMs === null
    ? alarm
    : { ...alarm, acknowledgementExpiresAt: now + acknowledgementExpiresMs }
}

/** Ends the latch. Throws `Refusal` while the condition is true, and for an alarm that returns by itself. */
export function resetAlarm(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  // A rule that is no longer latched does not return what returned before it was edited.
  if (!rule.latch && (!isRaised(alarm) || alarm.returnedAt === null)) {
    throw new Refusal('conflict', 'the alarm is not latched: it returns by itself', 'alarm_not_latched')
  }
  if (alarm.active)
    throw new Refusal('conflict', 'the condition is still true: the alarm cannot be reset', 'alarm_active')
  if (!isRaised(alarm)) {
    throw new Refusal('conflict', 'the alarm has already returned to normal', 'alarm_returned')
  }
  return returned(alarm, rule, now, ['reset'])
}

/**
 * Its ticket was closed or cancelled by a person. What only pulses, which never get a clear, keep up ends here; what
 * has not returned, be it held up by an off-delay or as chattering, alarms again after the re-alarm time if it is true.
 */
export function ticketEnded(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  if (!isRaised(alarm) || alarm.returnedAt !== null) return { alarm, events: [] }
  const active = alarm.levels.filter((level) => level.active)
  const pulses = active.length > 0 && active.every(({ holdUntil }) => holdUntil !== null)
  if (pulses) return returned(alarm, rule, now, ['reset'])
  const reAlarmAt = now + (rule.reAlarmMs ?? RE_ALARM_AFTER_CLOSE_MS)
  return { alarm: withDue({ ...alarm, reAlarmAt }, rule), events: [] }
}

/** Its rule no longer speaks of the device, or not at all: there is nothing to return from. */
export function ruleEnded(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  const over: Alarm = { ...alarm, levels: cleared(alarm.levels), active: false, state: 'normal', muted: null }
  return ended({ ...over, returnedAt: alarm.returnedAt ?? now }, rule, now, [])
}

/** It stops notifying and ticketing, and is computed on. */
export function muteAlarm(alarm: Alarm, mute: AlarmMute): AlarmStep {
  return { alarm: { ...alarm, muted: mute }, events: alarm.muted === null ? ['muted'] : [] }
}

/**
 * Nothing mutes it any more. What is still true alarms now, whoever saw it before; what is over goes on as computed,
 * and a shelved alarm is normal then.
 */
export function releaseAlarm(alarm: Alarm, rule: Rule, now: number): AlarmStep {
  const released: Alarm = { ...alarm, muted: null }
  if (alarm.state !== 'normal' && alarm.returnedAt === null) {
    return { alarm: withDue({ ...released, ...CALLING }, rule), events: ['released', 're_alarmed'] }
  }
  const shelved = alarm.muted?.kind === 'shelved' && !rule.latch
  return ended(shelved ? { ...released, state: 'normal' } : released, rule, now, ['released'])
}

function returned(alarm: Alarm, rule: Rule, now: number, events: AlarmEvent[]): AlarmStep {
  const over: Alarm = {
    ...alarm,
    levels: cleared(alarm.levels),
    active: false,
    chattering: false,
    state: alarm.state === 'acked' ? 'normal' : 'rtn_unacked',
    returnedAt: alarm.returnedAt ?? now,
    reAlarmAt: null,
    acknowledgementExpiresAt: null,
  }
  return ended(over, rule, now, events)
}

function ended(alarm: Alarm, rule: Rule, now: number, events: AlarmEvent[]): AlarmStep {
  const step = finished(alarm, now, events)
  return step.alarm === null ? step : { ...step, alarm: withDue(step.alarm, rule) }
}
