import {
  type VersionChange,
  type PlanFault,
  type PlanKind,
  type Plans,
  PLANS_MAX,
  type Principal,
  Refusal,
  type StoredPlan,
} from '../model.ts'
import { covers, seesSite } from '../rights.ts'
import { workingJobs } from '../storage/jobs.ts'
import { findPlan, type PlanRow, savePlan } from '../storage/plans.ts'
import { insertAudit } from '../storage/audit.ts'
import { changedFields } from '../storage/versions.ts'
import type { Work } from '../work.ts'
import { type PlanBook, planOf, withPlan } from './book.ts'
import { checkDeletion, checkLoss, checkPlan, sitesOfPlan } from './check.ts'
import { inFew } from './in-few.ts'
import { usesOf } from './uses.ts'

/** `ifVersions`: refused unless the plan is at one of these. */
export type PlanCommand =
  | {
      type: 'save_plan'
      kind: PlanKind
      plan: Plans[PlanKind]
      /** Refused where there is one. */
      isNew: boolean
      ifVersions?: Versions
      /** Nothing is written: answers the plan as it would be, with the version before it. */
      dryRun?: boolean
    }
  | { type: 'delete_plan'; kind: PlanKind; id: string; ifVersions?: Versions }

type Versions = readonly number[] | undefined

/** A schema has seen a plan before it comes here. Here is held who may, and that nobody's newer version is lost. */
export async function performPlanCommand(
  work: Work,
  command: PlanCommand,
  by: Principal,
): Promise<{ plan: StoredPlan }> {
  const { kind } = command
  const id = command.type === 'save_plan' ? command.plan.id : command.id
  const earlier = work.draft.plans()[kind].get(id)
  const isNew = command.type === 'save_plan' && command.isNew
  if (isNew && earlier) throw new Refusal('conflict', `a ${kind} ${id} exists already`)
  if (!isNew) mustChange(by, kind, id, earlier, command.ifVersions)
  if (command.type === 'delete_plan') {
    await mustDelete(work, earlier!)
    return { plan: await write(work, earlier!, by, 'deleted') }
  }
  mustSave(work, kind, command.plan, isNew, by)
  if (command.dryRun) {
    const version = earlier?.version ?? 0
    return { plan: { ...tried(work, kind, command.plan, by), version } }
  }
  return { plan: await save(work, kind, command.plan, by, isNew) }
}

const USES_TOLD = 10

/** Who sees a plan may not always change it: it may speak for sites of others. */
export function mustChange(
  by: Principal,
  kind: PlanKind,
  id: string,
  earlier: StoredPlan | undefined,
  ifVersions?: Versions,
): void {
  const seen = mustSeePlan(by, earlier, `${kind} ${id}`)
  if (!covers(by, sitesOfPlan(seen.plan))) {
    throw new Refusal('forbidden', `${kind} ${id} speaks for sites that are not yours; add one for your sites instead`)
  }
  if (ifVersions !== undefined && !ifVersions.includes(seen.version)) {
    throw new Refusal('stale', `${kind} ${id} is at version ${seen.version} by now; read it again, then change it`)
  }
}

/** `what`: as it is told that it is not there. */
export function mustSeePlan<S extends StoredPlan>(by: Principal, stored: S | undefined, what: string): S {
  if (!stored || !seesPlan(by, stored)) throw new Refusal('not_found', `${what} does not exist`)
  return stored
}

export function seesPlan(by: Principal, { plan }: StoredPlan): boolean {
  const sites = sitesOfPlan(plan)
  return sites === null || sites.some((site) => seesSite(by, site))
}

function mustSave(work: Work, kind: PlanKind, plan: Plans[PlanKind], isNew: boolean, by: Principal): void {
  const sites = sitesOfPlan(plan)
  if (!covers(by, sites)) {
    throw new Refusal('invalid', `sites: name only sites that you see: ${by.sites!.join(', ')}`)
  }
  const absent = sites?.find((site) => !work.draft.site(site))
  if (absent !== undefined) throw new Refusal('invalid', `sites: ${absent} does not exist; create it first`)
  if (isNew && work.draft.plans()[kind].size >= PLANS_MAX) {
    throw new Refusal('conflict', `there are ${PLANS_MAX} of the kind ${kind} already; delete some first`)
  }
}

async function mustDelete({ db, draft, now }: Work, { kind, id, plan }: StoredPlan): Promise<void> {
  const [fault] = checkDeletion(kind, plan, { book: draft.plans(), sites: draft.sites(), now })
  if (fault) throw new Refusal('conflict', `${kind} ${id} cannot be deleted: ${fault.message}`)
  const uses = usesOf(draft.plans(), kind, id, now)
  if (uses.length > 0)
    throw new Refusal('conflict', `${kind} ${id} is named by ${inFew(uses, USES_TOLD)}; change that first`)
  const jobs = kind === 'responder' ? (await workingJobs(db, [id])).get(id) : undefined
  if (jobs !== undefined) {
    throw new Refusal('conflict', `responder ${id} is at work (open tickets: ${jobs}); assign them to others first`)
  }
}

/** Saves what is allowed to be saved; also for commands that edit a part of a plan. */
export async function save<K extends PlanKind>(
  work: Work,
  kind: K,
  plan: Plans[K],
  by: Principal,
  isNew: boolean,
): Promise<StoredPlan<K>> {
  return write(work, tried(work, kind, plan, by), by, isNew ? 'created' : 'changed')
}

/**
 * Throws where it cannot be saved. What was wrong with it before, since others have changed, keeps no edit out: a
 * stand-in is found also where a colleague has left.
 */
function tried<K extends PlanKind>(work: Work, kind: K, plan: Plans[K], by: Principal): StoredPlan<K> {
  const trial: StoredPlan<K> = { kind, id: plan.id, plan, version: 0, updatedAt: work.now, updatedBy: by.name }
  const book = withPlan(work.draft.plans(), kind, plan.id, trial)
  const around = { book: work.draft.plans(), sites: work.draft.sites(), now: work.now }
  const say = ({ field, message }: PlanFault) => `${field}: ${message}`
  const errorsOf = (each: Plans[K], within: PlanBook) =>
    checkPlan(kind, each, { ...around, book: within }).errors.map(say)
  const earlier = planOf(work.draft.plans(), kind, plan.id)
  const standing = earlier === undefined ? [] : errorsOf(earlier, work.draft.plans())
  const lost = earlier === undefined ? [] : checkLoss(kind, earlier, around, book).map(say)
  const errors = [...errorsOf(plan, book).filter((error) => !standing.includes(error)), ...lost]
  if (errors.length > 0) throw new Refusal('invalid', errors.join('; '))
  return trial
}

/** From now on it is its owner's: no newer service replaces it. Saved again as it is, nothing happens. */
async function write<K extends PlanKind>(
  work: Work,
  { kind, id, plan }: StoredPlan<K>,
  by: Principal,
  change: VersionChange,
): Promise<StoredPlan<K>> {
  const row = (await findPlan(work.db, kind, id)) as PlanRow<K> | null
  const changed = change === 'changed' ? changedFields(row?.plan, plan) : []
  if (change === 'changed' && changed.length === 0) return row!
  const written = { version: (row?.version ?? 0) + 1, updatedAt: work.now, updatedBy: by.name }
  const stored: StoredPlan<K> = { kind, id, plan, ...written }
  const deletedAt = change === 'deleted' ? work.now : null
  await savePlan(work.db, { ...stored, shipped: 0, deletedAt }, change, changed)
  work.draft.setPlan(kind, id, change === 'deleted' ? null : stored)
  work.changes.push({ type: 'plan', kind, id })
  const action = change === 'deleted' ? `delete_${kind}` : `save_${kind}`
  const detail = { version: written.version, change, changed }
  await insertAudit(work.db, { at: work.now, by: by.name, action, subject: id, detail })
  return stored
}
