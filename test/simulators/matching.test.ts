import { describe, expect, it } from 'vitest'
import { fits, isLike, matches } from '../../simulators/matching.ts'
import type { Fact } from '../../simulators/scenario.ts'

const fact: Fact = {
  ...{ atMs: 0, about: 'ticket', what: 'opened', of: 't1' },
  fields: { device: 'leak-b2', alarms: 3, priority: 'critical', assignee: null },
}

describe('a matcher', () => {
  it.each([
    ['critical', 'critical', true],
    ['critical', 'high', false],
    [null, null, true],
    [0, null, false],
    [3, { atLeast: 3 }, true],
    [2, { atLeast: 3 }, false],
    [3, { atMost: 3 }, true],
    [4, { atMost: 3 }, false],
    [null, { atMost: 3 }, false],
    ['a', { oneOf: ['a', 'b'] }, true],
    ['c', { oneOf: ['a', 'b'] }, false],
    ['a', { not: 'a' }, false],
    [null, { not: 'a' }, true],
    ['lift-3', { like: 'lift-*' }, true],
    [7, { like: '*' }, false],
  ] as const)('holds %j against %j: %s', (value, matcher, expected) => expect(fits(value, matcher)).toBe(expected))

  it.each([
    ['water_leak.wet', 'water*', true],
    ['water_leak.wet', '*.wet', true],
    ['water_leak.wet', 'w*leak*t', true],
    ['water_leak.wet', 'water', false],
    ['ab', 'ab*b', false],
    ['aXbXb', 'a*b', true],
    ['', '*', true],
    ['a*b', 'a*b', true],
  ])('takes %j for like %j: %s', (text, pattern, expected) => expect(isLike(text, pattern)).toBe(expected))
})

it('matches what is of its kind and fits in every field', () => {
  const pattern = { about: 'ticket', what: 'opened', where: {} } as const
  expect(matches(fact, pattern)).toBe(true)
  expect(matches(fact, { ...pattern, what: 'closed' })).toBe(false)
  expect(matches(fact, { ...pattern, about: 'alarm' })).toBe(false)
  expect(matches(fact, { ...pattern, where: { device: 'leak-b2', alarms: { atLeast: 3 } } })).toBe(true)
  expect(matches(fact, { ...pattern, where: { device: 'leak-b2', alarms: { atLeast: 4 } } })).toBe(false)
  expect(matches(fact, { ...pattern, where: { nothing: null } })).toBe(true)
})
