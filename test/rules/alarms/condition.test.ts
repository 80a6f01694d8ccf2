import { describe, expect, it } from 'vitest'
import { compileCondition, type Condition, type Truth } from '../../../rules/alarms/condition.ts'
import type { PointValue } from '../../../rules/model.ts'

function condition(source: string): Condition {
  const compiled = compileCondition(source)
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.condition
}

function evaluate(source: string, known: Record<string, PointValue> = {}): Truth {
  return condition(source).evaluate((name) => (Object.hasOwn(known, name) ? known[name] : undefined))
}

function reason(source: string): string {
  const compiled = compileCondition(source)
  if (compiled.ok) throw new Error(`${source} compiles`)
  return compiled.reason
}

describe('names in a condition', () => {
  it('takes the longest dotted chain that is a known point', () => {
    const known = { 'power.active': 1, 'power.active.l1': 100 }
    expect(evaluate('power.active > 50.0', known)).toBe(false)
    expect(evaluate('power.active.l1 > 50.0', known)).toBe(true)
    expect(evaluate('power.active < 50.0 && power.active.l1 > 50.0', known)).toBe(true)
    expect(condition('power.active.l1 > power.active').inputs).toEqual(['power.active.l1', 'power.active'])
  })

  it('keeps names apart that differ in a dot or an underscore only', () => {
    expect(evaluate('power_factor < 0.5 && power_factor.l1 > 0.5', { power_factor: 0.1, 'power_factor.l1': 0.9 })).toBe(
      true,
    )
  })

  it('calls a method on a point', () => {
    expect(evaluate('lift.floor_label.startsWith("B")', { 'lift.floor_label': 'B2' })).toBe(true)
    expect(condition('lift.floor_label.startsWith("B")').inputs).toEqual(['lift.floor_label'])
  })

  it('reads conditions and the device health as well as points', () => {
    expect(evaluate('water.leak', { 'water.leak': true })).toBe(true)
    expect(evaluate('batteryLow || batteryPercent <= 15.0', { batteryPercent: 15, batteryLow: false })).toBe(true)
  })

  it('compares a point with a whole number', () => {
    expect(evaluate('voltage.l1 > 230', { 'voltage.l1': 230.1 })).toBe(true)
    expect(evaluate('voltage.l1 > 230', { 'voltage.l1': 230 })).toBe(false)
  })

  it('leaves texts and comments as they stand', () => {
    const label = 'has(voltage.l1) power.active'
    const source = `lift.floor_label == "${label}"`
    expect(condition(source).inputs).toEqual(['lift.floor_label'])
    expect(evaluate(source, { 'lift.floor_label': label })).toBe(true)
    expect(evaluate(`lift.floor_label == '''${label}'''`, { 'lift.floor_label': label })).toBe(true)
    expect(evaluate(String.raw`lift.floor_label == "a\"water.leak"`, { 'lift.floor_label': 'a"water.leak' })).toBe(true)
    expect(condition('water.leak // or voltage.l1').inputs).toEqual(['water.leak'])
  })

  it('reads no point in the letters of a number', () => {
    expect(evaluate('voltage.l1 > 1.0e2', { 'voltage.l1': 101 })).toBe(true)
  })
})

describe('what was never reported', () => {
  it.each(['water.leak', '!water.leak', 'voltage.l1 < 22.0', 'voltage.l1 != 1.0', 'lift.floor_label == ""'])(
    'makes %s unknown, never false',
    (source) => {
      expect(evaluate(source)).toBe('unknown')
    },
  )

  it.each<[string, Truth]>([
    ['water.leak || voltage.l1 > 1.0', true],
    ['voltage.l1 > 1.0 || water.leak', true],
    ['water.leak && voltage.l1 > 9.0', false],
    ['voltage.l1 > 9.0 && water.leak', false],
    ['water.leak || voltage.l1 > 9.0', 'unknown'],
    ['voltage.l1 > 9.0 || water.leak', 'unknown'],
    ['water.leak && voltage.l1 > 1.0', 'unknown'],
    ['voltage.l1 > 1.0 && water.leak', 'unknown'],
    ['!(water.leak && voltage.l1 > 9.0)', true],
    ['voltage.l1 + voltage.l2 > 1.0', 'unknown'],
    ['voltage.l1 > 1.0 ? true : water.leak', true],
    ['voltage.l1 > 9.0 ? true : water.leak', 'unknown'],
  ])('is absorbed where the other side decides: %s is %s', (source, expected) => {
    expect(evaluate(source, { 'voltage.l1': 5 })).toBe(expected)
  })

  it('is what has() asks about', () => {
    expect(evaluate('has(voltage.l2)')).toBe(false)
    expect(evaluate('has( voltage.l2 )', { 'voltage.l2': 0 })).toBe(true)
    expect(evaluate('has(water.leak)', { 'water.leak': false })).toBe(true)
    expect(evaluate('has(voltage.l2) && voltage.l2 < 22.0')).toBe(false)
    expect(evaluate('!has(voltage.l2) || voltage.l2 < 22.0')).toBe(true)
    expect(condition('has(voltage.l2)').inputs).toEqual(['voltage.l2'])
  })
})

describe('a condition that is none', () => {
  it('is told in the names and at the place that the person wrote', () => {
    expect(reason('voltage.l1 > 3.0 && power.active.l2 == "x"')).toMatch(/at character 21: power\.active\.l2 == "x"/)
    expect(reason('has(voltage.l1) && voltage.l1 > 3.0 && nonsense')).toMatch(/nonsense, at character 40: nonsense/)
    expect(reason('voltage.l9 > 3.0')).toMatch(/voltage, at character 1: voltage\.l9/)
    expect(reason('water.leak &&& water.leak')).toMatch(/at character 14: & water\.leak/)
    expect(reason('voltage.l1 > ')).toMatch(/at the end/)
    for (const source of ['voltage.l1 > ', 'voltage.l1 == "x"', 'has(water.leak) + 1']) {
      expect(reason(source)).not.toMatch(/point_/)
    }
  })

  it('names what has() asks for where that is nothing known', () => {
    expect(reason('has(voltage.l9)')).toBe('voltage.l9 is not a known point or condition')
    expect(reason('has(foo)')).toBe('foo is not a known point or condition')
  })

  it('must be true or false', () => {
    expect(reason('voltage.l1 + 1.0')).toBe('a condition is true or false, this gives double')
    expect(reason('lift.floor_label')).toMatch(/gives string/)
  })

  it('is not too long, too deep or empty', () => {
    expect(reason(`water.leak || ${'!'.repeat(2_000)}water.leak`)).toMatch(/at most 2000 characters/)
    expect(reason(`${'('.repeat(200)}water.leak${')'.repeat(200)}`)).not.toBe('')
    expect(reason('')).not.toBe('')
  })
})
