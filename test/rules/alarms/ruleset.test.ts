import { describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { compileRules } from '../../../rules/alarms/ruleset.ts'
import { deviceOf } from '../../support/messages.ts'

const input: RuleInput = {
  id: 'wet',
  kind: 'water_leak',
  title: { zh: '漏水', en: 'Wet' },
  priority: 'critical',
  category: 'water_leak',
  when: 'water.leak',
}
const sensor = deviceOf('water_leak')
const compile = (...inputs: Partial<RuleInput>[]) =>
  compileRules(inputs.map((each) => parseRule({ ...input, ...each })))

describe('a rule as a person writes it', () => {
  it('takes the defaults for what is left out', () => {
    expect(parseRule(input)).toEqual({
      ...input,
      opensTicket: false,
      onDelayMs: 0,
      offDelayMs: 0,
      pulseHoldMs: 600_000,
      reAlarmMs: null,
      acknowledgementExpiresMs: null,
      latch: false,
      enabled: true,
    })
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown key', { onDelay: 5 }, /onDelay/],
    ['an unknown kind', { kind: 'toaster' }, /kind/],
    ['an unknown priority', { priority: 'urgent' }, /priority/],
    ['a delay below zero', { onDelayMs: -1 }, /onDelayMs/],
    ['a delay that is not whole', { offDelayMs: 0.5 }, /offDelayMs/],
    ['an id with a blank', { id: 'a b' }, /id/],
    ['neither condition nor silence', { when: undefined }, /either `when` or `silenceMs`/],
    ['both condition and silence', { silenceMs: 5_000 }, /either `when` or `silenceMs`/],
    ['no Chinese title', { title: { zh: '', en: 'Wet' } }, /zh/],
  ])('is refused with %s', (_name, extra, why) => {
    expect(() => parseRule({ ...input, ...extra })).toThrow(why)
  })
})

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
    expect(rules.silence(sensor).map(({ rule }) => rule.id)).toEqual(['silent'])
    expect(rules.silence(deviceOf('elevator'))).toEqual([])
  })
})
