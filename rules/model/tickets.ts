import type { ControlCommand } from './commands.ts'
import type { Commitment, Party, TicketKind, TicketOrigin, TicketSize } from './commitments.ts'
import type { Job } from './jobs.ts'
import type { ClockState, Milestone, Priority, TicketCategory, TicketState } from './words.ts'

export interface TicketClock {
  /** Unique in its ticket: the milestone, or with a number where one has several clocks. */
  id: string
  milestone: Milestone
  party: Party
  dueAt: number
  /** Of an appointment: what is reached earlier is too early. */
  notBefore: number | null
  metAt: number | null
  breachedAt: number | null
  state: ClockState
  /** Met, and too early. */
  early: boolean
}

export interface Ticket {
  id: string
  number: string
  state: TicketState
  priority: Priority
  category: TicketCategory
  origin: TicketOrigin
  kind: TicketKind
  size: TicketSize | null
  /** What is wrong, in words of the vocabulary or a property's own: rules of its alarms, or what was reported. */
  problems: readonly string[]
  site: string
  location: string
  device: string | null
  title: { zh: string; en: string }
  description: string
  reporter: { name?: string; phone?: string; channel?: string } | null
  alarms: readonly string[]
  /** What its alarms' rules told devices to do, oldest first; the latest of them. */
  commands: readonly ControlCommand[]
  assignee: string | null
  reworkOf: string | null
  /** The earlier ticket of the same problem. */
  follows: string | null
  /** The drill that it is of: it counts in no figure. */
  drill: string | null
  ageUnknown: boolean
  signature: { name: string; at: number } | null
  /** When it happened, as far as is known; for a sensor the receipt of its message. */
  occurredAt: number
  appointmentAt: number | null
  openedAt: number
  updatedAt: number
  closedAt: number | null
  /** As they were when it opened. */
  commitments: readonly Commitment[]
  clocks: readonly TicketClock[]
  /** When each milestone was reached, whether a clock runs for it or not; a decline takes its acceptance back. */
  reached: Readonly<Partial<Record<Milestone | typeof FIRM_ARRIVED, number>>>
  job: Job
}

/** The maintenance firm is there. */
export const FIRM_ARRIVED = 'maintenance_firm.arrive'

export const TICKET_ACTIONS = [
  'contact',
  'assign',
  'accept',
  'decline',
  'depart',
  'arrive',
  'first-handling',
  'hold',
  'resume',
  'complete',
  'sign-off',
  'close',
  'cancel',
  'rework',
] as const
export type TicketAction = (typeof TICKET_ACTIONS)[number]

export interface HistoryEntry {
  at: number
  by: string
  action: string
  from: TicketState | null
  to: TicketState | null
  note: string
}
