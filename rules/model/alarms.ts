import type { PointValue } from './messages.ts'
import type { AlarmState, MuteKind, Priority, TicketCategory } from './words.ts'

export interface Alarm {
  id: string
  rule: string
  device: string
  site: string
  /** Of the most urgent level that was reached and has not been left. */
  priority: Priority
  category: TicketCategory
  /** As computed, whether it is muted or not. */
  state: AlarmState
  /** Whether the condition is true now. */
  active: boolean
  /** What the condition's first point or condition was when it was raised. */
  value: PointValue | null
  /** One for each priority of its rule, most urgent first. */
  levels: readonly LevelState[]
  raisedAt: number | null
  acknowledgedAt: number | null
  acknowledgedBy: string | null
  returnedAt: number | null
  endedAt: number | null
  /** The condition is still true and alarms again then. */
  reAlarmAt: number | null
  /** When the acknowledgement is void unless something moves. */
  acknowledgementExpiresAt: number | null
  /** Times raised. */
  count: number
  /** Messages that kept it up. */
  messages: number
  /** Times that the condition changed. */
  transitions: number
  /** When it changed last, at most as often as makes a chattering alarm. */
  changedAt: readonly number[]
  /** Held together until its condition has been quiet for a while. */
  chattering: boolean
  /** What keeps it from notifying and ticketing; it is computed all the same. */
  muted: AlarmMute | null
  ticket: string | null
  /** The drill that it was raised in, for good. */
  drill: string | null
  ageUnknown: boolean
  /** When `tick` must look at it next; `null` when only a message or a person can move it. */
  dueAt: number | null
}

/** One priority of an alarm: what its condition says, and since when. */
export interface LevelState {
  priority: Priority
  /** The condition as it was last seen. */
  seen: boolean
  /** Whether the level counts as true: seen so, or seen often enough where the rule counts. */
  active: boolean
  /** Active for its on-delay, and not yet inactive for its off-delay. */
  reached: boolean
  /** Since when `active` and `reached` differ. */
  pendingSince: number | null
  /** A pulse counts as true until then. */
  holdUntil: number | null
  /** When the condition became true, as far as the rule counts that. */
  becameTrueAt: readonly number[]
}

export interface AlarmMute {
  kind: MuteKind
  /** The mute's id. */
  mute: string
}

/** A line of an alarm's own history. */
export interface AlarmEntry {
  at: number
  by: string
  action: string
  note: string
}
