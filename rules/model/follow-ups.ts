import type { FollowUpRule } from './commitments.ts'

/** 5 很满意, 4 满意, 3 一般, 2 不满意, 1 很不满意. */
export const GRADES = [5, 4, 3, 2, 1] as const
export type Grade = (typeof GRADES)[number]
/** From here on somebody is satisfied. */
export const SATISFIED_FROM: Grade = 4

/** What a follow-up may find: the repair does not hold, somebody behaved badly, somebody came late. */
export const FOLLOW_UP_FAULTS = ['quality', 'attitude', 'lateness'] as const
export type FollowUpFault = (typeof FOLLOW_UP_FAULTS)[number]

export type FollowUpWay = FollowUpRule['ways'][number]

/** One visit or call after the work (回访), by one rule of the ticket's commitments. */
export interface FollowUp {
  id: string
  site: string
  ticket: string
  rule: FollowUpRule
  /** `waiting`: for the first rainy day. */
  state: 'waiting' | 'open' | 'done' | 'dropped'
  completedAt: number
  /** Of one that waits nothing is known yet. */
  dueAt: number | null
  /** The rainy day that it waited for, `YYYY-MM-DD` local. */
  rainyDay: string | null
  /** Tries that reached nobody. */
  attempts: readonly { at: number; by: string; way: FollowUpWay; note: string }[]
  answer: FollowUpAnswer | null
}

export interface FollowUpAnswer {
  at: number
  /** Who asked; the resident himself where he answered online. */
  by: string
  way: FollowUpWay
  grade: Grade
  reason: string
  faults: readonly FollowUpFault[]
  /** Tickets and tasks that came of it. */
  rework: string | null
  complaint: string | null
  apology: string | null
}

/** Local days on which it rained at a site, each once: who or which device said so first. */
export interface RainyDay {
  site: string
  /** `YYYY-MM-DD` local. */
  day: string
  at: number
  source: 'device' | 'person'
  /** The device's id, or the person's name. */
  by: string
  /** As somebody noted it, in millimetres. */
  amountMm: number | null
  note: string
}

/** Which households of a month are asked, drawn so that anybody can draw it again: by `seed`. */
export interface Sample {
  site: string
  /** `YYYY-MM` local. */
  month: string
  seed: number
  drawnAt: number
  /** How many households could have been drawn. */
  population: number
  /** Ids of tickets. */
  taken: readonly string[]
}

export const SURVEY_KINDS = ['periodic', 'completion'] as const

/** A satisfaction survey (满意度调查): of all households for a time, or asked after each completed job. */
export interface Survey {
  id: string
  site: string
  kind: (typeof SURVEY_KINDS)[number]
  title: { zh: string; en: string }
  /** Each answered with a grade. */
  questions: readonly { zh: string; en: string }[]
  from: number
  /** `null`: until it is closed. */
  until: number | null
  createdAt: number
  createdBy: string
  closedAt: number | null
}

export interface SurveyAnswer {
  id: string
  survey: string
  site: string
  ticket: string | null
  household: string
  /** One a question. */
  grades: readonly Grade[]
  reason: string
  way: FollowUpWay
  by: string
  at: number
}
