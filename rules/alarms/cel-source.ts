import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import { type CelName, resolveName } from './cel-names.ts'
import { childrenOf, MACROS } from './cel-tree.ts'

export const SOURCE_LENGTH_MAX = 2_000
export const DEPTH_MAX = 50

/** Parses any source that is not too long: what is too much is refused in words, once names are variables. */
export const GRAMMAR = new Environment({ limits: { maxAstNodes: 4 * SOURCE_LENGTH_MAX, maxDepth: 2 * DEPTH_MAX } })
const DEFINED = GRAMMAR.getDefinitions().functions
/** Functions that stand on their own; the name of a method can be a point as well. */
const FUNCTIONS = new Set(['previous', ...DEFINED.flatMap((each) => (each.receiverType === null ? [each.name] : []))])

/** `power.active` and `power.active.l1` both exist, so a dotted chain is one variable, never a field selection. */
export const variable = (key: string) =>
  `point_${key.replaceAll('_', '_u').replaceAll('.', '_d').replaceAll(':', '_c')}`
export const guard = (key: string) => `has_${variable(key)}`

/** CEL with one variable for each name, and where its pieces stand in what the person wrote. */
export interface CelSource {
  expression: string
  /** In order of appearance, by what they are read under. */
  names: ReadonlyMap<string, CelName & { position: number }>
  /** Those that `has()` asks for. */
  guarded: ReadonlySet<string>
  /** The first name that stands for nothing. */
  refused: { reason: string; position: number } | null
  /** From a position in `expression` to the one in the source. */
  sourceAt: (position: number) => number
}

interface Use {
  name: CelName
  asked: boolean
  /** Where the name itself stands; what is replaced may begin before it. */
  at: number
  start: number
  end: number
}

/** What is known on the way down the tree. */
interface Scope {
  source: string
  measures: ReadonlySet<string>
  /** Variables of `exists`, `map` and so on. */
  bound: ReadonlySet<string>
  uses: Use[]
  refuse(reason: string, position: number): void
}

/** `tree` is the source as the CEL library parsed it, without knowing its names. */
export function rewriteSource(source: string, tree: ASTNode, measures: ReadonlySet<string>): CelSource {
  const uses: Use[] = []
  const refusals: { reason: string; position: number }[] = []
  const refuse = (reason: string, position: number) => void refusals.push({ reason, position })
  findNames(tree, { source, measures, bound: new Set(), uses, refuse })
  uses.sort((a, b) => a.start - b.start)
  refusals.sort((a, b) => a.position - b.position)

  const names = new Map<string, CelName & { position: number }>()
  for (const { name, at } of uses) if (!names.has(name.key)) names.set(name.key, { ...name, position: at })
  return {
    ...replaced(source, uses),
    names,
    guarded: new Set(uses.filter(({ asked }) => asked).map(({ name }) => name.key)),
    refused: refusals[0] ?? null,
  }
}

function replaced(source: string, uses: readonly Use[]): Pick<CelSource, 'expression' | 'sourceAt'> {
  const pieces: { at: number; sourceAt: number; named: boolean }[] = []
  let expression = ''
  let done = 0
  const put = (text: string, sourceAt: number, named: boolean) => {
    pieces.push({ at: expression.length, sourceAt, named })
    expression += text
  }
  for (const { name, asked, start, end } of uses) {
    put(source.slice(done, start), done, false)
    put(asked ? guard(name.key) : variable(name.key), start, true)
    done = end
  }
  put(source.slice(done), done, false)
  const sourceAt = (position: number) => {
    const piece = pieces.findLast(({ at }) => at <= position)!
    return piece.named ? piece.sourceAt : piece.sourceAt + position - piece.at
  }
  return { expression, sourceAt }
}

function findNames(node: ASTNode, scope: Scope): void {
  if (node.op === 'call' && (node.args[0] === 'has' || node.args[0] === 'previous')) {
    return findAsked(node, node.args[0], node.args[1], scope)
  }
  const macro = boundVariable(node)
  if (macro !== null) {
    for (const child of macro.outside) findNames(child, scope)
    const inner = { ...scope, bound: new Set([...scope.bound, macro.name]) }
    for (const child of macro.inside) findNames(child, inner)
    return
  }
  const chain = chainOf(node, scope)
  if (chain === null) {
    for (const child of childrenOf(node)) findNames(child, scope)
  } else if (!isOfCel(chain, scope)) {
    use(chain, node, { at: node.start, asked: false, previous: false }, scope)
  }
}

/** `has(name)`, `previous(point)` and `has(previous(point))`. */
function findAsked(node: ASTNode, asking: string, args: readonly ASTNode[], scope: Scope): void {
  const [first, more] = args
  const inner = asking === 'has' && first?.op === 'call' && first.args[0] === 'previous' ? first.args[1] : null
  const [asked, tooMany] = inner === null ? [first, more] : inner
  const chain = asked === undefined ? null : chainOf(asked, scope)
  if (chain === null || tooMany !== undefined || more !== undefined) {
    const takes = asking === 'has' ? 'a point, condition, fact or measure' : 'a point'
    return scope.refuse(`${asking}() takes the name of ${takes}`, node.start)
  }
  // What an element of a list has is CEL's own question.
  if (asking === 'has' && inner === null && scope.bound.has(headOf(chain))) return
  const previous = asking === 'previous' || inner !== null
  use(chain, node, { at: asked!.start, asked: asking === 'has', previous }, scope)
}

function use(
  chain: string,
  { start, end }: ASTNode,
  { at, asked, previous }: { at: number; asked: boolean; previous: boolean },
  scope: Scope,
): void {
  const resolved = resolveName(chain, scope.measures, previous)
  if (!resolved.ok) scope.refuse(resolved.reason, at)
  else if (resolved.name.type === 'dyn' && FUNCTIONS.has(chain)) {
    scope.refuse(`${chain} is a function, not a point`, at)
  } else scope.uses.push({ name: resolved.name, asked, at, start, end })
}

const CHAIN = /^[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*$/

/** The dotted name that a node is; parentheses or a comment within make it something else. */
function chainOf(node: ASTNode, { source }: Scope): string | null {
  if (node.op !== 'id' && node.op !== '.') return null
  const text = source.slice(node.start, node.end)
  return CHAIN.test(text) ? text.replace(/\s+/g, '') : null
}

const headOf = (chain: string) => chain.split('.', 1)[0]!

/** `int`, `google.protobuf.Duration`, and variables that the condition itself binds. */
function isOfCel(chain: string, { bound }: Scope): boolean {
  const head = headOf(chain)
  if (bound.has(head)) return true
  return GRAMMAR.hasVariable(head) && (head === chain || head === 'google' || head === 'cel')
}

function boundVariable(node: ASTNode): { name: string; outside: ASTNode[]; inside: ASTNode[] } | null {
  if (node.op !== 'rcall' || !MACROS.has(node.args[0])) return null
  const [method, receiver, [variable, ...rest]] = node.args
  if (variable?.op !== 'id' || rest.length === 0) return null
  if (method !== 'bind') return { name: variable.args, outside: [receiver], inside: rest }
  return { name: variable.args, outside: [receiver, rest[0]!], inside: rest.slice(1) }
}
