import type { Milestone, Priority, TicketCategory } from './words.ts'

/**
 * How time counts towards a target.
 *
 * - `around_the_clock`: every millisecond
 * - `service_hours`: only while the commitment's service hours are open
 * - `working_days`: whole days; the target ends at midnight after so many workdays, the day of the report not counted,
 *   after the public holidays and make-up workdays (调休) of mainland China
 * - `calendar_days`: whole days likewise, every day counts: holidays do not extend it (逢节、假日不顺延)
 *
 * With days a `withinMs` of 0 is the end of the same day.
 */
export const CALENDARS = ['around_the_clock', 'service_hours', 'working_days', 'calendar_days'] as const
export type Calendar = (typeof CALENDARS)[number]

export const TICKET_KINDS = ['repair', 'request', 'complaint', 'appointment', 'special_event'] as const
/** What a ticket asks for: a repair (报修), a service, an answer to a complaint, a visit at a time, many hands. */
export type TicketKind = (typeof TICKET_KINDS)[number]

export const TICKET_SIZES = ['small', 'large'] as const
export type TicketSize = (typeof TICKET_SIZES)[number]

/** `flood`: gathers what came too fast to be told one by one. */
export const TICKET_ORIGINS = ['alarm', 'report', 'rework', 'flood'] as const
export type TicketOrigin = (typeof TICKET_ORIGINS)[number]

/** Which tickets: those that meet every field that is set. */
export interface Covers {
  categories?: readonly TicketCategory[]
  priorities?: readonly Priority[]
  origins?: readonly TicketOrigin[]
  kinds?: readonly TicketKind[]
  sizes?: readonly TicketSize[]
  /** Of `Ticket.problems` at least one; `elevator.*` means all that begin so. */
  problems?: readonly string[]
  /** Where the start of its clocks lies: in the commitment's service hours, or outside of them. */
  hours?: 'within' | 'outside'
}

/** Who owes it: the property company itself, or the lift's maintenance firm (维保单位). */
export const PARTIES = ['property', 'maintenance_firm'] as const
export type Party = (typeof PARTIES)[number]

/** One promise: a milestone within a time. */
export interface Target {
  milestone: Milestone
  withinMs: number
  calendar: Calendar
  /** What the time runs from; absent: `report`, the opening of the ticket. */
  from?: 'report' | 'occurrence' | 'appointment'
  /** Absent: `property`. */
  party?: Party
  /** Beside what the commitment covers; absent: all of it. */
  covers?: Covers
  /** Of an appointment: earlier than this before it is too early. */
  earliestMs?: number
  /** Of a day's orders, local time `HH:MM`: in by then, handled by then. Takes the place of `withinMs` for these. */
  cutoffs?: readonly { receivedBy: string; dueAt: string }[]
  /** What is owed where it cannot be kept: to tell the resident why and the plan, or to write the reason down. */
  otherwise?: 'tell_reason_and_plan' | 'write_reason'
  /** The document's own words; absent where the figure is ours, which `note` then explains. */
  quote?: string
  note?: string
}

/** When and how the resident is asked afterwards (回访). */
export interface FollowUpRule {
  covers?: Covers
  /** `rain`: after the first rainy day after completion. `monthly_sample`: a sample of that month's households. */
  due: { afterMs: number } | 'rain' | 'monthly_sample'
  by?: string
  /** Of `monthly_sample`: how many households; absent: 10 %, at least 5. */
  sample?: { percent: number; atLeast: number }
  /** Another way only after a call that nobody answered. */
  telephoneFirst?: boolean
  ways: readonly ('telephone' | 'visit' | 'online' | 'intercom')[]
  quote: string
}

export const QUALITY_MEASURES = ['on_time', 'pass', 'rework', 'satisfaction'] as const

/** A share in percent that a month is measured against; `rework` at most, the others at least. */
export interface QualityTarget {
  measure: (typeof QUALITY_MEASURES)[number]
  percent: number
  quote: string
}

export const COMPLETION_NEEDS = ['cause', 'measure', 'photo_before', 'photo_after'] as const
export type CompletionNeed = (typeof COMPLETION_NEEDS)[number]

/** What a property promises (服务承诺), as data. A ticket keeps those that it opened under. */
export interface Commitment {
  id: string
  name: { zh: string; en: string }
  /** The published document that it comes from: `D13`. */
  document?: string
  /** `null`: every site that has none of its own of the same party. */
  sites?: readonly string[] | null
  party?: Party
  covers?: Covers
  targets: readonly Target[]
  followUps?: readonly FollowUpRule[]
  quality?: readonly QualityTarget[]
  /** People who are called in to a special event (特发事件), and within which time. */
  callIn?: { people: number; withinMs: number; quote?: string }
  /** Whoever came stays until the emergency is handled. */
  staysUntilHandled?: { quote: string }
  /** `HH:MM` local time; absent: 08:00 to 17:30. */
  serviceHours?: { from: string; to: string }
  /** A superior approves the work order before anybody leaves for it; never asked of an emergency. */
  approval?: { covers?: Covers; quote?: string }
  /** Who signs that the work is accepted (验收); absent: the customer. `instead`: where the customer cannot. */
  acceptance?: { signers: readonly ('customer' | 'responder')[]; instead?: 'superior'; quote?: string }
  /** Without these work does not count as complete; absent: nothing is asked. */
  completion?: { needs: readonly CompletionNeed[]; quote?: string }
  /** So long after completion rework is free (保修); absent: always. */
  warranty?: { withinMs: number; quote?: string; note?: string }
  /** How often all households are asked (满意度调查), and whether each is after its job. */
  surveys?: { everyMonths?: number; afterCompletion?: boolean; quote?: string; note?: string }
  /** First and last day, `YYYY-MM-DD` local; absent: always. */
  validFrom?: string
  validUntil?: string
}
