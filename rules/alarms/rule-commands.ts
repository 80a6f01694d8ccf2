import { type Principal, Refusal, type Rule, RULES_MAX, type VersionChange, type StoredRule } from '../model.ts'
import { endMute, judgeAlarms } from '../mutes/apply.ts'
import { covers } from '../rights.ts'
import { insertAudit } from '../storage/audit.ts'
import { findRule, type RuleRow, saveRule } from '../storage/rules.ts'
import { changedFields } from '../storage/versions.ts'
import type { Work } from '../work.ts'
import { endedRule, refitAlarmsOfRule } from './end.ts'
import { adoptRules, reevaluate } from './reevaluate.ts'
import { compileRule } from './ruleset.ts'
import { concernsSites } from './scope.ts'

/** `ifVersions`: refused unless the rule is at one of these. */
export type RuleEdit =
  | { type: 'save_rule'; rule: Rule; /** Adds it: refused where there is one. */ isNew: boolean; ifVersions?: Versions }
  | { type: 'delete_rule'; id: string; ifVersions?: Versions }

type Versions = readonly number[] | undefined

/** `checkRule` has seen a rule before it comes here. Here is held who may, and that nobody's newer version is lost. */
export async function performRuleEdit(work: Work, edit: RuleEdit, by: Principal): Promise<{ rule: StoredRule }> {
  const id = edit.type === 'save_rule' ? edit.rule.id : edit.id
  const earlier = work.draft.rule(id)
  const isNew = edit.type === 'save_rule' && edit.isNew
  if (isNew && earlier) throw new Refusal('conflict', `a rule ${id} exists already`)
  if (!isNew) mustChange(by, id, earlier, edit.ifVersions)
  if (edit.type === 'delete_rule') return { rule: await remove(work, earlier!, by) }
  mustSave(work, edit.rule, isNew, by)
  return { rule: await save(work, edit.rule, earlier ?? null, by) }
}

/** Who sees a rule may not always change it: it may speak for sites of others. */
function mustChange(by: Principal, id: string, earlier: StoredRule | undefined, ifVersions: Versions): void {
  if (!earlier || !seesRule(by, earlier)) throw new Refusal('not_found', `rule ${id} does not exist`)
  if (!covers(by, earlier.rule?.scope?.sites ?? null)) {
    const own = 'add one of your own for your sites instead'
    throw new Refusal('forbidden', `rule ${id} speaks for sites that are not yours; ${own}`)
  }
  if (ifVersions !== undefined && !ifVersions.includes(earlier.version)) {
    throw new Refusal('stale', `rule ${id} is at version ${earlier.version} by now; read it again, then change it`)
  }
}

/** A rule that cannot be read might concern any site: it is seen by who sees all. */
export function seesRule(by: Principal, { rule }: StoredRule): boolean {
  return rule === null ? by.sites === null : concernsSites(rule, by.sites)
}

function mustSave(work: Work, { scope }: Rule, isNew: boolean, by: Principal): void {
  const sites = scope?.sites ?? null
  if (!covers(by, sites)) {
    throw new Refusal('invalid', `scope.sites: name only sites that you see: ${by.sites!.join(', ')}`)
  }
  const absent = sites?.find((site) => !work.draft.site(site))
  if (absent !== undefined) throw new Refusal('invalid', `scope.sites: ${absent} does not exist; create it first`)
  if (isNew && work.draft.ruleCount() >= RULES_MAX) {
    throw new Refusal('conflict', `${RULES_MAX} rules are the most; a scope with tags makes one of many`)
  }
}

async function save(work: Work, rule: Rule, earlier: StoredRule | null, by: Principal): Promise<StoredRule> {
  const result = compileRule(rule)
  if (!result.ok) {
    throw new Refusal('invalid', result.errors.map(({ field, message }) => `${field}: ${message}`).join('; '))
  }
  const row = await findRule(work.db, rule.id)
  const changed = earlier === null ? [] : changedFields(row?.body, rule)
  // Saved again as it is: nothing happened.
  if (earlier?.rule && changed.length === 0) return earlier
  const stored = await write(work, { id: rule.id, body: rule, deletedAt: null }, row, by, {
    change: earlier === null ? 'created' : 'changed',
    changed,
  })
  const kept: StoredRule = { ...stored, rule, faults: [] }
  work.draft.setRule(rule.id, { stored: kept, compiled: result.compiled })
  await refitAlarmsOfRule(work, result.compiled)
  await adopt(work, rule.id)
  return kept
}

async function remove(work: Work, earlier: StoredRule, by: Principal): Promise<StoredRule> {
  const { id } = earlier
  const row = await findRule(work.db, id)
  const gone = { change: 'deleted' as const, changed: [] }
  const stored = await write(work, { id, body: row!.body, deletedAt: work.now }, row, by, gone)
  work.draft.setRule(id, null)
  await refitAlarmsOfRule(work, endedRule(work.rules.byId.get(id), id))
  // One that is added under the same name later is another rule, and nobody has shelved its alarms.
  for (const mute of [...work.draft.mutes()]) {
    if (mute.kind === 'shelved' && mute.over.rules?.includes(id)) await endMute(work, mute, { by: by.name, note: '' })
  }
  await adopt(work, id)
  return { ...stored, rule: earlier.rule, faults: earlier.faults }
}

/** What is so already meets the rule as it is now; what only the rule as it was had to remember is forgotten. */
async function adopt(work: Work, id: string): Promise<void> {
  const then: Work = { ...work, rules: work.draft.ruleset() }
  const ids = new Set([id])
  await adoptRules(then, work.rules, ids)
  await reevaluate(then, ids)
  // A mute that ended while the rule could not be used has let go of nothing yet.
  for (const { device, alarms } of [...work.draft.devices()]) {
    if (alarms.get(id)?.muted) await judgeAlarms(then, device.id)
  }
}

type Written = Pick<StoredRule, 'id' | 'version' | 'updatedAt' | 'updatedBy'>

/** From now on it is its owner's: no newer service replaces it. */
async function write(
  work: Work,
  rule: Pick<RuleRow, 'id' | 'body' | 'deletedAt'>,
  earlier: RuleRow | null,
  by: Principal,
  { change, changed }: { change: VersionChange; changed: readonly string[] },
): Promise<Written> {
  const { id } = rule
  const written = { id, version: (earlier?.version ?? 0) + 1, updatedAt: work.now, updatedBy: by.name }
  await saveRule(work.db, { ...rule, ...written, shipped: 0 }, change, changed)
  work.changes.push({ type: 'rule', id })
  const detail = { version: written.version, change, changed }
  const action = change === 'deleted' ? 'delete_rule' : 'save_rule'
  await insertAudit(work.db, { at: work.now, by: by.name, action, subject: id, detail })
  return written
}
