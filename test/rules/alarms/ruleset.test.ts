import { describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { compileRule, compileRules } from '../../../rules/alarms/ruleset.ts'
import type { Device } from '../../../rules/model.ts'
import { aDevice } from '../../support/messages.ts'

const input: RuleInput = {
  id: 'wet',
  kind: 'water_leak',
  title: { zh: '漏水', en: 'Wet' },
  priority: 'critical',
  category: 'water_leak',
  when: 'water.leak',
}
const SILENT: Partial<RuleInput> = { id: 'silent', when: undefined, silenceMs: 60_000 }
const compile = (...inputs: Partial<RuleInput>[]) =>
  compileRules(inputs.map((each) => parseRule({ ...input, ...each })))

describe('compiled rules', () => {
  it('name the rule and the place where a condition is wrong', () => {
    expect(() => compile({ when: 'water.leak && voltage.l1 == 3' })).toThrow(/rule wet, `when`: .*character 15/)
    expect(() => compile({ clear: 'voltage.l1' })).toThrow(/rule wet, `clear`: a condition is true or false/)
  })

  it('are found by the device kind and by what they read, once each', () => {
    const rules = compile(
      { id: 'one', when: 'water.leak && (water.leak || batteryLow)', clear: '!water.leak && has(batteryPercent)' },
      { id: 'two', when: 'batteryLow' },
      { id: 'lift', kind: 'elevator', when: 'elevator.entrapment' },
    )
    const sensor = aDevice('water_leak')
    const readers = (name: string) => rules.readers(sensor, name).map(({ rule }) => rule.id)
    expect(readers('water.leak')).toEqual(['one'])
    expect(readers('batteryLow')).toEqual(['one', 'two'])
    expect(readers('batteryPercent')).toEqual(['one'])
    expect(readers('elevator.entrapment')).toEqual([])
    expect(readers('toString')).toEqual([])
    expect(rules.byId.get('lift')?.rule.kind).toBe('elevator')
  })

  it('that watch for silence are found by the device kind', () => {
    const rules = compile({ id: 'silent', when: undefined, silenceMs: 60_000 }, { id: 'wet' })
    expect(rules.silence(aDevice('water_leak')).map(({ rule }) => rule.id)).toEqual(['silent'])
    expect(rules.silence(aDevice('elevator'))).toEqual([])
  })

  it('say of each condition what is wrong and where', () => {
    const faulty = {
      when: 'water.leak && voltage.l1 == "on"',
      clear: 'water.leek',
      with: { kind: 'pump', same: 'zone', when: 'pump.running &&' } as const,
    }
    const result = compileRule(parseRule({ ...input, ...faulty }))
    expect(result).toMatchObject({
      ok: false,
      errors: [
        { field: 'when', position: 14, expected: expect.stringMatching(/number/) as string },
        { field: 'clear', message: expect.stringMatching(/did you mean water\.leak\?/) as string, position: 0 },
        { field: 'with.when', message: expect.stringMatching(/not finished/) as string },
      ],
    })
  })

  it('read what their measures read, and have a condition for companions', () => {
    const rules = compile({
      kind: 'power_meter',
      when: 'warming > 0.5 && has(voltage.l1)',
      measures: { warming: { rate: 'temperature.device', overMs: 60_000 } },
      with: { kind: 'pump', same: 'building', when: 'pump.running' },
    })
    const found = rules.readers(aDevice('power_meter'), 'temperature.device')
    expect(found.map(({ inputs, companion }) => [inputs, companion?.inputs])).toEqual([
      [['voltage.l1', 'temperature.device'], ['pump.running']],
    ])
    expect(rules.readers(aDevice('power_meter'), 'pump.running')).toEqual([])
  })

  it('refuse a measure whose name means something else', () => {
    const measures = { size: { rate: 'temperature.device', overMs: 60_000 } }
    expect(() => compile({ when: 'size > 1.0', measures: { ...measures } })).not.toThrow()
    expect(() => compile({ measures: { 'a-b': measures.size } })).toThrow(/`measures\.a-b`: .*letters/)
    expect(() => compile({ measures: { batteryLow: measures.size } })).toThrow(/`measures\.batteryLow`: .*a point/)
  })
})

describe('the scope of a rule', () => {
  const place: Partial<Device> = { site: 'river', building: 'B2', zone: 'pumps', id: 'd-1', tags: ['cold', 'deep'] }
  const made: Partial<Device> = { vendor: 'Acme', model: 'X1', family: 'tasmota' }
  const device = aDevice('water_leak', { ...place, ...made })
  const reads = (scope: RuleInput['scope'], which = device) =>
    compile({ scope }, { id: 'other' })
      .readers(which, 'water.leak')
      .map(({ rule }) => rule.id)

  it.each<[RuleInput['scope'], boolean]>([
    [{}, true],
    [{ sites: ['hill', 'river'] }, true],
    [{ sites: ['hill'] }, false],
    [{ buildings: ['B2'] }, true],
    [{ buildings: ['B1'] }, false],
    [{ zones: ['pumps'] }, true],
    [{ zones: ['lobby'] }, false],
    [{ models: ['X1'], vendors: ['Acme'], families: ['tasmota'] }, true],
    [{ models: ['X2'], vendors: ['Acme'] }, false],
    [{ vendors: ['Other'] }, false],
    [{ families: ['shelly'] }, false],
    [{ devices: ['d-1'] }, true],
    [{ devices: ['d-2'] }, false],
    [{ tags: ['deep', 'new'] }, true],
    [{ tags: ['new'] }, false],
    [{ sites: ['river'], tags: ['new'] }, false],
  ])('%j has the device: %s', (scope, expected) => {
    expect(reads(scope)).toEqual(expected ? ['wet', 'other'] : ['other'])
  })

  it('lets nothing through that a device does not say of itself', () => {
    expect(reads({ buildings: ['B2'] }, aDevice('water_leak'))).toEqual(['other'])
  })

  it('is asked again of a device that has changed, and holds for silence too', () => {
    const rules = compile({ scope: { tags: ['deep'] } }, { ...SILENT, scope: { tags: ['new'] } })
    const ids = (which: Device) =>
      [...rules.readers(which, 'water.leak'), ...rules.silence(which)].map(({ rule }) => rule.id)
    expect([ids(device), ids(device)]).toEqual([['wet'], ['wet']])
    expect(ids({ ...device, tags: ['new'] })).toEqual(['silent'])
    expect(ids({ ...device, tags: ['new', 'deep'] })).toEqual(['wet', 'silent'])
  })
})
