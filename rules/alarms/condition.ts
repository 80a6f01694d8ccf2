import { Environment } from '@marcbachmann/cel-js'
import { HEALTH_POINTS, isConditionCode, type PointValue, pointDefinition } from '../model.ts'

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
const TOKENS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d[\w.]*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/g
const GUARDS = /\bhas\(\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\)/g

type CelType = 'double' | 'bool' | 'string'

function celType(name: string): CelType | undefined {
  if (isConditionCode(name)) return 'bool'
  const definition = pointDefinition(name) ?? HEALTH_POINTS.get(name)
  if (definition === undefined) return undefined
  if (definition === 'boolean') return 'bool'
  return definition.type === 'text' ? 'string' : 'double'
}

/** `power.active` and `power.active.l1` both exist, so a dotted chain is one variable, never a field selection. */
const variable = (name: string) => `point_${name.replaceAll('_', '_u').replaceAll('.', '_d')}`
const guard = (name: string) => `has_${variable(name)}`

function longestKnown(chain: string): string | undefined {
  for (let end = chain.length; end > 0; end = chain.lastIndexOf('.', end - 1)) {
    const name = chain.slice(0, end)
    if (celType(name)) return name
  }
  return undefined
}

/**
 * Compiles a CEL expression over a device's points and conditions.
 * Answers the reason, with the place in the expression, where it is not a condition.
 */
export function compileCondition(source: string): Compiled {
  if (source.length > MAX_SOURCE_LENGTH) {
    return { ok: false, reason: `a condition has at most ${MAX_SOURCE_LENGTH} characters` }
  }
  const inputs = new Set<string>()
  const guarded = new Set<string>()
  let unknownGuard: string | undefined
  const withGuards = source.replace(GUARDS, (_whole, chain: string) => {
    if (celType(chain) === undefined) unknownGuard ??= chain
    inputs.add(chain)
    guarded.add(chain)
    return guard(chain)
  })
  if (unknownGuard !== undefined) return { ok: false, reason: `${unknownGuard} is not a known point or condition` }

  const expression = withGuards.replace(TOKENS, (token) => {
    if (!/^[A-Za-z_]/.test(token) || token.startsWith('has_point_')) return token
    const name = longestKnown(token)
    if (name === undefined) return token
    inputs.add(name)
    return variable(name) + token.slice(name.length)
  })

  const environment = new Environment({ limits: { maxAstNodes: 500, maxDepth: 50 } })
  for (const name of inputs) {
    environment.registerVariable(variable(name), celType(name)!)
    if (guarded.has(name)) environment.registerVariable(guard(name), 'bool')
  }
  const checked = environment.check(expression)
  if (!checked.valid) return { ok: false, reason: checked.error?.message ?? 'not a CEL expression' }
  if (checked.type !== 'bool') return { ok: false, reason: `a condition is true or false, this gives ${checked.type}` }

  return { ok: true, condition: condition(source, [...inputs], [...guarded], environment.parse(expression)) }
}

function condition(
  source: string,
  inputs: readonly string[],
  guarded: readonly string[],
  run: (context: Record<string, unknown>) => unknown,
): Condition {
  const variables = inputs.map((name) => ({ name, variable: variable(name) }))
  const guards = guarded.map((name) => ({ name, variable: guard(name) }))
  const evaluate = (read: ReadPoint): Truth => {
    const context: Record<string, unknown> = {}
    for (const input of variables) {
      const value = read(input.name)
      if (value !== undefined) context[input.variable] = value
    }
    for (const input of guards) context[input.variable] = read(input.name) !== undefined
    try {
      return run(context) === true
    } catch {
      // CEL absorbs an unreported input where the other side of && or || decides; it throws where nothing does.
      return 'unknown'
    }
  }
  return { source, inputs, evaluate }
}
