import type { Commitment } from './commitments.ts'
import type { Crew, Responder, Roster } from './dispatch.ts'
import type { EscalationPolicy } from './escalation.ts'
import type { ChannelSettings } from './notices.ts'

/** What a property sets up ahead, each a versioned document with an id: how its tickets are handled, and by whom. */
export interface Plans {
  commitment: Commitment
  escalation: EscalationPolicy
  responder: Responder
  crew: Crew
  roster: Roster
  channel: ChannelSettings
}

export const PLAN_KINDS = ['commitment', 'escalation', 'responder', 'crew', 'roster', 'channel'] as const
export type PlanKind = (typeof PLAN_KINDS)[number]

/** A plan as it is kept. */
export interface StoredPlan<K extends PlanKind = PlanKind> {
  kind: K
  id: string
  plan: Plans[K]
  /** Counts on over a deletion. */
  version: number
  updatedAt: number
  updatedBy: string
}

/** What is wrong with a plan, or odd in it, and where: `steps[0].whom`. */
export interface PlanFault {
  field: string
  message: string
}

/** Of one kind; few enough to be kept in memory and read through at once. */
export const PLANS_MAX = 5_000
