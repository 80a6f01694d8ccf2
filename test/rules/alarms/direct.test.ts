import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CelNode, compileDirect, type Variable } from '../../../rules/alarms/direct.ts'
import { throughLibrary } from '../../../rules/alarms/condition.ts'
import type { PointValue } from '../../../rules/model.ts'

const NUMBERS = ['x', 'y', 'z']
const BOOLEANS = ['p', 'q']

const { boolean } = fc.letrec<{ number: string; boolean: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...NUMBERS),
    fc.double({ min: -300, max: 300, noNaN: true }).map((value) => `(${value.toFixed(2)})`),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('number').map((a) => `(-${a})`),
  ),
  boolean: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...BOOLEANS, 'true', 'false'),
    fc.constantFrom(...NUMBERS, ...BOOLEANS).map((name) => `has_${name}`),
    fc
      .tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('number'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(fc.constantFrom(...NUMBERS), fc.constantFrom('<', '>='), fc.integer({ min: 0, max: 300 })).map((parts) => {
      return `(${parts.join(' ')})`
    }),
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
  },
  { requiredKeys: [] },
)

const environment = new Environment()
const variables = new Map<string, Variable>()
for (const name of [...NUMBERS, ...BOOLEANS]) {
  environment.registerVariable(name, NUMBERS.includes(name) ? 'double' : 'bool')
  environment.registerVariable(`has_${name}`, 'bool')
  variables.set(name, { kind: 'input', name })
  variables.set(`has_${name}`, { kind: 'guard', name })
}

describe('conditions that run directly', () => {
  it('give what the CEL library gives, also where inputs are unknown', () => {
    let known = 0
    let unknown = 0
    fc.assert(
      fc.property(boolean, reported, (expression, values) => {
        const parsed = environment.parse(expression)
        if (!parsed.check().valid) return
        const read = (name: string) => (values as Record<string, PointValue | undefined>)[name]
        const direct = compileDirect(parsed.ast, variables)
        expect(direct).not.toBeNull()
        const expected = throughLibrary(parsed, variables)(read)
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
  })
})
