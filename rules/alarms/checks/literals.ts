import type { ASTNode } from '@marcbachmann/cel-js'
import type { PointValue } from '../../model.ts'
import { childrenOf, literalOf } from '../cel-tree.ts'
import type { Variable } from '../direct.ts'

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=', 'in'])
const EQUALITIES = new Set(['==', '!=', 'in'])
const TEXT_TESTS = new Set(['startsWith', 'endsWith', 'contains'])
const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '-_'])
const LOGIC = new Set(['&&', '||', '!_', '?:', 'id', 'value', 'list'])

export interface Literals {
  /** For each input, what it is compared with. */
  critical: ReadonlyMap<string, readonly PointValue[]>
  /**
   * What trying values at and around those literals shows: all that the condition can say, most of it where readings
   * are added up or texts taken apart, or little.
   */
  shownByThem: 'all' | 'most' | 'little'
}

export function literalsOf(root: ASTNode, variables: ReadonlyMap<string, Variable>): Literals {
  const critical = new Map<string, Set<PointValue>>()
  for (const { kind, name } of variables.values()) if (kind === 'input') critical.set(name, new Set())
  let shownByThem: Literals['shownByThem'] = 'all'
  const visit = (node: ASTNode): void => {
    const shown = shownBy(node)
    if (shown === 'little' || shownByThem === 'all') shownByThem = shown
    if (COMPARISONS.has(node.op) || isTextTest(node)) compare(node)
    for (const child of childrenOf(node)) visit(child)
  }
  const compare = (node: ASTNode) => {
    const below = [...leaves(node)]
    const literals = below.map(literalOf).filter((value) => value !== undefined)
    for (const each of below) {
      const found = each.op === 'id' ? variables.get(each.args) : undefined
      if (found?.kind === 'input') for (const literal of literals) critical.get(found.name)!.add(literal)
    }
  }
  visit(root)
  return { critical: new Map([...critical].map(([name, values]) => [name, [...values]])), shownByThem }
}

function shownBy(node: ASTNode): Literals['shownByThem'] {
  if (COMPARISONS.has(node.op)) {
    const sides = childrenOf(node)
    if (!EQUALITIES.has(node.op)) return sides.some((side) => typeof literalOf(side) === 'string') ? 'little' : 'all'
    return sides.some((side) => ARITHMETIC.has(side.op) && literalOf(side) === undefined) ? 'little' : 'all'
  }
  if (LOGIC.has(node.op) || literalOf(node) !== undefined) return 'all'
  return ARITHMETIC.has(node.op) || isTextTest(node) ? 'most' : 'little'
}

function isTextTest(node: ASTNode): boolean {
  return node.op === 'rcall' && TEXT_TESTS.has(node.args[0])
}

/** Names and literals below a node; a negative number is one. */
function* leaves(node: ASTNode): Generator<ASTNode> {
  if (node.op === 'id' || literalOf(node) !== undefined) yield node
  else for (const child of childrenOf(node)) yield* leaves(child)
}
