import type { ControlCommand } from './commands.ts'
import type { ClockState, Milestone, Priority, TicketCategory, TicketState } from './words.ts'

export interface Target {
  milestone: Milestone
  withinMs: number
  calendar: 'around_the_clock'
}

/** A named set of targets (服务承诺). A ticket keeps the one it opened under. */
export interface Commitment {
  id: string
  name: { zh: string; en: string }
  targets: readonly Target[]
}

export interface TicketClock {
  milestone: Milestone
  dueAt: number
  metAt: number | null
  breachedAt: number | null
  state: ClockState
}

/** `flood`: gathers what came too fast to be told one by one. */
export type TicketOrigin = 'alarm' | 'report' | 'rework' | 'flood'

export interface Ticket {
  id: string
  number: string
  state: TicketState
  priority: Priority
  category: TicketCategory
  origin: TicketOrigin
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
  ageUnknown: boolean
  signature: { name: string; at: number } | null
  openedAt: number
  updatedAt: number
  closedAt: number | null
  commitment: Commitment
  clocks: readonly TicketClock[]
}

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
