import type { ASTNode } from '@marcbachmann/cel-js'
import type { Priority } from '../model.ts'
import { childrenOf, literalOf } from './cel-tree.ts'
import type { Variable } from './direct.ts'
import type { CompiledRule } from './ruleset.ts'

/** A comparison of one point, or of one measure of the rule, with a number that is written out. */
export interface Limit {
  /** What it is read under: `voltage.l1`, `measure:slope`. */
  key: string
  value: number
  /** Whether it holds above the value, else below it; at the value itself it may go either way. */
  above: boolean
}

/** Where a rule's condition turns: `raise` of the condition that raises, `clear` of the one that lets it return. */
export interface Threshold extends Limit {
  of: 'raise' | 'clear'
  priority: Priority
}

const ORDERS = new Map([
  ['>', true],
  ['>=', true],
  ['<', false],
  ['<=', false],
])

/**
 * Every such comparison of a condition, each once, as they are written, also where others must hold beside it; below a
 * `!` it is the other way round. What is computed (`abs(voltage.l1 - voltage.l2) > 5.0`), compared with another point
 * or only tested for equality has no line in a chart and is left out.
 */
export function limitsOf(root: ASTNode, variables: ReadonlyMap<string, Variable>): readonly Limit[] {
  const found = new Map<string, Limit>()
  const visit = (node: ASTNode, negated: boolean): void => {
    const limit = limitOf(node, variables)
    if (limit !== null) {
      const above = limit.above !== negated
      found.set(`${limit.key} ${above} ${limit.value}`, { ...limit, above })
    }
    const isNot = node.op === '!_'
    for (const child of childrenOf(node)) visit(child, negated !== isNot)
  }
  visit(root, false)
  return [...found.values()]
}

function limitOf(node: ASTNode, variables: ReadonlyMap<string, Variable>): Limit | null {
  const above = ORDERS.get(node.op)
  if (above === undefined) return null
  const [left, right] = childrenOf(node) as [ASTNode, ASTNode]
  return compared(left, right, above, variables) ?? compared(right, left, !above, variables)
}

function compared(
  point: ASTNode,
  number: ASTNode,
  above: boolean,
  variables: ReadonlyMap<string, Variable>,
): Limit | null {
  const input = point.op === 'id' ? variables.get(point.args) : undefined
  const value = literalOf(number)
  if (input?.kind !== 'input' || typeof value !== 'number') return null
  // A value that is over, and a fact of the device, are no quantity that is watched.
  if (input.name.startsWith('previous:') || input.name.startsWith('device:')) return null
  return { key: input.name, value, above }
}

/** Of all priorities of a rule, most urgent first. */
export function thresholdsOf({ levels }: CompiledRule): readonly Threshold[] {
  return levels.flatMap(({ priority, when, clear }) => [
    ...(when?.limits ?? []).map((limit): Threshold => ({ ...limit, of: 'raise', priority })),
    ...(clear?.limits ?? []).map((limit): Threshold => ({ ...limit, of: 'clear', priority })),
  ])
}
