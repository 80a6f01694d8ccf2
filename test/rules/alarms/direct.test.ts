import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CelNode, compileDirect, type Variable } from '../../../rules/alarms/direct.ts'
import { throughLibrary } from '../../../rules/alarms/condition.ts'

const NUMBERS = ['x', 'y', 'z']
const BOOLEANS = ['p', 'q']
/** As the value before the last message, a measure and a device's facts come: under names of their own. */
const KEYS: Record<string, string> = { z: 'previous:z', s: 'device:model', t: 'device:tags', q: 'previous:q' }
const NAMES = [...NUMBERS, ...BOOLEANS, 's', 't']

const { boolean } = fc.letrec<{ number: string; text: string; boolean: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...NUMBERS),
    fc.double({ min: -300, max: 300, noNaN: true }).map((value) => `(${value.toFixed(2)})`),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('number').map((a) => `(-${a})`),
  ),
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('s', '"a"', '"ab"', '"b"', '""'),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
  ),
  boolean: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...BOOLEANS, 'true', 'false'),
    fc.constantFrom(...NAMES).map((name) => `has_${name}`),
    fc
      .tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('number'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(fc.constantFrom(...NUMBERS), fc.constantFrom('<', '>='), fc.integer({ min: 0, max: 300 })).map((parts) => {
      return `(${parts.join(' ')})`
    }),
    fc
      .tuple(fc.constantFrom(...NUMBERS), fc.integer({ min: 1, max: 300 }))
      .map(([name, whole]) => `(${name} > -${whole})`),
    fc
      .tuple(tie('text'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('text'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie('text'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('text'))
      .map(([a, method, b]) => `${a}.${method}(${b})`),
    tie('text').map((a) => `(${a} in t)`),
    fc.tuple(tie('boolean'), fc.constantFrom('&&', '||'), tie('boolean')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('boolean').map((a) => `!${a}`),
  ),
}))

const reported = fc.record(
  {
    x: fc.double({ min: -300, max: 300, noNaN: true }),
    y: fc.integer({ min: 0, max: 300 }),
    z: fc.constantFrom(0, 1, 220),
    p: fc.boolean(),
    q: fc.boolean(),
    s: fc.constantFrom('', 'a', 'ab', 'b'),
    t: fc.constantFrom([], ['a'], ['ab', 'b'], ['b', '']),
  },
  { requiredKeys: [] },
)

const environment = new Environment()
const variables = new Map<string, Variable>()
const TYPES = { s: 'string', t: 'list<string>' } as const
for (const name of NAMES) {
  const type = NUMBERS.includes(name) ? 'double' : (TYPES[name as keyof typeof TYPES] ?? 'bool')
  environment.registerVariable(name, type)
  environment.registerVariable(`has_${name}`, 'bool')
  variables.set(name, { kind: 'input', name: KEYS[name] ?? name, type })
  variables.set(`has_${name}`, { kind: 'guard', name: KEYS[name] ?? name })
}
environment.registerVariable('any', 'dyn')
variables.set('any', { kind: 'input', name: 'any', type: 'dyn' })

describe('conditions that run directly', () => {
  it('give what the CEL library gives, also where inputs are unknown', () => {
    let known = 0
    let unknown = 0
    fc.assert(
      fc.property(boolean, reported, (expression, values) => {
        const parsed = environment.parse(expression)
        if (!parsed.check().valid) return
        const byKey = new Map(Object.entries(values).map(([name, value]) => [KEYS[name] ?? name, value]))
        const read = (key: string) => byKey.get(key)
        const direct = compileDirect(parsed.ast, variables)
        expect(direct).not.toBeNull()
        const expected = throughLibrary(parsed, variables, (error) => new Error(error.summary))(read)
        expect(direct!(read) ?? 'unknown').toBe(expected)
        if (expected === 'unknown') unknown += 1
        else known += 1
      }),
      { numRuns: 3_000, seed: 20_261_123 },
    )
    expect(known).toBeGreaterThan(500)
    expect(unknown).toBeGreaterThan(100)
  })

  it('leave to the library what needs more of CEL', () => {
    const parse = (expression: string) => environment.parse(expression).ast as CelNode
    expect(compileDirect(parse('[x, y].exists(each, each > 1.0)'), variables)).toBeNull()
    expect(compileDirect(parse('p ? q : has_x'), variables)).toBeNull()
    expect(compileDirect(parse('7 / 2 == 3'), variables)).toBeNull()
    expect(compileDirect(parse('t == t'), variables)).toBeNull()
    expect(compileDirect(parse('x in [1.0, 2.0]'), variables)).toBeNull()
    expect(compileDirect(parse('s.matches("a")'), variables)).toBeNull()
    expect(compileDirect(parse('s.constructor("a")'), variables)).toBeNull()
  })

  it('leave values of any type to the library, which compares no text with a number', () => {
    const parse = (expression: string) => environment.parse(expression).ast as CelNode
    for (const source of ['any > 1.0', 'p && any', '!any', 'any == s', 'any.startsWith("a")', 'any in t', '-any < x']) {
      expect(compileDirect(parse(source), variables)).toBeNull()
    }
    expect(compileDirect(parse('p || x > 1.0'), variables)).not.toBeNull()
  })
})
