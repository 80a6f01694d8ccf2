import type { CelType } from './cel-names.ts'

/** A point's value, or the texts of a fact that has several. */
export type Value = number | boolean | string | readonly string[]

/** The current value of what a condition reads, by `CelName.key`; `undefined` when unknown. */
export type Read = (key: string) => Value | undefined

/** A node of the expression as the CEL library parsed and type-checked it. */
export interface CelNode {
  op: string
  args: unknown
}

/** What a variable of the expression stands for; `name` is what it is read under. */
export type Variable = { kind: 'guard'; name: string } | { kind: 'input'; name: string; type: CelType }

/** `undefined`: unknown. */
type Evaluate = (read: Read) => Value | undefined

/**
 * Conditions run for every message, so what most of them are made of (comparisons, sums, &&, ||, ! and has) runs as
 * closures over the parsed expression, some ten times faster than walking it. Answers `null` where an expression needs
 * more of CEL; the library evaluates that one. Both give the same: a test holds them against each other.
 */
export function compileDirect(node: CelNode, variables: ReadonlyMap<string, Variable>): Evaluate | null {
  switch (node.op) {
    case 'value':
      return literal(node.args)
    case 'id':
      return variable(variables.get(node.args as string))
    case '!_':
      return unary(node, variables, (value) => !value)
    case '-_':
      return unary(node, variables, (value) => -(value as number))
    case '&&':
      return both(node, variables, false)
    case '||':
      return both(node, variables, true)
    case 'rcall':
      return textTest(node, variables)
    default:
      return binary(node, variables)
  }
}

function literal(value: unknown): Evaluate | null {
  // Whole numbers divide differently in CEL; a literal that is only compared may be written without a point.
  if (typeof value === 'bigint') return null
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? () => value : null
}

function variable(found: Variable | undefined): Evaluate | null {
  // JavaScript compares what CEL refuses to, so values of any type are the library's.
  if (!found || (found.kind === 'input' && found.type === 'dyn')) return null
  const { kind, name } = found
  return kind === 'guard' ? (read) => read(name) !== undefined : (read) => read(name)
}

function unary(node: CelNode, variables: ReadonlyMap<string, Variable>, apply: (value: Value) => Value) {
  const inner = compileDirect(node.args as CelNode, variables)
  if (inner === null) return null
  return (read: Read) => {
    const value = inner(read)
    return value === undefined ? undefined : apply(value)
  }
}

/** `decisive` on either side decides, also where the other side is unknown. */
function both(node: CelNode, variables: ReadonlyMap<string, Variable>, decisive: boolean): Evaluate | null {
  const [left, right] = pair(node, variables)
  if (left === null || right === null) return null
  return (read) => {
    const first = left(read)
    if (first === decisive) return decisive
    const second = right(read)
    if (second === decisive) return decisive
    return first === undefined || second === undefined ? undefined : !decisive
  }
}

const BINARY: Record<string, (a: number, b: number) => Value> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}
/** For a list of texts, which is a device's tags. */
const contains = (value: Value, list: Value) => (list as readonly Value[]).includes(value)
const TEXT_TESTS: Record<string, (text: string, part: string) => boolean> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
}
const COMPARISONS = new Set(['<', '<=', '>', '>='])

function binary(node: CelNode, variables: ReadonlyMap<string, Variable>): Evaluate | null {
  const apply = Object.hasOwn(BINARY, node.op) ? BINARY[node.op] : undefined
  if (node.op === 'in')
    return isList((node.args as CelNode[])[1]!, variables) ? joined(node, variables, contains) : null
  // Lists are compared element by element, which is the library's.
  if (!apply || (node.args as CelNode[]).some((side) => isList(side, variables))) return null
  return joined(node, variables, apply as (a: Value, b: Value) => Value)
}

function isList({ op, args }: CelNode, variables: ReadonlyMap<string, Variable>): boolean {
  const found = op === 'id' ? variables.get(args as string) : undefined
  return found?.kind === 'input' && found.type === 'list<string>'
}

/** `text.startsWith(part)` and its like. */
function textTest(node: CelNode, variables: ReadonlyMap<string, Variable>): Evaluate | null {
  const [method, receiver, args] = node.args as [string, CelNode, CelNode[]]
  const apply = Object.hasOwn(TEXT_TESTS, method) ? TEXT_TESTS[method] : undefined
  if (!apply || args.length !== 1) return null
  return joined({ op: method, args: [receiver, args[0]] }, variables, apply as (a: Value, b: Value) => Value)
}

function joined(node: CelNode, variables: ReadonlyMap<string, Variable>, apply: (a: Value, b: Value) => Value) {
  const [left, right] = pair(node, variables)
  if (left === null || right === null) return null
  return (read: Read) => {
    const a = left(read)
    if (a === undefined) return undefined
    const b = right(read)
    return b === undefined ? undefined : apply(a, b)
  }
}

function pair(node: CelNode, variables: ReadonlyMap<string, Variable>): [Evaluate | null, Evaluate | null] {
  const [left, right] = node.args as [CelNode, CelNode]
  const compared = COMPARISONS.has(node.op)
  const side = (each: CelNode): Evaluate | null => {
    const whole = compared ? wholeNumber(each) : undefined
    if (whole === undefined) return compileDirect(each, variables)
    return Number.isSafeInteger(whole) ? () => whole : null
  }
  return [side(left), side(right)]
}

function wholeNumber({ op, args }: CelNode): number | undefined {
  if (op === 'value') return typeof args === 'bigint' ? Number(args) : undefined
  const inner = op === '-_' ? wholeNumber(args as CelNode) : undefined
  return inner === undefined ? undefined : -inner
}
