import type { RuleFault, StoredRule } from '../model.ts'
import type { RuleRow } from '../storage/rules.ts'
import { readRule } from './rule-schema.ts'
import { type CompiledRule, compileRule } from './ruleset.ts'

/** A rule as it is kept, and what runs of it: nothing where it can no longer be used. */
export interface KeptRule {
  stored: StoredRule
  compiled: CompiledRule | null
}

/** What was saved before a field was known takes the field's default; what is no rule any more says why. */
export function keptRule({ id, body, version, updatedAt, updatedBy }: RuleRow): KeptRule {
  const about = { id, version, updatedAt, updatedBy }
  const unusable = (faults: readonly RuleFault[]) => ({ stored: { ...about, rule: null, faults }, compiled: null })
  const read = readRule(body)
  if (!read.ok) return unusable(read.errors)
  const result = compileRule(read.rule)
  if (!result.ok) return unusable(result.errors)
  return { stored: { ...about, rule: read.rule, faults: [] }, compiled: result.compiled }
}
