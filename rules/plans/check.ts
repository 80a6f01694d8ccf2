import type { PlanFault, PlanKind, Plans } from '../model.ts'
import { checkChannel } from '../notify/check.ts'
import { LOG_CHANNEL } from '../notify/log-channel.ts'
import type { PlanBook } from './book.ts'

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

const fine: PlanVerdict = { errors: [], warnings: [] }

const checks: Checks = {
  commitment: () => fine,
  escalation: () => fine,
  responder: () => fine,
  crew: () => fine,
  roster: () => fine,
  channel: checkChannel,
}

/** Beyond what its schema holds: whether it makes sense among the others. */
export function checkPlan<K extends PlanKind>(kind: K, plan: Plans[K], around: PlanSurroundings): PlanVerdict {
  return checks[kind](plan, around)
}

/** What the service cannot do without. */
export const isIndispensable = (kind: PlanKind, id: string) => kind === 'channel' && id === LOG_CHANNEL

/** Whose it is; `null`: every site's. */
export function sitesOfPlan(plan: Plans[PlanKind]): readonly string[] | null {
  return plan.sites ?? null
}
