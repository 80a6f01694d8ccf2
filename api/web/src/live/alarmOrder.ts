import { PRIORITIES } from '../../../../rules/model/words.ts'
import type { AlarmView } from '../api/types.ts'
import { needsAcknowledging } from './urgency.ts'

/**
 * What calls first: what is muted last, then by a ticket that is past due, not acknowledged, priority, and the longest
 * standing. Depends on no clock: `overdue` are the ids of tickets past due.
 */
export function byUrgency(alarms: Iterable<AlarmView>, overdue: ReadonlySet<string>): AlarmView[] {
  return [...alarms]
    .map((alarm) => ({ alarm, rank: rankOf(alarm, overdue), raisedAt: alarm.raisedAt ?? '' }))
    .sort((a, b) => a.rank - b.rank || compare(a.raisedAt, b.raisedAt) || compare(a.alarm.id, b.alarm.id))
    .map(({ alarm }) => alarm)
}

function rankOf(alarm: AlarmView, overdue: ReadonlySet<string>): number {
  const muted = alarm.muted !== null
  const late = alarm.ticket !== null && overdue.has(alarm.ticket)
  const seen = !needsAcknowledging(alarm)
  return (Number(muted) * 2 + Number(!late)) * 16 + Number(seen) * 8 + PRIORITIES.indexOf(alarm.priority)
}

/** The API writes all times alike, so that their texts order as they do. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
