import type { AlarmState, MuteKind, NoticeKind, Priority, TicketCategory, TicketState } from '../../rules/model.ts'

/** Of a ticket, as the API shows it, what people look at. */
export interface SeenTicket {
  id: string
  number: string
  state: TicketState
  priority: Priority
  category: TicketCategory
  location: string
  device: string | null
  alarms: readonly string[]
  assignee: string | null
  /** What its alarms told devices to do. */
  commands: readonly { device: string; command: string }[]
}

export interface SeenAlarm {
  id: string
  rule: string
  /** Or why it is muted. */
  state: AlarmState | MuteKind
  active: boolean
  latched: boolean
  device: string
  ticket: string | null
  /** ISO 8601. */
  raisedAt: string | null
}

/** Of a follow-up what whoever asks the resident looks at; times as ISO 8601. */
export interface SeenFollowUp {
  id: string
  state: 'waiting' | 'open' | 'done' | 'dropped'
  ways: readonly string[]
  askFrom: string | null
  dueAt: string | null
}

/** What comes to people's ears. The same may be told twice. */
export type News =
  | { about: 'ticket'; ticket: SeenTicket }
  | { about: 'alarm'; alarm: SeenAlarm }
  | { about: 'follow_up'; followUp: SeenFollowUp }
  /** It was delivered to somebody's phone. */
  | { about: 'notice'; recipient: string; kind: NoticeKind; ticket: string | null }
  /** What the service answered to a request other than 2xx, in a sentence; 0: no answer at all. */
  | { about: 'refusal'; of: Request; status: number; detail: string }

/** A call of the API. */
export interface Request {
  /** Who does it; `null`: somebody at the desk. */
  person: string | null
  method: 'POST'
  /** Below `/api/v1/`. */
  path: string
  /** JSON; bytes: a picture, `image/png`. */
  body: object | Uint8Array
  /** Whose token: a responder's id, `dispatcher` or `engineer`. */
  as: string
}

/** Somebody takes a device's faults away. */
export interface Repair {
  person: string | null
  repairs: string
}

/** What happened that the service hears nothing of, in plain English. */
export interface Narration {
  person: string
  says: string
}

export type Action = Request | Repair | Narration
