import { Environment } from '@marcbachmann/cel-js'
import { atCharacter, misfit, type Parsed, parsed } from './fault.ts'

/** What CEL sees of a message: `payload` as JSON (numbers are doubles) and `topic`, the list of its levels. */
export interface Said {
  payload: unknown
  topic: readonly string[]
}

/** The value, or why there is none. */
export type Found = { value: unknown } | { missing: string }

export type Expression = (said: Said) => Found

const environment = new Environment({ limits: { maxAstNodes: 300, maxDepth: 30 } })
  .registerVariable('payload', 'dyn')
  .registerVariable('topic', 'list<string>')

/** CEL walks a list once for each of these; two of them in each other would walk it so many times squared. */
const WALKS = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

/**
 * Compiles CEL that gives one of `types`; a value of unknown type (`dyn`) may turn out to be one. Answers why not, with
 * the place in the expression and what was expected.
 */
export function compileExpression(source: string, types: readonly string[]): Parsed<Expression> {
  const checked = environment.check(source)
  if (!checked.valid) {
    const { summary = 'not a CEL expression', range } = checked.error ?? {}
    return misfit(`${summary}, ${atCharacter(source, range?.start ?? 0)}${hintFor(summary)}`)
  }
  const type = checked.type ?? 'dyn'
  if (type !== 'dyn' && !types.includes(type)) return misfit(`it gives ${type}; ${types.join(' or ')} was expected`)
  const run = environment.parse(source)
  const costly = costlyCall(run.ast, false)
  if (costly !== null) return misfit(`${costly.why}, ${atCharacter(source, costly.at)}`)
  return parsed((said) => evaluate(run, said))
}

function evaluate(run: (context: Record<string, unknown>) => unknown, { payload, topic }: Said): Found {
  try {
    const value = run({ payload, topic })
    return { value: typeof value === 'bigint' ? Number(value) : value }
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).split('\n')[0]!
    return { missing: `${why}${hintFor(why)}` }
  }
}

function hintFor(why: string): string {
  if (/\bdouble\b.*\bint\b|\bint\b.*\bdouble\b/.test(why)) return ' (a payload’s numbers are doubles: write 2.0, not 2)'
  return why.startsWith('Unknown variable') ? ' (`payload` and `topic` are known)' : ''
}

interface AstNode {
  op: string
  args: unknown
  start: number
}

/** The first call that a hostile payload or a careless pattern could make slow: one process keeps all deadlines. */
function costlyCall(node: unknown, walking: boolean): { why: string; at: number } | null {
  if (Array.isArray(node)) {
    for (const each of node) {
      const costly = costlyCall(each, walking)
      if (costly) return costly
    }
    return null
  }
  if (!isNode(node)) return null
  const name = Array.isArray(node.args) ? (node.args[0] as unknown) : null
  const called = (node.op === 'rcall' || node.op === 'call') && typeof name === 'string' ? name : ''
  if (called === 'matches')
    return { why: 'matches() is not for mappings: use ==, startsWith() or a table', at: node.start }
  const walks = WALKS.has(called)
  if (walks && walking) return { why: `${called}() inside of another walk over a list`, at: node.start }
  return costlyCall(node.args, walking || walks)
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
