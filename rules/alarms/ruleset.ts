import { type Device, DEVICE_KINDS, type DeviceKind, type Priority, type Rule } from '../model.ts'
import { type Condition, compileCondition } from './condition.ts'
import { levelsOf } from './machine.ts'
import { inputsOf, keyOf } from './measures/measure.ts'
import type { RuleMeasure } from './read.ts'
import { type Speaks, speaks } from './scope.ts'
import { type SideIndex, sideIndex } from './side-index.ts'

export interface CompiledRule {
  rule: Rule
  /** Most urgent first, as in `levelsOf`. */
  levels: readonly CompiledLevel[]
  /** Every point and condition code that any of its conditions reads, or a measure that one reads. */
  inputs: readonly string[]
  /** Those that its conditions read. */
  measures: readonly RuleMeasure[]
  /** What must be true of other devices. */
  companion: Condition | null
  speaks: Speaks
}

export interface CompiledLevel {
  priority: Priority
  opensTicket: boolean
  /** `null` in a rule that watches for silence. */
  when: Condition | null
  clear: Condition | null
}

/** Rules, compiled and found by what a message brings. */
export interface Ruleset extends SideIndex {
  byId: ReadonlyMap<string, CompiledRule>
  /** The rules that speak of a device and read a point or condition, by its name. */
  readers(device: Device, input: string): readonly CompiledRule[]
  /** The rules that speak of a device and watch for silence. */
  silence(device: Device): readonly CompiledRule[]
}

const NONE: readonly CompiledRule[] = []

/** Throws an `Error` that names the rule and the place where a condition is wrong. */
export function compileRules(rules: readonly Rule[]): Ruleset {
  const compiled = rules.map(compileRule)
  const running = compiled.filter(({ rule }) => rule.enabled)
  const of = (kind: DeviceKind) => running.filter(({ rule }) => rule.kind === kind || rule.kind === 'any')
  const byKind = new Map(DEVICE_KINDS.map((kind) => [kind, indexed(of(kind))]))
  return {
    byId: new Map(compiled.map((each) => [each.rule.id, each])),
    readers: ({ kind }, input) => byKind.get(kind)?.readers.get(input) ?? NONE,
    silence: ({ kind }) => byKind.get(kind)?.silence ?? NONE,
    ...sideIndex(running),
  }
}

function indexed(rules: readonly CompiledRule[]) {
  const readers = new Map<string, CompiledRule[]>()
  for (const each of rules) {
    for (const input of each.inputs) readers.set(input, [...(readers.get(input) ?? []), each])
  }
  return { readers, silence: rules.filter(({ rule }) => rule.silenceMs !== undefined) }
}

export function compileRule(rule: Rule): CompiledRule {
  const levels = levelsOf(rule).map(({ priority, opensTicket, when, clear, place }): CompiledLevel => ({
    priority,
    opensTicket,
    when: when === undefined ? null : compileField(rule, `${place}when`, when),
    clear: clear === undefined ? null : compileField(rule, `${place}clear`, clear),
  }))
  if (rule.silenceMs === undefined && !levels.some(({ when }) => when !== null)) {
    throw new Error(`rule ${rule.id} needs a condition: set \`when\`, or \`silenceMs\` for a device that stops talking`)
  }
  const conditions = levels.flatMap(({ when, clear }) => [when, clear].filter((each) => each !== null))
  const measures = measuresOf(rule).filter(({ name }) => conditions.some((each) => each.measures.includes(name)))
  const inputs = [...conditions, ...measures].flatMap((each) => each.inputs)
  const companion = rule.with ? compileField({ ...rule, measures: {} }, 'with.when', rule.with.when) : null
  return { rule, levels, inputs: [...new Set(inputs)], measures, companion, speaks: speaks(rule) }
}

function measuresOf({ measures = {} }: Rule): RuleMeasure[] {
  return Object.entries(measures).map(([name, measure]) => {
    return { name, measure, key: keyOf(measure), inputs: inputsOf(measure) }
  })
}

function compileField(rule: Rule, field: string, source: string): Condition {
  const compiled = compileCondition(source, { measures: new Set(Object.keys(rule.measures ?? {})) })
  if (!compiled.ok) throw new Error(`rule ${rule.id}, \`${field}\`: ${compiled.reason}`)
  return compiled.condition
}
