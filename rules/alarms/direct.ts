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

/** Of the values of what the condition reads, each at its place; `undefined`: unknown. */
type Evaluate = (values: Values) => Value | undefined
type Values = readonly (Value | undefined)[]

/** The variables of an expression, each with its place among the values. */
type Places = ReadonlyMap<string, Variable & { at: number }>

/**
 * Conditions run for every message, so what most of them are made of (comparisons, sums, &&, ||, ! and has) runs as
 * closures over the parsed expression, some ten times faster than walking it; what it reads is read once, however often
 * it is named. Answers `null` where an expression needs more of CEL; the library evaluates that one. Both give the
 * same: a test holds them against each other.
 */
export function compileDirect(
  node: CelNode,
  variables: ReadonlyMap<string, Variable>,
): ((read: Read) => Value | undefined) | null {
  const keys = [...new Set([...variables.values()].map(({ name }) => name))]
  const places = new Map([...variables].map(([name, found]) => [name, { ...found, at: keys.indexOf(found.name) }]))
  const compiled = compileNode(node, places)
  if (compiled === null) return null
  const values = keys.map((): Value | undefined => undefined)
  return (read) => {
    for (let at = 0; at < keys.length; at++) values[at] = read(keys[at]!)
    return compiled(values)
  }
}

function compileNode(node: CelNode, variables: Places): Evaluate | null {
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
      return chain(node, variables, false)
    case '||':
      return chain(node, variables, true)
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

function variable(found: (Variable & { at: number }) | undefined): Evaluate | null {
  // JavaScript compares what CEL refuses to, so values of any type are the library's.
  if (!found || (found.kind === 'input' && found.type === 'dyn')) return null
  const { kind, at } = found
  return kind === 'guard' ? (values) => values[at] !== undefined : (values) => values[at]
}

function unary(node: CelNode, variables: Places, apply: (value: Value) => Value) {
  const inner = compileNode(node.args as CelNode, variables)
  if (inner === null) return null
  return (values: Values) => {
    const value = inner(values)
    return value === undefined ? undefined : apply(value)
  }
}

/** `decisive` anywhere decides, also where something else is unknown. */
function chain(node: CelNode, variables: Places, decisive: boolean): Evaluate | null {
  const parts = partsOf(node, node.op)
  const steps: Evaluate[] = []
  for (let index = 0; index < parts.length; index++) {
    const guarded = guardedPart(parts[index]!, parts[index + 1], variables, decisive)
    if (guarded !== null) index += 1
    const step = guarded ?? compileNode(parts[index]!, variables)
    if (step === null) return null
    steps.push(step)
  }
  return (values) => {
    let isUnknown = false
    for (let index = 0; index < steps.length; index++) {
      const truth = steps[index]!(values)
      if (truth === decisive) return decisive
      if (truth === undefined) isUnknown = true
    }
    return isUnknown ? undefined : !decisive
  }
}

/** `a && (b && c)` in one row. */
function partsOf(node: CelNode, op: string): CelNode[] {
  return node.op === op ? (node.args as CelNode[]).flatMap((part) => partsOf(part, op)) : [node]
}

/** `has(x) && x > 1.0` and `!has(x) || x > 1.0` in one: where x is unknown, `decisive` decides. */
function guardedPart(guard: CelNode, test: CelNode | undefined, variables: Places, decisive: boolean): Evaluate | null {
  const asked = decisive && guard.op === '!_' ? (guard.args as CelNode) : guard
  if (test === undefined || (decisive && asked === guard) || asked.op !== 'id') return null
  const found = variables.get(asked.args as string)
  if (found?.kind !== 'guard') return null
  const { at } = found
  if (placeOf(test, variables) === at) return (values) => values[at] ?? decisive
  const isOfSame = COMPARISONS.has(test.op) && placeOf((test.args as CelNode[])[0]!, variables) === at
  return isOfSame ? compared(test, variables, decisive) : null
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

function binary(node: CelNode, variables: Places): Evaluate | null {
  const apply = Object.hasOwn(BINARY, node.op) ? BINARY[node.op] : undefined
  if (node.op === 'in')
    return isList((node.args as CelNode[])[1]!, variables) ? joined(node, variables, contains) : null
  // Lists are compared element by element, which is the library's.
  if (!apply || (node.args as CelNode[]).some((side) => isList(side, variables))) return null
  return compared(node, variables, undefined) ?? joined(node, variables, apply as (a: Value, b: Value) => Value)
}

/** A value against a figure is what most conditions are made of: one closure, which calls no other. */
function compared(node: CelNode, variables: Places, unknown: boolean | undefined): Evaluate | null {
  const [left, right] = node.args as [CelNode, CelNode]
  const found = left.op === 'id' ? variables.get(left.args as string) : undefined
  const figure = right.op === 'value' && typeof right.args === 'number' ? right.args : safe(wholeNumber(right))
  if (found?.kind !== 'input' || found.type !== 'double' || figure === undefined) return null
  const { at } = found
  switch (node.op) {
    case '>':
      return (values) => (values[at] === undefined ? unknown : (values[at] as number) > figure)
    case '>=':
      return (values) => (values[at] === undefined ? unknown : (values[at] as number) >= figure)
    case '<':
      return (values) => (values[at] === undefined ? unknown : (values[at] as number) < figure)
    case '<=':
      return (values) => (values[at] === undefined ? unknown : (values[at] as number) <= figure)
    default:
      return null
  }
}

const safe = (whole: number | undefined) => (Number.isSafeInteger(whole) ? whole : undefined)

function isList({ op, args }: CelNode, variables: Places): boolean {
  const found = op === 'id' ? variables.get(args as string) : undefined
  return found?.kind === 'input' && found.type === 'list<string>'
}

/** `text.startsWith(part)` and its like. */
function textTest(node: CelNode, variables: Places): Evaluate | null {
  const [method, receiver, args] = node.args as [string, CelNode, CelNode[]]
  const apply = Object.hasOwn(TEXT_TESTS, method) ? TEXT_TESTS[method] : undefined
  if (!apply || args.length !== 1) return null
  return joined({ op: method, args: [receiver, args[0]] }, variables, apply as (a: Value, b: Value) => Value)
}

function joined(node: CelNode, variables: Places, apply: (a: Value, b: Value) => Value) {
  const [left, right] = pair(node, variables)
  if (left === null || right === null) return null
  const [leftAt, rightAt] = (node.args as CelNode[]).map((side) => placeOf(side, variables))
  return (values: Values) => {
    const a = leftAt === undefined ? left(values) : values[leftAt]
    if (a === undefined) return undefined
    const b = rightAt === undefined ? right(values) : values[rightAt]
    return b === undefined ? undefined : apply(a, b)
  }
}

/** Where a value lies that stands by itself. */
function placeOf({ op, args }: CelNode, variables: Places): number | undefined {
  const found = op === 'id' ? variables.get(args as string) : undefined
  return found?.kind === 'input' ? found.at : undefined
}

function pair(node: CelNode, variables: Places): [Evaluate | null, Evaluate | null] {
  const [left, right] = node.args as [CelNode, CelNode]
  const compared = COMPARISONS.has(node.op)
  const side = (each: CelNode): Evaluate | null => {
    const whole = compared ? wholeNumber(each) : undefined
    if (whole === undefined) return compileNode(each, variables)
    return Number.isSafeInteger(whole) ? () => whole : null
  }
  return [side(left), side(right)]
}

function wholeNumber({ op, args }: CelNode): number | undefined {
  if (op === 'value') return typeof args === 'bigint' ? Number(args) : undefined
  const inner = op === '-_' ? wholeNumber(args as CelNode) : undefined
  return inner === undefined ? undefined : -inner
}
