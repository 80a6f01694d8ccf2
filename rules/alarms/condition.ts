import { Environment, type TypeCheckResult } from '@marcbachmann/cel-js'
import type { PointValue } from '../model.ts'
import { type CelType, type NameKind, refusedMeasure } from './cel-names.ts'
import { type CelSource, DEPTH_MAX, GRAMMAR, guard, rewriteSource, SOURCE_LENGTH_MAX, variable } from './cel-source.ts'
import { explained, failed, placed, type Reason } from './cel-words.ts'
import type { CelProblem } from './checks/explain.ts'
import { tooCostly } from './checks/limits.ts'
import { type Literals, literalsOf } from './checks/literals.ts'
import { compileDirect, type Read, type Value, type Variable } from './direct.ts'
import { type Limit, limitsOf } from './thresholds.ts'

export { ConditionFailure } from './cel-words.ts'
export type { Read, Value }

/** What a condition says of a device; `unknown` where it needs something that was never reported. */
export type Truth = boolean | 'unknown'

/** The current value of a point or condition; `undefined` when unreported. */
export type ReadPoint = (name: string) => PointValue | undefined

export interface Condition extends Literals {
  source: string
  /** Every point and condition code that it reads, also by `previous()`, in order of appearance. */
  inputs: readonly string[]
  /** Points and condition codes whose value before the last message it reads, under `previous:voltage.l1`. */
  needsPrevious: readonly string[]
  /** Facts of the device, as in `device.model`, read under `device:model`. */
  facts: readonly string[]
  /** Measures of the rule, as in `slope`, read under `measure:slope`. */
  measures: readonly string[]
  /** Points that the vocabulary does not know, and where they stand first, from 0. */
  unknown: readonly { name: string; position: number }[]
  /** All of these, by what they are read under, with their types. */
  reads: ReadonlyMap<string, CelType>
  /** What `has()` asks for, by what it is read under. */
  guarded: ReadonlySet<string>
  /** The numbers that it compares single points with. */
  limits: readonly Limit[]
  /** Throws a `ConditionFailure` where the values are known and nothing can be made of them. */
  evaluate(read: Read): Truth
}

/** `position` counts characters from 0; it is `null` where the reason is of no one place. */
export type Compiled =
  { ok: true; condition: Condition } | { ok: false; reason: string; position: number | null; expected: string | null }

const TYPED = new Environment({ limits: { maxDepth: DEPTH_MAX } })

const NO_MEASURES: ReadonlySet<string> = new Set()

/**
 * Compiles a CEL expression over a device's points, conditions, previous values and facts, and the rule's measures.
 * Answers the reason, with the place in the expression, where it is not a condition.
 */
export function compileCondition(source: string, options: { measures?: ReadonlySet<string> } = {}): Compiled {
  const measures = options.measures ?? NO_MEASURES
  for (const measure of measures) {
    const reason = refusedMeasure(measure, (name) => GRAMMAR.hasVariable(name))
    if (reason !== null) return { ok: false, reason, position: null, expected: null }
  }
  if (source.length > SOURCE_LENGTH_MAX) {
    const reason = `a condition has at most ${SOURCE_LENGTH_MAX} characters, this has ${source.length}`
    return { ok: false, reason, position: null, expected: null }
  }
  const written = parse(GRAMMAR, source)
  if (!written.ok) return refused(explained(written.error, source, null), source)
  const rewritten = rewriteSource(source, written.tree, measures)
  if (rewritten.refused !== null) {
    const { reason, position } = rewritten.refused
    return refused({ why: reason, position }, source)
  }
  return compileTyped(source, rewritten)
}

function compileTyped(source: string, rewritten: CelSource): Compiled {
  const { expression, names, guarded, sourceAt } = rewritten
  const variables = variablesOf(rewritten)
  const environment = TYPED.clone()
  for (const [name, found] of variables)
    environment.registerVariable(name, found.kind === 'guard' ? 'bool' : found.type)

  const parsed = parse(environment, expression)
  if (!parsed.ok) return refused(explained(parsed.error, expression, rewritten), source)
  const costly = tooCostly(parsed.tree)
  if (costly !== null) return refused({ why: costly.reason, position: sourceAt(costly.position) }, source)
  const checked = parsed.run.check()
  if (!checked.valid) return refused(explained(checked.error, expression, rewritten), source)
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    return refused({ why: `a condition is true or false, this gives ${checked.type}`, position: null }, source)
  }

  const fail = (error: CelProblem) => failed(error, source, rewritten)
  const direct = compileDirect(parsed.tree, variables)
  const evaluate =
    direct === null ? throughLibrary(parsed.run, variables, fail) : (read: Read) => direct(read) ?? 'unknown'
  const condition: Condition = {
    source,
    inputs: unique(namesOf(names, 'point', 'previous')),
    needsPrevious: namesOf(names, 'previous'),
    facts: namesOf(names, 'fact'),
    measures: namesOf(names, 'measure'),
    unknown: unknownOf(names),
    reads: new Map([...names].map(([key, { type }]) => [key, type])),
    guarded,
    ...literalsOf(parsed.tree, variables),
    limits: limitsOf(parsed.tree, variables),
    evaluate: evaluate as Condition['evaluate'],
  }
  return { ok: true, condition }
}

function variablesOf({ names, guarded }: CelSource): Map<string, Variable> {
  const variables = new Map<string, Variable>()
  for (const { key, type } of names.values()) variables.set(variable(key), { kind: 'input', name: key, type })
  for (const key of guarded) variables.set(guard(key), { kind: 'guard', name: key })
  return variables
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)]

function namesOf(names: CelSource['names'], ...kinds: NameKind[]): string[] {
  return [...names.values()].filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
}

function unknownOf(names: CelSource['names']): { name: string; position: number }[] {
  const first = new Map<string, number>()
  for (const { name, type, position } of names.values()) {
    if (type === 'dyn' && !first.has(name)) first.set(name, position)
  }
  return [...first].map(([name, position]) => ({ name, position }))
}

type Run = ((context: Record<string, unknown>) => unknown) & { check(): TypeCheckResult }

function parse(environment: Environment, text: string) {
  try {
    const run = environment.parse(text)
    return { ok: true, run: run as Run, tree: run.ast } as const
  } catch (error) {
    return { ok: false, error: error as CelProblem } as const
  }
}

function refused({ why, position, expected = null }: Reason, source: string): Compiled {
  return { ok: false, reason: placed({ why, position, expected }, source), position, expected }
}

/**
 * Evaluates with the CEL library, over everything that is known. CEL absorbs what is unknown or fails where the other
 * side of && or || decides; it throws where nothing does. Where both sides are so, its right one is told.
 */
export function throughLibrary(
  run: (context: Record<string, unknown>) => unknown,
  variables: ReadonlyMap<string, Variable>,
  fail: (error: CelProblem) => Error,
): (read: Read) => Truth {
  return (read) => {
    const context: Record<string, unknown> = {}
    for (const [variable, { kind, name }] of variables) {
      const value = read(name)
      if (kind === 'guard') context[variable] = value !== undefined
      else if (value !== undefined) context[variable] = value
    }
    let truth: unknown
    try {
      truth = run(context)
    } catch (error) {
      if ((error as CelProblem).code === 'unknown_variable') return 'unknown'
      throw fail(error as CelProblem)
    }
    if (typeof truth === 'boolean') return truth
    throw fail({ code: 'not_a_truth', summary: `a condition is true or false, this gives ${typeof truth}` })
  }
}
