import type { RuleCommand } from './commands.ts'
import type { PointValue } from './messages.ts'
import type { AlarmState, DeviceKind, Priority, TicketCategory } from './words.ts'

/** A rule is data. Conditions are CEL over the device's current points and conditions. */
export interface Rule {
  id: string
  kind: DeviceKind
  title: { zh: string; en: string }
  priority: Priority
  category: TicketCategory
  opensTicket: boolean
  /** Sent when the alarm is raised, in the same transaction. */
  command?: RuleCommand
  /** CEL; absent in a silence rule. */
  when?: string
  /** CEL; without it the alarm returns when `when` is no longer true. */
  clear?: string
  /** Raised when the device has not been heard for so long. */
  silenceMs?: number
  onDelayMs: number
  offDelayMs: number
  /** How long a pulse, which never gets a clear, counts as true. */
  pulseHoldMs: number
  /** An acknowledged alarm that is still active alarms again after this; `null` never. */
  reAlarmMs: number | null
  latch: boolean
}

export interface Alarm {
  id: string
  rule: string
  device: string
  site: string
  priority: Priority
  category: TicketCategory
  state: AlarmState
  /** Whether the condition is true now. */
  active: boolean
  /** What the condition's first point or condition was when it was raised. */
  value: PointValue | null
  /** Since when the condition is true (on-delay counts from here) or, returning, since when it is not. */
  pendingSince: number | null
  /** A pulse counts as true until then. */
  holdUntil: number | null
  raisedAt: number | null
  acknowledgedAt: number | null
  acknowledgedBy: string | null
  returnedAt: number | null
  endedAt: number | null
  /** The condition is still true and alarms again then. */
  reAlarmAt: number | null
  /** Times raised. */
  count: number
  /** Messages that kept it up. */
  messages: number
  ticket: string | null
  ageUnknown: boolean
  /** When `tick` must look at it next; `null` when only a message or a person can move it. */
  dueAt: number | null
}
