import { expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { compileRules } from '../../../rules/alarms/ruleset.ts'
import { aDevice } from '../../support/messages.ts'

const rule = (id: string, when: string, rest: Partial<RuleInput> = {}) =>
  parseRule({ id, kind: 'power_meter', title: { zh: id, en: id }, priority: 'low', category: 'power', when, ...rest })
const rules = compileRules([
  rule('high', 'voltage.l1 > 240.0 || voltage.l2 > 240.0'),
  rule('cut', 'meter.power_outage && voltage.l1 < 20.0'),
  rule('weak', 'batteryLow'),
])
const meter = aDevice('power_meter')
const met = (points: string[], codes: string[] = [], health = {}) =>
  rules
    .readersOf(
      meter,
      {
        measurements: points.map((name) => ({ name, value: 1, unit: null })),
        conditions: codes.map((code) => ({ code, state: 'active' as const })),
        health,
      },
      () => true,
    )
    .map(({ rule }) => rule.id)

it('are those of all that a message brings, each once, whatever came before', () => {
  expect(met(['voltage.l1', 'voltage.l2'])).toEqual(['high', 'cut'])
  expect(met(['voltage.l2', 'voltage.l1'], ['meter.power_outage'], { batteryLow: true })).toEqual([
    'high',
    'cut',
    'weak',
  ])
  expect(met(['voltage.l2'])).toEqual(['high'])
  expect(met([], ['meter.power_outage'])).toEqual(['cut'])
  expect(met(['frequency', 'voltage.l1', 'frequency'])).toEqual(['high', 'cut'])
  expect(met(['frequency'], ['meter.fire'], { rssi: 1 })).toEqual([])
})

it('are found for messages that never come alike, too', () => {
  const names = Array.from({ length: 30 }, (_, index) => `own.p${index}`)
  const many = compileRules(names.map((name) => rule(name.replace('own.', ''), `has(${name})`)))
  const wrong: string[][] = []
  for (let round = 0; round < 9_000; round++) {
    const brought = [round, Math.floor(round / 30), Math.floor(round / 900)].map((at) => names[at % names.length]!)
    const measurements = brought.map((name) => ({ name, value: round, unit: null }))
    const found = many
      .readersOf(meter, { measurements, conditions: [], health: {} }, () => true)
      .map(({ rule }) => `own.${rule.id}`)
    if (found.join() !== [...new Set(brought)].join()) wrong.push(brought)
  }
  expect(wrong).toEqual([])
})

it('of what is told again are those that time or a repetition moves', () => {
  const mean = { mean: { average: 'power.active', overMs: 60_000 } }
  const moved = compileRules([
    rule('plain', 'power.active > 5.0'),
    rule('step', 'power.active - previous(power.active) > 5.0'),
    rule('mean', 'mean > 5.0', { measures: mean }),
    rule('pair', 'power.active > 5.0', { with: { kind: 'pump', same: 'zone', when: 'pump.running' } }),
  ])
  const told = { measurements: [{ name: 'power.active', value: 1, unit: null }], conditions: [], health: {} }
  const ids = (isNews: boolean) => moved.readersOf(meter, told, () => isNews).map((each) => each.rule.id)
  expect(ids(true)).toEqual(['plain', 'step', 'mean', 'pair'])
  expect(ids(false)).toEqual(['step', 'mean', 'pair'])
})
