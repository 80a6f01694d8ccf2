import { DEVICE_KINDS, type DeviceKind, type Rule } from '../model.ts'
import { type Condition, compileCondition } from './condition.ts'

export interface CompiledRule {
  rule: Rule
  when: Condition | null
  clear: Condition | null
}

/** Rules, compiled and found by what a message brings. */
export interface Ruleset {
  byId: ReadonlyMap<string, CompiledRule>
  /** The rules of a device kind that read a point or condition, by its name. */
  readers(kind: DeviceKind, input: string): readonly CompiledRule[]
  /** The rules of a device kind that watch for silence. */
  silence(kind: DeviceKind): readonly CompiledRule[]
}

const NONE: readonly CompiledRule[] = []

/** Throws an `Error` that names the rule and the place where a condition is wrong. */
export function compileRules(rules: readonly Rule[]): Ruleset {
  const compiled = rules.map(compileRule)
  const byKind = new Map(DEVICE_KINDS.map((kind) => [kind, indexed(compiled.filter(({ rule }) => rule.kind === kind))]))
  return {
    byId: new Map(compiled.map((each) => [each.rule.id, each])),
    readers: (kind, input) => byKind.get(kind)?.readers.get(input) ?? NONE,
    silence: (kind) => byKind.get(kind)?.silence ?? NONE,
  }
}

function indexed(rules: readonly CompiledRule[]) {
  const readers = new Map<string, CompiledRule[]>()
  for (const each of rules) {
    for (const input of new Set([...(each.when?.inputs ?? []), ...(each.clear?.inputs ?? [])])) {
      readers.set(input, [...(readers.get(input) ?? []), each])
    }
  }
  return { readers, silence: rules.filter(({ rule }) => rule.silenceMs !== undefined) }
}

function compileRule(rule: Rule): CompiledRule {
  const when = rule.when === undefined ? null : compileField(rule, 'when', rule.when)
  const clear = rule.clear === undefined ? null : compileField(rule, 'clear', rule.clear)
  if (when === null && rule.silenceMs === undefined) {
    throw new Error(`rule ${rule.id} needs a condition: set \`when\`, or \`silenceMs\` for a device that stops talking`)
  }
  return { rule, when, clear }
}

function compileField(rule: Rule, field: string, source: string): Condition {
  const compiled = compileCondition(source)
  if (!compiled.ok) throw new Error(`rule ${rule.id}, \`${field}\`: ${compiled.reason}`)
  return compiled.condition
}
