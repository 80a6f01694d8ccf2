import type { CalendarWindow } from './rules.ts'

/** `water`, `power`, `lift`, `general`, or what a property adds. */
export type Skill = string

/**
 * What somebody is called for beside his skills: `supervisor` 主管, `engineering_manager` 工程经理, `general_manager`
 * 项目总经理, `maintenance_firm` 维保单位, `fire_service` 消防, `customer_service` 客服主管, or a property's own.
 */
export type DutyRole = string

/** Somebody who is sent or called (维修人员, 主管 …). His token, for acting on his jobs, has his id as its name. */
export interface Responder {
  /** `[A-Za-z0-9_-]{1,64}`; what a ticket's `assignee` is. */
  id: string
  name: string
  sites: readonly string[]
  skills: readonly Skill[]
  roles: readonly DutyRole[]
  /** Where he usually is. */
  building?: string | null
  phone?: string
  email?: string
  /** His ids in chat groups, to be mentioned by: 企业微信 userid, 钉钉 userid, 飞书 open_id. */
  mentions?: { wecom?: string; dingtalk?: string; feishu?: string }
  /** Ids of channels, best first: the next is tried where one fails. Absent: every channel that reaches him. */
  channels?: readonly string[]
  /** Nothing but emergencies in these, site time. */
  quietHours?: readonly CalendarWindow[]
  language: 'zh' | 'en'
  /** `false`: left, ill for long; is neither sent nor called. */
  enabled: boolean
}

export interface Crew {
  id: string
  name: string
  sites: readonly string[]
  /** Ids of responders. */
  members: readonly string[]
}

/** Who is on duty when (值班表). */
export interface Roster {
  id: string
  name: string
  sites: readonly string[]
  /** What must be covered at every hour; a gap is warned of. */
  skills: readonly Skill[]
  rotations: readonly Rotation[]
  /** So long after a change of shift (交接班) those who leave are still on duty, after those who came. */
  handoverMs: number
  overrides: readonly DutyOverride[]
}

/** Takes turns: turn 0 from `startsOn`, the next after `turnDays` days, and from the beginning again. */
export interface Rotation {
  id: string
  name: string
  /** `YYYY-MM-DD` local. */
  startsOn: string
  turnDays: number
  turns: readonly { crews: readonly string[]; responders: readonly string[] }[]
  /** When a shift begins and ends; a night belongs to the day on which it begins, and to that day's turn. */
  shift: CalendarWindow
}

/** For a while somebody stands in (替班), or is missing, or is added. A swap (换班) is two of them. */
export interface DutyOverride {
  id: string
  from: number
  until: number
  /** Responders; `null`: nobody. Not both. */
  out: string | null
  in: string | null
  reason: string
  by: string
}

/** Somebody on duty at a moment. */
export interface OnDuty {
  responder: string
  roster: string
  rotation: string | null
  crew: string | null
  /** His shift is over; he stays for the handover. */
  leaving: boolean
}

/** A stretch of time in which nobody with the skill is on duty. */
export interface DutyGap {
  site: string
  roster: string | null
  skill: Skill
  from: number
  to: number
}

/** Why somebody was asked to take a ticket. */
export const CALL_REASONS = ['on_duty', 'by_hand', 'declined', 'no_answer', 'escalation'] as const
export type CallReason = (typeof CALL_REASONS)[number]

/** Somebody was asked to take a ticket; he may accept it for as long as nobody else has. */
export interface TicketCall {
  ticket: string
  responder: string
  at: number
  reason: CallReason
  answer: 'accepted' | 'declined' | 'no_answer' | null
  answeredAt: number | null
}

/** Many are called to a special event (特发事件) and counted. */
export interface CallIn {
  id: string
  ticket: string
  site: string
  people: number
  dueAt: number
  /** When as many had arrived. */
  metAt: number | null
  state: 'running' | 'met' | 'breached' | 'met_late' | 'cancelled'
  createdAt: number
  by: string
  answers: readonly { responder: string; answer: CallInAnswer; at: number }[]
}
export const CALL_IN_ANSWERS = ['coming', 'arrived', 'declined'] as const
export type CallInAnswer = (typeof CALL_IN_ANSWERS)[number]
