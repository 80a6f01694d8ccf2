import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { MINUTE, SECOND } from '../../support/engine.ts'
import { type DeviceBench, deviceBench } from '../../support/messages.ts'

const title = { zh: '过压', en: 'High' }
const meterRule = (extra: Partial<RuleInput>): RuleInput => ({
  id: 'high',
  kind: 'power_meter',
  title,
  priority: 'high',
  category: 'power',
  when: 'voltage.l1 > 235.4',
  ...extra,
})
const bench = (...rules: Partial<RuleInput>[]): DeviceBench => deviceBench('power_meter', rules.map(meterRule))
const volts = (volt: number) => ({ values: { 'voltage.l1': volt } })

describe('a message', () => {
  it('meets the rules that read what it brings, over everything that is known', () => {
    const meter = bench({ when: 'voltage.l1 > 235.4 && current.l1 > 10.0' })
    meter.say({ values: { 'current.l1': 20 } })
    expect(meter.raised).toEqual([])
    meter.say(volts(240))
    expect(meter.raised).toEqual(['high'])
  })

  it('tells the value of what was seen first in the condition', () => {
    const meter = bench({})
    meter.say(volts(240.5))
    expect(meter.alarms.get('high')).toMatchObject({ value: 240.5, device: 'd', site: 'default' })
  })

  it('of history, or of a will, alarms nothing', () => {
    const meter = bench({})
    meter.say({ ...volts(240), live: false })
    expect(meter.raised).toEqual([])
    expect(meter.state.points.size).toBe(0)
  })

  it('with an unknown result leaves the alarm as it is', () => {
    const meter = bench({ when: 'meter.fire || meter.short_circuit' })
    meter.say({ levels: { 'meter.fire': true } })
    const raised = meter.alarms.get('high')
    expect(raised?.state).toBe('unacked')
    meter.say({ levels: { 'meter.fire': false } })
    expect(meter.alarms.get('high')).toBe(raised)
    meter.say({ levels: { 'meter.short_circuit': false } })
    expect(meter.alarms.get('high')).toMatchObject({ state: 'rtn_unacked' })
  })

  it('that changes nothing answers no step', () => {
    const meter = bench({})
    expect(meter.say(volts(230))).toEqual([])
  })
})

describe('a clear condition', () => {
  const deadband = { clear: 'voltage.l1 <= 233.0', onDelayMs: 10 * SECOND }

  it('keeps what is raised up until it is true', () => {
    const meter = bench(deadband)
    meter.say(volts(240))
    meter.pass(10 * SECOND)
    expect(meter.raised).toEqual(['high'])
    meter.say(volts(235))
    expect(meter.alarms.get('high')).toMatchObject({ state: 'unacked', active: true })
    meter.say(volts(233))
    expect(meter.alarms.get('high')).toMatchObject({ state: 'rtn_unacked', active: false })
  })

  it('does not stand for the condition during the on-delay: a short peak into the deadband raises nothing', () => {
    const meter = bench(deadband)
    meter.say(volts(236))
    meter.pass(1 * SECOND)
    meter.say(volts(235))
    meter.pass(30 * SECOND)
    expect(meter.raised).toEqual([])
    expect(meter.alarms.size).toBe(0)
  })
})

describe('a delay that ran out before the message came', () => {
  it('has raised the alarm, though no tick looked in between', () => {
    const meter = bench({ onDelayMs: 10 * SECOND })
    meter.say(volts(240))
    meter.now += 10 * SECOND + 500
    const steps = meter.say(volts(230))
    expect(steps.map(({ events }) => events)).toEqual([['raised', 'returned']])
    expect(meter.alarms.get('high')).toMatchObject({ state: 'rtn_unacked', count: 1 })
  })

  it('has returned it: what comes then is another occurrence', () => {
    const meter = bench({ offDelayMs: 2 * SECOND })
    meter.say(volts(240))
    meter.say(volts(230))
    meter.now += 2 * SECOND
    meter.say(volts(240))
    expect(meter.raised).toEqual(['high', 'high'])
    expect(meter.alarms.get('high')).toMatchObject({ count: 2 })
  })
})

describe('a pulse', () => {
  const rule = { when: '(has(meter.fire) && meter.fire) || (has(voltage.l1) && voltage.l1 > 235.4)' }
  const pulse = { pulses: ['meter.fire'] }

  it('holds, whatever else the device says meanwhile', () => {
    const meter = bench(rule)
    meter.say(pulse)
    meter.pass(5 * SECOND)
    meter.say(volts(230))
    expect(meter.alarms.get('high')).toMatchObject({ state: 'unacked', active: true })
    meter.pass(10 * MINUTE - 5 * SECOND - 1)
    expect(meter.alarms.get('high')).toMatchObject({ state: 'unacked', active: true })
    meter.pass(1)
    expect(meter.alarms.get('high')).toMatchObject({ state: 'rtn_unacked', active: false })
  })

  it('is raised after an on-delay, though the device says other things meanwhile', () => {
    const meter = bench({ ...rule, onDelayMs: 10 * SECOND })
    meter.say(pulse)
    meter.pass(5 * SECOND)
    meter.say(volts(230))
    meter.pass(5 * SECOND)
    expect(meter.raised).toEqual(['high'])
  })

  it('ends where the device clears that very condition', () => {
    const meter = bench(rule)
    meter.say(pulse)
    meter.say({ levels: { 'meter.fire': false } })
    expect(meter.alarms.get('high')).toMatchObject({ state: 'rtn_unacked' })
  })

  it('is nothing lasting: afterwards the condition is unknown, neither true nor false', () => {
    const meter = bench({ when: 'meter.fire && voltage.l1 > 100.0' })
    meter.say(pulse)
    meter.say(volts(230))
    expect(meter.raised).toEqual([])
  })
})

describe('a rule that fails', () => {
  it('is told, and stops no other', () => {
    const when = 'int(tariff.code) > 3 && voltage.l1 > 0.0'
    const meter = bench({ id: 'bad', when }, { id: 'good' })
    meter.say({ values: { 'voltage.l1': 240, 'tariff.code': 'night' } })
    expect(meter.raised).toEqual(['good'])
    expect(meter.faults).toEqual([{ rule: 'bad', message: expect.any(String) as string }])
  })

  it('leaves its alarm as it is', () => {
    const meter = bench({ id: 'bad', when: 'int(tariff.code) > 3' })
    meter.say({ values: { 'tariff.code': '4' } })
    const raised = meter.alarms.get('bad')
    meter.say({ values: { 'tariff.code': 'night' } })
    expect(raised?.state).toBe('unacked')
    expect(meter.alarms.get('bad')).toBe(raised)
  })
})

describe('silence', () => {
  const silent: Partial<RuleInput> = { id: 'silent', silenceMs: 15 * MINUTE }
  const make = (extra: Partial<RuleInput> = {}) => {
    const { when: _, ...rule } = meterRule({ ...silent, ...extra })
    return deviceBench('power_meter', [rule])
  }

  it('raises after its timeout, not exactly at it', () => {
    const meter = make()
    meter.say(volts(230))
    meter.pass(15 * MINUTE)
    expect(meter.raised).toEqual([])
    meter.pass(1)
    expect(meter.raised).toEqual(['silent'])
  })

  it('is three missed reports where the device tells its interval', () => {
    const meter = make()
    meter.say({ health: { reportIntervalS: 60 } })
    meter.pass(3 * MINUTE)
    expect(meter.raised).toEqual([])
    meter.pass(1)
    expect(meter.raised).toEqual(['silent'])
  })

  it('is not what a device has that never spoke', () => {
    const meter = make()
    meter.pass(1_000 * MINUTE)
    expect(meter.raised).toEqual([])
  })

  it('ends with anything the device itself says, not with what others say for it', () => {
    const meter = make()
    meter.say(volts(230))
    meter.pass(15 * MINUTE + 1)
    meter.say({ levels: { 'device.offline': true }, heard: false })
    expect(meter.alarms.get('silent')).toMatchObject({ state: 'unacked', active: true })
    meter.say({})
    expect(meter.alarms.get('silent')).toMatchObject({ state: 'rtn_unacked', active: false })
  })

  it('raises again when the device goes silent again, also where nobody acknowledged the first time', () => {
    const meter = make()
    meter.say(volts(230))
    meter.pass(15 * MINUTE + 1)
    meter.say(volts(230))
    meter.pass(15 * MINUTE + 1)
    expect(meter.raised).toEqual(['silent', 'silent'])
    expect(meter.alarms.get('silent')).toMatchObject({ state: 'unacked', count: 2 })
  })

  it('raises once, however often time is looked at', () => {
    const meter = make({ onDelayMs: 10 * SECOND })
    meter.say(volts(230))
    for (let minute = 0; minute < 30; minute++) meter.pass(MINUTE)
    expect(meter.raised).toEqual(['silent'])
    expect(meter.alarms.get('silent')).toMatchObject({ messages: 1, count: 1 })
  })
})
