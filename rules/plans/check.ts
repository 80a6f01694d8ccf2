import { checkCommitment, lossFaults } from '../commitments/check.ts'
import { checkCrew, checkResponder } from '../dispatch/check.ts'
import { checkRoster } from '../dispatch/roster-check.ts'
import { checkEscalation } from '../escalation/check.ts'
import type { Commitment, PlanFault, PlanKind, Plans } from '../model.ts'
import { checkChannel } from '../notify/check.ts'
import { LOG_CHANNEL } from '../notify/log-channel.ts'
import { type PlanBook, withPlan } from './book.ts'

/** What a plan is judged with: the book as it would be with it, and the moment. */
export interface PlanSurroundings {
  book: PlanBook
  sites: ReadonlyMap<string, { timezone: string }>
  now: number
}

/** `errors` keep it out; `warnings` stand beside what is saved and in force. */
export interface PlanVerdict {
  errors: readonly PlanFault[]
  warnings: readonly PlanFault[]
}

type Checks = { [K in PlanKind]: (plan: Plans[K], around: PlanSurroundings) => PlanVerdict }

const checks: Checks = {
  commitment: checkCommitment,
  escalation: checkEscalation,
  responder: checkResponder,
  crew: checkCrew,
  roster: checkRoster,
  channel: checkChannel,
}

/** Beyond what its schema holds: whether it makes sense among the others. */
export function checkPlan<K extends PlanKind>(kind: K, plan: Plans[K], around: PlanSurroundings): PlanVerdict {
  return checks[kind](plan, around)
}

/** Why a plan cannot be deleted. */
export function checkDeletion<K extends PlanKind>(
  kind: K,
  plan: Plans[K],
  around: PlanSurroundings,
): readonly PlanFault[] {
  if (kind === 'channel' && plan.id === LOG_CHANNEL) return [{ field: 'id', message: 'it is always there' }]
  return checkLoss(kind, plan, around, withPlan(around.book, kind, plan.id, null))
}

/** What others would be without. `plan`: as it is before. */
export function checkLoss<K extends PlanKind>(
  kind: K,
  plan: Plans[K],
  before: PlanSurroundings,
  after: PlanBook,
): readonly PlanFault[] {
  return kind === 'commitment' ? lossFaults(plan as Commitment, before, after) : []
}

/** Whose it is; `null`: every site's. */
export function sitesOfPlan(plan: Plans[PlanKind]): readonly string[] | null {
  return plan.sites ?? null
}
