import type { RuleCommand } from './commands.ts'
import type { DeviceKind, Priority, TicketCategory } from './words.ts'

/**
 * A rule is data. Conditions are CEL over a device's points, conditions, previous values and facts; what takes time or
 * other devices is said in named fields.
 */
export interface Rule {
  id: string
  /** `any`: devices of every kind. */
  kind: DeviceKind | 'any'
  /** Which devices of the kind; a field that is absent lets all through. */
  scope?: RuleScope
  title: { zh: string; en: string }
  /** Of `when` or of a silence. */
  priority: Priority
  category: TicketCategory
  opensTicket: boolean
  /** Sent when the alarm is raised, in the same transaction. */
  command?: RuleCommand
  /** CEL; absent in a silence rule and where all is said in `levels`. */
  when?: string
  /** CEL; without it the alarm returns when `when` is no longer true. */
  clear?: string
  /** Further priorities of the same alarm, each with its condition. */
  levels?: readonly RuleLevel[]
  /** Values over time, by the name that conditions read them under. */
  measures?: Readonly<Record<string, Measure>>
  /** Raised when the device, or `silenceOf` of it, has not been heard for so long. */
  silenceMs?: number
  /** A point or condition of the device. */
  silenceOf?: string
  onDelayMs: number
  offDelayMs: number
  /** True only once the condition has become true so many times within the time before. */
  count?: { times: number; withinMs: number }
  /** Other devices that must agree. */
  with?: Companion
  /** True only in these windows, in the site's time zone; absent: always. */
  calendar?: readonly CalendarWindow[]
  /** How long a pulse, which never gets a clear, counts as true. */
  pulseHoldMs: number
  /** An acknowledged alarm that is still active alarms again after this; `null` never. */
  reAlarmMs: number | null
  /** An acknowledgement is void when nothing moved for so long: no ticket, no comment, no alarm; `null` never. */
  acknowledgementExpiresMs: number | null
  latch: boolean
  /** What the alarm mutes while its condition is true. */
  suppresses?: Suppression
  /** `false`: kept, not run. */
  enabled: boolean
}

export interface RuleScope {
  sites?: readonly string[]
  buildings?: readonly string[]
  zones?: readonly string[]
  models?: readonly string[]
  vendors?: readonly string[]
  families?: readonly string[]
  /** Devices with any of these. */
  tags?: readonly string[]
  devices?: readonly string[]
}

export interface RuleLevel {
  priority: Priority
  when: string
  clear?: string
  /** Where it differs from the rule's. */
  onDelayMs?: number
  opensTicket?: boolean
}

/**
 * A value that needs more than the last reading; unknown where there are too few. Times are the server's, and what is
 * remembered is bounded: readings that are older than `overMs` by the fraction of it that a line names may count.
 *
 * - `rate`: change per second between the oldest and the newest reading within `overMs`, to a hundredth; needs two
 * - `trend`: slope of the least-squares line through the hourly means within `overMs`, per day; needs three hours, and
 *   looks back 31 days at most
 * - `consumption`: how much a counter has grown in the running or last window of the day, `HH:MM` local time as in a
 *   `CalendarWindow`: from the last reading up to an hour before the start, or the first after it, to the last before
 *   the end. It stands until the next window begins. A counter that goes backwards counts on from where it is then; one
 *   that comes back within an hour was misread.
 * - `unbalance`: negative over positive sequence of three voltages or currents, in percent (GB/T 15543-2008): from
 *   line-to-line voltages where they are known, else from phases that are taken to lie 120 degrees apart
 * - `average`, `minimum`, `maximum`: of the readings within `overMs`, to a sixtieth
 */
export type Measure =
  | { rate: string; overMs: number }
  | { trend: string; overMs: number }
  | { consumption: string; from: string; to: string }
  | { unbalance: 'voltage' | 'current' }
  | { average: string; overMs: number }
  | { minimum: string; overMs: number }
  | { maximum: string; overMs: number }

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
/**
 * `workday`: after the public holidays and make-up workdays (调休) of mainland China, Monday to Friday in a year of which
 * they are not known; `holiday`: every other day, so that the two together are every day.
 */
export const CALENDAR_DAYS = [...DAYS, 'workday', 'holiday'] as const
export type CalendarDay = (typeof CALENDAR_DAYS)[number]

/**
 * `from` to `to`, `HH:MM` local time; a `to` that is not after `from` lies on the next day and belongs to this one. A
 * time that is skipped when clocks are set forward does not come, one that is repeated comes twice.
 */
export interface CalendarWindow {
  /** Any of these; absent: every day. */
  days?: readonly CalendarDay[]
  from: string
  to: string
}

export const SURROUNDINGS = ['zone', 'building', 'site', 'gateway'] as const
/** What two devices may have in common. */
export type Surrounding = (typeof SURROUNDINGS)[number]

/** Other devices that must agree: as many as `atLeast`, of a kind, in the same place. */
export interface Companion {
  kind: DeviceKind
  same: Surrounding
  when: string
  atLeast: number
  /** Its condition and this device's became true so close to each other; absent: both are true now. */
  withinMs?: number
}

/** Alarms of other devices that are no news while this one stands. */
export interface Suppression {
  same: Surrounding
  /** Rules by id; `elevator.*` means all that begin so. */
  rules: readonly string[]
  /** So long after the condition ended: what it muted comes back one by one. */
  holdMs: number
}

/** What is wrong with a rule, or odd in it, and where. */
export interface RuleFault {
  /** `levels[0].when` */
  field: string
  message: string
  /** In the field's expression, characters from 0. */
  position?: number
  /** What to write there instead. */
  expected?: string
}

/** A rule as it is kept. */
export interface StoredRule {
  id: string
  /** `null`: what was once saved can no longer be used, which `faults` explain; it does not run. */
  rule: Rule | null
  faults: readonly RuleFault[]
  /** Counts on over a deletion. */
  version: number
  updatedAt: number
  updatedBy: string
}

/** So many that a building of any size has enough, and few enough to be compiled at a start. */
export const RULES_MAX = 2_000
