import { Environment, type TypeCheckResult } from '@marcbachmann/cel-js'
import type { PointValue } from '../model.ts'
import { type CelSource, celType, guard, rewriteSource, variable } from './cel-source.ts'
import { compileDirect, type Variable } from './direct.ts'

/** What a condition says of a device; `unknown` where it needs something that was never reported. */
export type Truth = boolean | 'unknown'

/** The current value of a point or condition; `undefined` when unreported. */
export type ReadPoint = (name: string) => PointValue | undefined

export interface Condition {
  source: string
  /** Every point and condition code that it reads, in order of appearance. */
  inputs: readonly string[]
  evaluate(read: ReadPoint): Truth
}

export type Compiled = { ok: true; condition: Condition } | { ok: false; reason: string }

const MAX_SOURCE_LENGTH = 2_000
/** So many characters tell a person where. */
const PLACE_SHOWN = 40

/**
 * Compiles a CEL expression over a device's points and conditions.
 * Answers the reason, with the place in the expression, where it is not a condition.
 */
export function compileCondition(source: string): Compiled {
  if (source.length > MAX_SOURCE_LENGTH) {
    return { ok: false, reason: `a condition has at most ${MAX_SOURCE_LENGTH} characters` }
  }
  const rewritten = rewriteSource(source)
  const { expression, inputs, guarded, unknown } = rewritten
  if (unknown !== null) return { ok: false, reason: `${unknown} is not a known point or condition` }

  const environment = new Environment({ limits: { maxAstNodes: 500, maxDepth: 50 } })
  for (const name of inputs) {
    environment.registerVariable(variable(name), celType(name)!)
    if (guarded.has(name)) environment.registerVariable(guard(name), 'bool')
  }
  const checked = environment.check(expression)
  if (!checked.valid) return { ok: false, reason: reasonOf(checked.error, source, rewritten) }
  if (checked.type !== 'bool') return { ok: false, reason: `a condition is true or false, this gives ${checked.type}` }

  const variables = new Map<string, Variable>()
  for (const name of inputs) variables.set(variable(name), { kind: 'input', name })
  for (const name of guarded) variables.set(guard(name), { kind: 'guard', name })
  const parsed = environment.parse(expression)
  const direct = compileDirect(parsed.ast, variables)
  const evaluate = direct === null ? throughLibrary(parsed, variables) : (read: ReadPoint) => direct(read) ?? 'unknown'
  return { ok: true, condition: { source, inputs: [...inputs], evaluate: evaluate as Condition['evaluate'] } }
}

/** Why CEL refuses, in the names and at the place that the person wrote. */
function reasonOf(error: TypeCheckResult['error'], source: string, rewritten: CelSource): string {
  if (error === undefined) return 'not a CEL expression'
  let why = error.summary
  for (const name of rewritten.inputs)
    why = why.replaceAll(guard(name), `has(${name})`).replaceAll(variable(name), name)
  const position = error.range === undefined ? source.length : rewritten.sourceAt(error.range.start)
  const rest = source.slice(position, position + PLACE_SHOWN).trim()
  return rest === '' ? `${why}, at the end` : `${why}, at character ${position + 1}: ${rest}`
}

/** Evaluates with the CEL library, over everything that is reported. */
export function throughLibrary(
  run: (context: Record<string, unknown>) => unknown,
  variables: ReadonlyMap<string, Variable>,
): (read: ReadPoint) => Truth {
  return (read) => {
    const context: Record<string, unknown> = {}
    for (const [variable, { kind, name }] of variables) {
      const value = read(name)
      if (kind === 'guard') context[variable] = value !== undefined
      else if (value !== undefined) context[variable] = value
    }
    try {
      return run(context) === true
    } catch {
      // CEL absorbs an unreported input where the other side of && or || decides; it throws where nothing does.
      return 'unknown'
    }
  }
}
