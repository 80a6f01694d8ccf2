import type { ASTNode } from '@marcbachmann/cel-js'
import { DEPTH_MAX } from '../cel-source.ts'
import { childrenOf } from '../cel-tree.ts'
import { nearest } from './nearest.ts'

/** What CEL says of an error, at compile time or while evaluating. */
export interface CelProblem {
  code: string
  summary: string
  node?: unknown
  range?: { start: number; end: number }
}

export interface Explanation {
  /** What is wrong; names are those of the expression. */
  why: string
  /** What to write instead, where that can be told. */
  expected: string | null
  /** Where in the expression. */
  position: number | null
}

const TYPE_WORDS: Record<string, string> = {
  double: 'a number',
  int: 'a whole number',
  uint: 'a whole number',
  string: 'a text',
  bool: 'true or false',
  'list<string>': 'a list of texts',
  list: 'a list',
  null: 'null',
}
const TOKEN_WORDS: Record<string, string> = {
  RPAREN: ')',
  RBRACKET: ']',
  RBRACE: '}',
  COLON: ':',
  COMMA: ',',
  IDENTIFIER: 'a name',
}
/** What people write from habit, and what CEL has for it. */
const HABITS: Record<string, string> = { and: '&&', or: '||', not: '!', '=': '==', '&': '&&', '|': '||', '<>': '!=' }
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>='])
const FUNCTIONS = 'has previous size double int string bool timestamp duration matches'.split(' ')
const METHODS =
  'startsWith endsWith contains matches size lowerAscii upperAscii trim split exists all map filter'.split(' ')

/** Says an error of CEL in a person's words. `expression` is what was parsed. */
export function explain(problem: CelProblem, expression: string): Explanation {
  const { code, summary } = problem
  const node = problem.node as ASTNode | undefined
  const position = problem.range?.start ?? null
  const plain = {
    why: lowerFirst(summary).replace(/'([\w<>, ]+)'/g, (_, type: string) => typeWords(type)),
    expected: null,
    position,
  }
  switch (code) {
    case 'no_such_overload':
      return { ...plain, ...overload(summary, node) }
    case 'invalid_logical_operand':
      return { ...plain, ...logical(summary, node) }
    case 'no_matching_overload':
      return { ...plain, ...unknownFunction(summary, node) }
    case 'expected_token':
    case 'unexpected_token':
    case 'unexpected_character':
      return { ...plain, ...grammar(summary, expression, position) }
    case 'limit_exceeded':
      return {
        ...plain,
        why: summary.replace(/^Exceeded maxDepth.*/, `a condition is nested ${DEPTH_MAX} deep at most`),
      }
    default:
      return plain
  }
}

type Words = Partial<Explanation>

function overload(summary: string, node: ASTNode | undefined): Words {
  const unary = /^no such overload: ([!-])([\w<>, .]+)$/.exec(summary)
  if (unary) return { why: `${unary[1]} cannot be applied to ${typeWords(unary[2]!)}`, expected: unaryHint(node) }
  const binary = /^no such overload: ([\w<>, .]+?) ([=!<>]=|[<>]|in|[-+*/%]) ([\w<>, .]+)$/.exec(summary)
  if (!binary || !node) return {}
  const [, left, op, right] = binary.map((part) => (part ?? '').replace(/^dyn<(.+)>$/, '$1')) as [string, ...string[]]
  const why = COMPARISONS.has(op!)
    ? `${typeWords(left!)} is compared with ${typeWords(right!)}`
    : `${op} cannot be applied to ${typeWords(left!)} and ${typeWords(right!)}`
  return { why, expected: binaryHint(op!, left!, right!, childrenOf(node)) }
}

function unaryHint(node: ASTNode | undefined): string | null {
  if (node?.op !== '!_') return null
  return `compare ${nameOf([node.args]) ?? 'it'} with a value, or ask has()`
}

function binaryHint(op: string, left: string, right: string, sides: readonly ASTNode[]): string | null {
  const pair = new Set([left, right])
  if (op === 'in') return inHint(left, right)
  if (left.startsWith('list') || right.startsWith('list')) return `ask 'text' in ${nameOf(sides) ?? 'the list'}`
  if (pair.has('double') && pair.has('int')) return op === '%' ? '% needs whole numbers' : wholeHint(sides)
  if (op === '%') return '% needs whole numbers'
  if (!COMPARISONS.has(op)) return op === '+' ? 'add two numbers, or two texts' : `${op} needs two numbers`
  const name = nameOf(sides)
  if (pair.has('bool')) return name === null ? null : `write ${name} or !${name} on its own`
  if (!pair.has('string')) return null
  const typeOfName = sides[0]?.op === 'value' ? right : left
  return `compare ${name ?? 'it'} with ${typeOfName === 'string' ? 'a text in quotes' : 'a number, without quotes'}`
}

function inHint(left: string, right: string): string | null {
  if (!right.startsWith('list')) return 'a list stands on the right of `in`'
  return left === 'double' && right === 'list<int>' ? 'write the numbers with a point: [1.0, 2.0]' : null
}

/** A whole number may be compared by < and >, and is never equal to or added to a number. */
function wholeHint(sides: readonly ASTNode[]): string {
  for (const side of sides) if (side.op === 'value' && typeof side.args === 'bigint') return `write ${side.args}.0`
  return 'double() makes a number of a whole one'
}

function logical(summary: string, node: ASTNode | undefined): Words {
  const found = /got '(.+)'$/.exec(summary)?.[1]
  if (!found || !node) return {}
  if (node.op !== '&&' && node.op !== '||') {
    // While it evaluates, the library names the left side, whichever it was.
    return { why: `&& and || need true or false on both sides, one is ${typeWords(found)}`, position: null }
  }
  const wrong = node.args.find((side) => !isTruth(side)) ?? node
  const name = nameOf([wrong])
  return {
    why: `${node.op} needs true or false on both sides, this is ${typeWords(found)}`,
    expected: name === null ? null : `compare ${name} with ${found === 'string' ? 'a text in quotes' : 'a value'}`,
    position: wrong.start,
  }
}

/** The library keeps the type that it found on each node; it is not in its types. */
function isTruth(node: ASTNode): boolean {
  const type = (node as { checkedType?: { name: string } }).checkedType?.name
  return type === 'bool' || type === 'dyn'
}

function unknownFunction(summary: string, node: ASTNode | undefined): Words {
  if (node?.op !== 'call' && node?.op !== 'rcall') return {}
  const types = /for '(?:(.+)\.)?\w+\((.*)\)'$/.exec(summary)
  const [name] = node.args
  const known = node.op === 'call' ? FUNCTIONS : METHODS
  const meant = known.includes(name) ? undefined : nearest(name, known)
  const of = node.op === 'rcall' && types?.[1] ? ` of ${typeWords(types[1])}` : ''
  const given = types?.[2] ? ` with ${types[2].split(', ').map(typeWords).join(' and ')}` : ''
  return {
    why: `there is no ${name}()${of}${given}`,
    expected: meant === undefined ? null : `did you mean ${meant}()?`,
  }
}

function grammar(summary: string, expression: string, position: number | null): Words {
  const rest = expression.slice(position ?? expression.length)
  const word = /^(?:<>|\w+|\S)/.exec(rest)?.[0] ?? ''
  const wanted = /^Expected (\w+)/.exec(summary)?.[1]
  const why = rest.trim() === '' ? 'the condition is not finished' : `unexpected ${word}`
  const missing = wanted === undefined ? undefined : TOKEN_WORDS[wanted]
  if (missing !== undefined) return { why, expected: `${missing} should stand here` }
  if (rest.trim() === '') return { why, expected: 'a name or a value should follow' }
  const habit = HABITS[word] ?? HABITS[`${expression[(position ?? 0) - 1] ?? ''}${word}`]
  return { why, expected: habit === undefined ? null : `write ${habit}` }
}

function nameOf(sides: readonly ASTNode[]): string | null {
  const named = sides.find((side) => side.op === 'id')
  return named?.op === 'id' ? named.args : null
}

function typeWords(type: string): string {
  const inner = type.replace(/^dyn<(.+)>$/, '$1')
  return TYPE_WORDS[inner] ?? (inner.startsWith('list<') ? 'a list' : inner)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
