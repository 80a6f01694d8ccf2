import type { Covers, Party } from './commitments.ts'
import type { DutyRole } from './dispatch.ts'
import type { Milestone } from './words.ts'

/**
 * Who is called. `assigned`: who has the job, else all who are on duty with the skill. `next`: those on duty with the
 * skill who were not called yet (the second crew).
 */
export type Whom = { onDuty: 'assigned' | 'next' } | { role: DutyRole } | { responder: string } | { crew: string }

/** One rung of the ladder. */
export interface EscalationStep {
  name: { zh: string; en: string }
  /** After the ticket opened, or became what the policy covers. */
  afterMs: number
  /** Reaching it stops the step and withdraws what it queued; `null`: only the end of the ticket does. */
  unless: Milestone | null
  /** Whose milestone; absent: `property`. */
  unlessParty?: Party
  whom: readonly Whom[]
  /** Ids of channels in their order; absent: each one's own choice. */
  channels?: readonly string[]
  /** Again and again until somebody reacts; absent: once. */
  everyMs?: number
  /** Gives the job to the next on duty who was not asked yet: no answer. */
  passesOn?: boolean
  /** Why then, and why these. */
  note?: string
}

/** A ladder (升级策略). A ticket keeps the steps that it began with. */
export interface EscalationPolicy {
  id: string
  name: { zh: string; en: string }
  /** `null`: every site that has none of its own that covers the ticket. */
  sites: readonly string[] | null
  covers: Covers
  /** Where several cover a ticket the lowest rank is taken. */
  rank: number
  steps: readonly EscalationStep[]
  /** Called where a step finds nobody who can be reached. */
  fallback: readonly Whom[]
}

/**
 * `silenced`: maintenance was in force. `drill`: the drill names none of those meant. `nobody`: neither the step nor
 * the fallback found anybody.
 */
export const STEP_STATES = ['waiting', 'fired', 'nobody', 'silenced', 'drill', 'stopped'] as const
export type StepState = (typeof STEP_STATES)[number]

/** A step of a ticket's ladder: each falls due once, a repetition is another row. */
export interface LadderStep {
  id: string
  ticket: string
  policy: string
  /** Place in the policy's steps, from 0. */
  position: number
  /** How many steps the policy had: as many places are filled. */
  rungs: number
  /** 0, then its repetitions. */
  repetition: number
  dueAt: number
  state: StepState
  /** When it left `waiting`. */
  settledAt: number | null
  /** Frozen, as are the fallbacks. */
  step: EscalationStep
  fallback: readonly Whom[]
  /** Ids of the responders that were called. */
  called: readonly string[]
}
