import type {
  AlarmState,
  ClockState,
  ControlState,
  Milestone,
  Party,
  MuteKind,
  PointValue,
  Priority,
  Role,
  TicketAction,
  TicketOrigin,
  TicketState,
} from '../../../../rules/model.ts'

/** What the API sends, as JSON: times are ISO 8601 UTC. */

export interface SessionInfo {
  name: string
  role: Role
  /** `null` for all sites. */
  sites: readonly string[] | null
}

export interface SiteInfo {
  id: string
  name: string
  timezone: string
}

export interface Titles {
  zh: string
  en: string
}

export interface TicketClockView {
  id: string
  milestone: Milestone
  /** Whose it is. */
  party: Party
  dueAt: string
  metAt: string | null
  state: ClockState
}

/** What a ticket's alarm told a device to do. */
export interface TicketCommandView {
  id: string
  device: string
  deviceName: string
  command: string
  state: ControlState
}

export interface TicketView {
  id: string
  number: string
  state: TicketState
  priority: Priority
  category: string
  origin: TicketOrigin
  site: string
  location: string
  device: string | null
  deviceName: string | null
  titles: Titles
  description: string
  reporter: { name?: string; phone?: string; channel?: string } | null
  alarms: readonly string[]
  /** Oldest first. */
  commands: readonly TicketCommandView[]
  assignee: string | null
  assigneeName: string | null
  openedAt: string
  updatedAt: string
  closedAt: string | null
  /** Of an emergency: a second person may confirm it until then. */
  cancelAsked: { by: string; note: string; until: string } | null
  /** What the ticket's state allows now. */
  actions: readonly TicketAction[]
  clocks: readonly TicketClockView[]
}

export type ShownAlarmState = AlarmState | MuteKind

export interface AlarmView {
  id: string
  rule: string
  titles: Titles
  device: string
  deviceName: string | null
  location: string
  site: string
  priority: Priority
  category: string
  /** How it is muted, else its state as computed. */
  state: ShownAlarmState
  muted: { kind: MuteKind; reasons: Titles; by: string; until: string | null } | null
  /** Whether the condition is true now. */
  active: boolean
  value: PointValue | null
  raisedAt: string | null
  acknowledgedAt: string | null
  acknowledgedBy: string | null
  returnedAt: string | null
  /** Times raised. */
  count: number
  /** Messages that kept it up. */
  messages: number
  ticket: string | null
  latched: boolean
  chattering: boolean
  stale: boolean
}

/** A drill (演练): what its devices say meanwhile is for exercise. */
export interface DrillView {
  id: string
  site: string
  titles: Titles
  endsAt: string
  state: 'running' | 'ended'
}

export interface Page<T> {
  items: readonly T[]
  next: string | null
}

export interface TicketActionBody {
  note?: string
  assignee?: string
  signature?: string
}

export type AlarmAction = 'acknowledge' | 'reset'

/** One event of `GET /api/v1/live`. */
export type LiveEvent =
  | {
      type: 'snapshot'
      serverTime: string
      tickets: readonly TicketView[]
      alarms: readonly AlarmView[]
      drills: readonly DrillView[]
    }
  | { type: 'ticket'; serverTime: string; ticket: TicketView }
  | { type: 'alarm'; serverTime: string; alarm: AlarmView }
  | { type: 'drill'; serverTime: string; drill: DrillView }
  | { type: 'time'; serverTime: string }
