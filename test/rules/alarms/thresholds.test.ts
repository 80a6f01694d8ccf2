import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../../rules/alarms/condition.ts'
import { shippedRules } from '../../../rules/alarms/defaults.ts'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import { compileRule } from '../../../rules/alarms/ruleset.ts'
import { type Threshold, thresholdsOf } from '../../../rules/alarms/thresholds.ts'

const shown = ({ key, value, above, of, priority }: Threshold) =>
  `${priority} ${of} ${key} ${above ? '>' : '<'} ${value}`

function ofRule(input: object): string[] {
  const result = compileRule(parseRule(input))
  if (!result.ok) throw new Error(JSON.stringify(result.errors))
  return thresholdsOf(result.compiled).map(shown)
}

/** What a condition compares, in short: `voltage.l1 > 235.4`. */
function limits(source: string, measures: string[] = []): string[] {
  const result = compileCondition(source, { measures: new Set(measures) })
  if (!result.ok) throw new Error(result.reason)
  return result.condition.limits.map(({ key, value, above }) => `${key} ${above ? '>' : '<'} ${value}`)
}

const eachPhase = (line: (phase: string) => string) => ['l1', 'l2', 'l3'].map((phase) => line(`voltage.${phase}`))
const dead = (priority: string) => eachPhase((voltage) => `${priority} raise ${voltage} < 22`)
const alive = (priority: string) => eachPhase((voltage) => `${priority} raise ${voltage} > 176`)

describe('the thresholds of the shipped rules', () => {
  it('are these, and the others have none', () => {
    const found = shippedRules.map((rule): [string, string[]] => [rule.id, ofRule(rule)])
    expect(Object.fromEntries(found.filter(([, lines]) => lines.length > 0))).toEqual({
      'water_leak.battery_low': ['low raise batteryPercent < 15', 'low clear batteryPercent > 20'],
      'power_meter.supply_lost': dead('critical'),
      'power_meter.main_supply_lost': dead('critical'),
      'power_meter.phase_lost': [...dead('high'), ...alive('high')],
      'power_meter.over_voltage': [
        ...eachPhase((voltage) => `high raise ${voltage} > 235.4`),
        ...eachPhase((voltage) => `high clear ${voltage} < 233`),
      ],
      'power_meter.under_voltage': [
        ...eachPhase((voltage) => `high raise ${voltage} < 198`).flatMap((line) => [
          line,
          line.replace('< 198', '> 22'),
        ]),
        ...eachPhase((voltage) => `high clear ${voltage} > 200`).flatMap((line) => [
          line,
          line.replace('> 200', '< 22'),
        ]),
      ],
      'power_meter.unbalance': [
        ...alive('medium'),
        'medium raise voltage.unbalance > 4',
        ...alive('low'),
        'low raise voltage.unbalance > 2',
      ],
      'power_meter.residual_rising': ['low raise current.residual.trend > 0.01'],
      'power_meter.night_consumption': ['low raise energy.active.night > 5000'],
      'power_meter.residual_current': ['high raise current.residual > 0.3'],
      'power_meter.over_temperature': ['high raise temperature.device > 80', 'high clear temperature.device < 75'],
      'service.failing_rules': ['high raise service.failing_rules > 0'],
      'service.escalation_late': ['high raise service.late_steps > 0'],
    })
  })
})

describe('the limits of a condition', () => {
  it.each([
    ['a number on either side', '5.0 < current.l1 || current.l2 <= -1.5', ['current.l1 > 5', 'current.l2 < -1.5']],
    ['a whole number', 'leak.count >= 3', ['leak.count > 3']],
    ['one behind has()', 'has(voltage.l1) && voltage.l1 > 250.0', ['voltage.l1 > 250']],
    ['one under !', '!(has(voltage.l1) && voltage.l1 <= 250.0)', ['voltage.l1 > 250']],
    ['one under two !', '!(!(voltage.l1 > 250.0))', ['voltage.l1 > 250']],
    [
      'each of a choice',
      'has(power.active) && power.active > 10.0 ? current.l1 > 7.0 : current.l1 > 9.0',
      ['power.active > 10', 'current.l1 > 7', 'current.l1 > 9'],
    ],
    [
      'the same one once',
      'voltage.l1 > 250.0 || (voltage.l1 > 250.0 && voltage.l2 < 1.0)',
      ['voltage.l1 > 250', 'voltage.l2 < 1'],
    ],
    ['nothing of a sum', 'voltage.l1 - voltage.l2 > 5.0', []],
    ['nothing of two points', 'current.l1 > current.rated', []],
    ['nothing of an equality', 'voltage.l1 == 0.0 || voltage.l2 != 0.0', []],
    ['nothing of a text', 'lift.floor_label > "B1"', []],
    ['nothing of the value before', 'previous(voltage.l1) > 5.0', []],
    ['nothing of a condition', 'water.leak', []],
  ])('have %s', (_what, source, expected) => {
    expect(limits(source)).toEqual(expected)
  })

  it('have a measure of the rule under its name', () => {
    expect(limits('slope > 0.5 && voltage.l1 < 9.0', ['slope'])).toEqual(['measure:slope > 0.5', 'voltage.l1 < 9'])
  })
})
