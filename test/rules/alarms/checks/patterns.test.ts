import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { refusedPattern } from '../../../../rules/alarms/checks/patterns.ts'

describe('a pattern of matches()', () => {
  it.each([
    '^B[0-9]+$',
    '^[A-Z]+-[0-9]+(-[a-z]+)?$',
    '(?:ab){2,5}',
    'a.b*c+',
    String.raw`^\d{4}-\d{2}$`,
    '[*+?(){}]{3}',
    String.raw`\(a+\)+`,
    '^(泵房|机房)',
    '{',
    'a?b?c?d?e?',
  ])('%s runs', (pattern) => {
    expect(refusedPattern(pattern)).toBeNull()
  })

  it.each<[string, RegExp]>([
    ['(a+)+$', /repeat a group/],
    ['(a*)*', /repeat a group/],
    ['(a?)*', /repeat a group/],
    ['(a|a)*$', /repeat a group/],
    ['(?:a+){20}', /repeat a group/],
    ['((a+))+', /repeat a group/],
    ['(x(a|b)y)+', /repeat a group/],
    ['(?<name>a+)+?', /repeat a group/],
    ['(?=a+)+', /repeat a group/],
    [String.raw`(a)\1`, /refer back/],
    [String.raw`(?<x>a)\k<x>`, /refer back/],
    ['a*b*c*d*', /at most 3 repetitions .*, this has 4/],
    ['a?a?a?a?a?a?', /at most 5 optional parts .*, this has 6/],
    ['[', /no regular expression/],
    ['(', /no regular expression/],
    ['a'.repeat(101), /at most 100 characters, this has 101/],
  ])('%s is refused', (pattern, expected) => {
    expect(refusedPattern(pattern)).toMatch(expected)
  })

  const onHostileText = (pattern: string, timeout: number) =>
    runInNewContext(
      'pattern.test(text)',
      { pattern: new RegExp(pattern), text: `${'a'.repeat(64)}!` },
      {
        timeout,
      },
    ) as boolean

  it('that is allowed ends on a hostile text, where one that is refused would take for ever', () => {
    for (const pattern of ['a*a*a*$', '(a+)?a*a*b', '.*.*.*x', 'a?a?a?a?a?a*a*a*$']) {
      expect(refusedPattern(pattern)).toBeNull()
      onHostileText(pattern, 20_000)
    }
    expect(() => onHostileText('(a+)+$', 200)).toThrow('timed out')
  })
})
