import { describe, expect, it } from 'vitest'
import { checkRule } from '../../../../rules/alarms/checks/rule.ts'
import { shippedRules } from '../../../../rules/alarms/defaults.ts'
import type { RuleInput } from '../../../../rules/alarms/rule-schema.ts'

const METER: RuleInput = {
  id: 'mine.load',
  kind: 'power_meter',
  title: { zh: '负载', en: 'Load' },
  priority: 'high',
  category: 'power',
  when: 'power.active > 5000.0',
}
const NOW = Date.UTC(2026, 5, 1)
const check = (extra: Partial<RuleInput>, now = NOW) => checkRule({ ...METER, ...extra }, now)
const errorsOf = (extra: Partial<RuleInput>) => {
  const result = check(extra)
  return result.ok ? [] : result.errors
}
const told = (extra: Partial<RuleInput>) => check(extra).warnings.map(({ field, message }) => `${field}: ${message}`)

describe('a rule that is checked', () => {
  it('is fine where nothing is odd, as every shipped rule is', () => {
    expect(check({})).toMatchObject({ ok: true, warnings: [], rule: { id: 'mine.load', latch: false } })
    for (const rule of shippedRules)
      expect([rule.id, checkRule(rule, NOW)]).toMatchObject([rule.id, { ok: true, warnings: [] }])
  })

  it('is refused with the place, and what was expected there', () => {
    expect(errorsOf({ when: 'has(voltage.l1) && voltage.l1 > "230"' })).toEqual([
      {
        field: 'when',
        message: expect.stringMatching(/a number is compared with a text/) as string,
        position: expect.any(Number) as number,
        expected: expect.stringMatching(/without quotes/) as string,
      },
    ])
    expect(errorsOf({ levels: [{ priority: 'critical', when: 'power.active >' }] })).toMatchObject([
      { field: 'levels[0].when', message: expect.stringMatching(/not finished/) as string, position: 14 },
    ])
    expect(errorsOf({ when: 'elevator.trapped' })).toMatchObject([
      { field: 'when', message: expect.stringMatching(/not a known/) as string, position: 0 },
    ])
    expect(errorsOf({ when: Array(4).fill('[1.0].exists(x, x > power.active)').join(' || ') })).toMatchObject([
      {
        field: 'when',
        message: expect.stringMatching(/at most 3 of exists/) as string,
        position: expect.any(Number) as number,
      },
    ])
    expect(errorsOf({ onDelayMs: -1, category: 'A' }).map(({ field }) => field)).toEqual(['category', 'onDelayMs'])
  })

  it('is refused where it is certain that it would never clear', () => {
    expect(errorsOf({ when: 'power.active > 5.0 || power.active <= 5.0 || !has(power.active)' })).toMatchObject([
      { field: 'when', message: expect.stringMatching(/never clear/) as string },
    ])
    const further = { priority: 'critical' as const, when: 'power.active > 9.0', clear: 'false' }
    expect(errorsOf({ levels: [further] })).toMatchObject([{ field: 'levels[0].clear' }])
  })

  it('is warned about a point that nobody knows, with its place and the nearest name', () => {
    const result = check({ when: 'power.active > 1.0 && curent.l1 > 5.0' })
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        { field: 'when', position: 22, message: expect.stringMatching(/did you mean current\.l1\?/) as string },
      ],
    })
  })

  it.each<[string, Partial<RuleInput>, RegExp[]]>([
    ['never raises', { when: 'power.active > 5.0 && power.active < 3.0' }, [/^when: never raises/]],
    ['raises and clears at once', { clear: 'power.active < 6000.0' }, [/^clear: .*at the same time/]],
    ['reads facts alone', { when: "device.model == 'X1'" }, [/^when: never raises: .*facts/]],
    [
      'is said of a level',
      { levels: [{ priority: 'critical', when: 'power.active > 5.0 && power.active < 3.0' }] },
      [/^levels\[0\]\.when: never raises/],
    ],
    [
      'asks companions what they never say',
      { with: { kind: 'pump', same: 'zone', when: 'pumb.speed > 1.0 && pumb.speed < 0.5' } },
      [/^with\.when: pumb\.speed is no point/, /^with\.when: never raises/],
    ],
    ['has companions that always agree', { with: { kind: 'pump', same: 'zone', when: 'true' } }, [/^with\.when: /]],
    [
      'has a rate and no on-delay',
      { when: 'rising > 10.0', measures: { rising: { rate: 'power.active', overMs: 60_000 } } },
      [/^onDelayMs: rising is a rate/],
    ],
    [
      'has a rate with an on-delay, of a point that nobody knows',
      { when: 'rising > 10.0', onDelayMs: 5_000, measures: { rising: { rate: 'power.activ', overMs: 60_000 } } },
      [/^measures\.rising: power\.activ is no point .*power\.active/],
    ],
    [
      'has a measure that nothing reads',
      { measures: { mean: { average: 'power.active', overMs: 60_000 } } },
      [/^measures\.mean: no condition reads it/],
    ],
    [
      'watches a point that nobody knows',
      { when: undefined, silenceMs: 60_000, silenceOf: 'voltage.l4x' },
      [/^silenceOf: voltage\.l4x is no point/],
    ],
    [
      'mutes its own kind',
      { suppresses: { same: 'building', rules: ['elevator.offline', 'mine.*'] } },
      [/^suppresses\.rules\[1\]: mine\.\* means this rule too/],
    ],
    [
      'mutes all that ends like itself',
      { suppresses: { same: 'building', rules: ['*.load'] } },
      [/^suppresses\.rules\[0\]: \*\.load means this rule too/],
    ],
    ['mutes others alone', { suppresses: { same: 'building', rules: ['elevator.*'] } }, []],
  ])('is warned where it %s', (_what, extra, expected) => {
    expect(told(extra)).toEqual(expected.map((each) => expect.stringMatching(each) as unknown))
  })

  it('is warned where the holidays of its windows are not known', () => {
    const windows = (day: 'workday' | 'sat') => ({
      calendar: [
        { from: '22:00', to: '06:00' },
        { days: [day], from: '08:00', to: '18:00' },
      ],
    })
    const warned = (day: 'workday' | 'sat', now: number) => check(windows(day), now).warnings
    const unknown = Date.UTC(2126, 0, 1)
    expect(warned('workday', NOW)).toEqual([])
    expect(warned('sat', unknown)).toEqual([])
    const [warning] = warned('workday', unknown)
    expect(warning).toMatchObject({
      field: 'calendar[1].days',
      message: expect.stringMatching(/holidays of 2126/) as string,
    })
  })
})
