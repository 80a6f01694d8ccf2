import type { ASTNode } from '@marcbachmann/cel-js'
import { childrenOf, MACROS } from '../cel-tree.ts'
import { refusedPattern } from './patterns.ts'

/** Conditions run for every message, so what one may cost is bounded when it is written. */
const PARTS_MAX = 500
const STEPS_MAX = 10_000
/** Lists can double in each, so few of them suffice to fill the memory. */
const MACROS_COUNT_MAX = 3
/** What a list that is not written out (tags, the parts of a text) is taken to hold. */
const ELEMENTS_ASSUMED = 64

export interface Refusal {
  reason: string
  /** Where in the expression that the node was parsed from. */
  position: number
}

/** Why a condition costs too much, or `null`. */
export function tooCostly(root: ASTNode): Refusal | null {
  const nodes = [...walk(root)]
  if (nodes.length > PARTS_MAX) {
    const reason = `a condition has at most ${PARTS_MAX} names, values and operators, this has ${nodes.length}`
    return { reason, position: root.start }
  }
  const loops = nodes.filter((node) => node.op === 'rcall' && MACROS.has(node.args[0]))
  if (loops.length > MACROS_COUNT_MAX) {
    const reason = `a condition has at most ${MACROS_COUNT_MAX} of exists, all, map, filter and bind`
    return { reason: `${reason}, this has ${loops.length}`, position: loops[MACROS_COUNT_MAX]!.start }
  }
  const steps = stepsOf(root)
  if (steps > STEPS_MAX) {
    const reason = `a condition takes at most ${STEPS_MAX} steps, this may take ${steps}`
    return { reason, position: loops[0]!.start }
  }
  return firstRefusedPattern(nodes)
}

function firstRefusedPattern(nodes: readonly ASTNode[]): Refusal | null {
  for (const node of nodes) {
    if (node.op !== 'rcall' || node.args[0] !== 'matches') continue
    const [pattern] = node.args[2]
    if (!pattern) continue
    if (pattern.op !== 'value' || typeof pattern.args !== 'string') {
      return { reason: 'matches() takes a pattern in quotes', position: pattern.start }
    }
    const reason = refusedPattern(pattern.args)
    if (reason !== null) return { reason, position: pattern.start }
  }
  return null
}

function* walk(node: ASTNode): Generator<ASTNode> {
  yield node
  for (const child of childrenOf(node)) yield* walk(child)
}

function stepsOf(node: ASTNode): number {
  if (node.op !== 'rcall' || !MACROS.has(node.args[0]) || node.args[0] === 'bind') {
    return childrenOf(node).reduce((steps, child) => steps + stepsOf(child), 1)
  }
  const [, receiver, args] = node.args
  return stepsOf(receiver) + elementsOf(receiver) * args.reduce((steps, each) => steps + stepsOf(each), 1)
}

function elementsOf(list: ASTNode): number {
  if (list.op === 'list' || list.op === 'map') return list.args.length
  if (list.op === 'rcall' && (list.args[0] === 'map' || list.args[0] === 'filter')) return elementsOf(list.args[1])
  return ELEMENTS_ASSUMED
}
