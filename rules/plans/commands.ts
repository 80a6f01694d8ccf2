import {
  type PlanChange,
  type PlanKind,
  type Plans,
  PLANS_MAX,
  type Principal,
  Refusal,
  type StoredPlan,
} from '../model.ts'
import { covers, seesSite } from '../rights.ts'
import { findPlan, type PlanRow, savePlan } from '../storage/plans.ts'
import { insertAudit } from '../storage/records.ts'
import { changedFields } from '../storage/versions.ts'
import type { Work } from '../work.ts'
import { withPlan } from './book.ts'
import { checkPlan, isIndispensable, sitesOfPlan } from './check.ts'

/** `ifVersions`: refused unless the plan is at one of these. */
export type PlanCommand =
  | {
      type: 'save_plan'
      kind: PlanKind
      plan: Plans[PlanKind]
      /** Refused where there is one. */ isNew: boolean
      ifVersions?: Versions
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
  if (command.type === 'delete_plan' && isIndispensable(kind, id)) {
    throw new Refusal('conflict', `${kind} ${id} is always there; it cannot be deleted`)
  }
  if (command.type === 'delete_plan') return { plan: await write(work, earlier!, by, 'deleted') }
  mustSave(work, kind, command.plan, isNew, by)
  return { plan: await save(work, kind, command.plan, by, isNew) }
}

/** Who sees a plan may not always change it: it may speak for sites of others. */
function mustChange(by: Principal, kind: PlanKind, id: string, earlier: StoredPlan | undefined, ifVersions: Versions) {
  if (!earlier || !seesPlan(by, earlier)) throw new Refusal('not_found', `${kind} ${id} does not exist`)
  if (!covers(by, sitesOfPlan(earlier.plan))) {
    throw new Refusal('forbidden', `${kind} ${id} speaks for sites that are not yours; add one for your sites instead`)
  }
  if (ifVersions !== undefined && !ifVersions.includes(earlier.version)) {
    throw new Refusal('stale', `${kind} ${id} is at version ${earlier.version} by now; read it again, then change it`)
  }
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

/** Saves what is allowed to be saved; also for commands that edit a part of a plan. */
export async function save<K extends PlanKind>(
  work: Work,
  kind: K,
  plan: Plans[K],
  by: Principal,
  isNew: boolean,
): Promise<StoredPlan<K>> {
  const trial: StoredPlan<K> = { kind, id: plan.id, plan, version: 0, updatedAt: work.now, updatedBy: by.name }
  const book = withPlan(work.draft.plans(), kind, plan.id, trial)
  const { errors } = checkPlan(kind, plan, { book, sites: work.draft.sites(), now: work.now })
  if (errors.length > 0) {
    throw new Refusal('invalid', errors.map(({ field, message }) => `${field}: ${message}`).join('; '))
  }
  return write(work, trial, by, isNew ? 'created' : 'changed')
}

/** From now on it is its owner's: no newer service replaces it. Saved again as it is, nothing happens. */
async function write<K extends PlanKind>(
  work: Work,
  { kind, id, plan }: StoredPlan<K>,
  by: Principal,
  change: PlanChange,
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
