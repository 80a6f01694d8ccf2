import { type Device, DEVICE_KINDS, type Priority, type Rule, type RuleFault } from '../model.ts'
import { refusedMeasure } from './cel-names.ts'
import { GRAMMAR } from './cel-source.ts'
import { type Condition, compileCondition } from './condition.ts'
import { levelsOf } from './machine.ts'
import { inputsOf, keyOf } from './measures/measure.ts'
import type { RuleMeasure } from './read.ts'
import { type Brought, type IsNews, type Readers, readersOf } from './readers.ts'
import { inScope, type Speaks, speaks } from './scope.ts'
import { type SideIndex, sideIndex } from './side-index.ts'

export interface CompiledRule {
  rule: Rule
  /** Most urgent first, as in `levelsOf`. */
  levels: readonly CompiledLevel[]
  /** What `with` asks of other devices. */
  companion: Condition | null
  /** Every point and condition code that its conditions read of the device, also through its measures. */
  inputs: readonly string[]
  /** Those that its conditions read. */
  measures: readonly RuleMeasure[]
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
  /** The rules that speak of a device and may come out otherwise with what a message brings, each once. */
  readersOf(device: Device, message: Brought, isNews: IsNews): readonly CompiledRule[]
  /** The measures of the rules that speak of a device, by the points that they read; of each point each once. */
  measuresOf(device: Device): ReadonlyMap<string, readonly RuleMeasure[]>
  /** The rules that speak of a device and watch for silence. */
  silence(device: Device): readonly CompiledRule[]
}

interface Index {
  readers: Readers
  measures: ReadonlyMap<string, readonly RuleMeasure[]>
  silence: readonly CompiledRule[]
}

const NONE: readonly never[] = []
const NO_MEASURES: ReadonlyMap<string, readonly RuleMeasure[]> = new Map()

/** What rules speak of a device is found out once; devices of which the same rules speak share an index. */
export function rulesetOf(compiled: Iterable<CompiledRule>): Ruleset {
  const byId = new Map([...compiled].map((each) => [each.rule.id, each]))
  const running = [...byId.values()].filter(({ rule }) => rule.enabled)
  const byKind = new Map(
    DEVICE_KINDS.map((kind) => [kind, indexFinder(running.filter(({ rule }) => speaksOfKind(rule, kind)))]),
  )
  const indexOf = (device: Device) => byKind.get(device.kind)?.(device)
  return {
    byId,
    readers: (device, input) => indexOf(device)?.readers.of(input) ?? NONE,
    readersOf: (device, message, isNews) => indexOf(device)?.readers.ofAll(message, isNews) ?? NONE,
    measuresOf: (device) => indexOf(device)?.measures ?? NO_MEASURES,
    silence: (device) => indexOf(device)?.silence ?? NONE,
    ...sideIndex(running),
  }
}

const speaksOfKind = (rule: Rule, kind: Device['kind']) => rule.kind === kind || rule.kind === 'any'

/** Of the rules of one kind. A device that changes is another object, for which the scopes are asked again. */
function indexFinder(rules: readonly CompiledRule[]): (device: Device) => Index {
  const scopes = rules.map(({ rule }) => inScope(rule.scope))
  const all = indexed(rules)
  if (scopes.every((scope) => scope === null)) return () => all
  const bySelection = new Map<string, Index>()
  const byDevice = new WeakMap<Device, Index>()
  return (device) => {
    const known = byDevice.get(device)
    if (known) return known
    const selected = rules.filter((_, at) => scopes[at]?.(device) ?? true)
    const selection = selected.map(({ rule }) => rule.id).join('\n')
    const index = bySelection.get(selection) ?? indexed(selected)
    bySelection.set(selection, index)
    byDevice.set(device, index)
    return index
  }
}

function indexed(rules: readonly CompiledRule[]): Index {
  const measures = new Map<string, RuleMeasure[]>()
  for (const measure of rules.flatMap((each) => each.measures)) {
    for (const input of measure.inputs) {
      const known = measures.get(input) ?? []
      if (!known.some(({ key }) => key === measure.key)) measures.set(input, [...known, measure])
    }
  }
  return { readers: readersOf(rules), measures, silence: rules.filter(({ rule }) => rule.silenceMs !== undefined) }
}

/** Throws an `Error` that names the rule and the place where a condition is wrong. */
export function compileRules(rules: readonly Rule[]): Ruleset {
  return rulesetOf(
    rules.map((rule) => {
      const result = compileRule(rule)
      if (result.ok) return result.compiled
      throw new Error(result.errors.map(({ field, message }) => `rule ${rule.id}, \`${field}\`: ${message}`).join('\n'))
    }),
  )
}

export type RuleCompiled = { ok: true; compiled: CompiledRule } | { ok: false; errors: readonly RuleFault[] }

/** Compiles all of a rule's conditions, or says of each what is wrong with it and where. */
export function compileRule(rule: Rule): RuleCompiled {
  const names = Object.keys(rule.measures ?? {})
  const unnamed = names.flatMap((name): RuleFault[] => {
    const message = refusedMeasure(name, (word) => GRAMMAR.hasVariable(word))
    return message === null ? [] : [{ field: `measures.${name}`, message }]
  })
  if (unnamed.length > 0) return { ok: false, errors: unnamed }

  const errors: RuleFault[] = []
  const measures = new Set(names)
  const compile = (field: string, source: string | undefined): Condition | null => {
    if (source === undefined) return null
    const result = compileCondition(source, { measures })
    if (result.ok) return result.condition
    const { reason, position, expected } = result
    const place = { ...(position === null ? {} : { position }), ...(expected === null ? {} : { expected }) }
    errors.push({ field, message: reason, ...place })
    return null
  }
  const levels = levelsOf(rule).map(({ priority, opensTicket, when, clear, place }): CompiledLevel => ({
    priority,
    opensTicket,
    when: compile(`${place}when`, when),
    clear: compile(`${place}clear`, clear),
  }))
  const companion = compile('with.when', rule.with?.when)
  if (errors.length > 0) return { ok: false, errors }
  const conditions = levels.flatMap(({ when, clear }) => [when, clear]).filter((each) => each !== null)
  const read = measuresOf(rule).filter(({ name }) => conditions.some((each) => each.measures.includes(name)))
  const inputs = [...new Set([...conditions, ...read].flatMap((each) => each.inputs))]
  return { ok: true, compiled: { rule, levels, companion, inputs, measures: read, speaks: speaks(rule) } }
}

function measuresOf({ measures = {} }: Rule): RuleMeasure[] {
  return Object.entries(measures).map(([name, measure]) => {
    return { name, readAs: `measure:${name}`, measure, key: keyOf(measure), inputs: inputsOf(measure) }
  })
}
