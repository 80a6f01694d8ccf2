import { describe, expect, it } from 'vitest'
import { type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { MINUTE } from '../../support/engine.ts'
import { deviceBench } from '../../support/messages.ts'

const rule = (extra: Partial<RuleInput>): RuleInput => ({
  id: 'high',
  kind: 'power_meter',
  title: { zh: '高', en: 'High' },
  priority: 'high',
  category: 'power',
  ...extra,
})
const volts = (volt: number) => ({ values: { 'voltage.l1': volt } })

describe('a previous value', () => {
  it('is the reading before the last one, and unknown before there are two', () => {
    const meter = deviceBench('power_meter', [rule({ when: 'previous(voltage.l1) - voltage.l1 > 20.0' })])
    meter.say(volts(200))
    meter.say(volts(230))
    meter.say({ values: { 'current.l1': 1 } })
    expect(meter.raised).toEqual([])
    meter.say(volts(205))
    expect(meter.raised).toEqual(['high'])
    meter.say(volts(205))
    expect(meter.alarms.get('high')).toMatchObject({ state: 'rtn_unacked' })
  })

  it('of a condition is what it was reported as before; a pulse before is no longer true', () => {
    const when = 'meter.fire && has(previous(meter.fire)) && !previous(meter.fire)'
    const meter = deviceBench('power_meter', [rule({ when })])
    meter.say({ pulses: ['meter.fire'] })
    meter.say({ pulses: ['meter.fire'] })
    expect(meter.raised).toEqual([])
    meter.say({ levels: { 'meter.fire': false } })
    meter.say({ levels: { 'meter.fire': true } })
    expect(meter.raised).toEqual(['high'])
  })
})

describe('a fact of the device', () => {
  const raised = (when: string, about: Parameters<typeof deviceBench>[2]) => {
    const meter = deviceBench('power_meter', [rule({ when: `voltage.l1 > 235.0 && ${when}` })], about)
    meter.say(volts(240))
    return meter.raised.length === 1
  }

  it.each([
    ['device.id == "d"', {}],
    ['device.kind == "power_meter"', {}],
    ['device.model.startsWith("DTSD")', { model: 'DTSD1352' }],
    [
      'device.building == "B1" && device.zone == "Z" && device.gateway == "g"',
      { building: 'B1', zone: 'Z', gateway: 'g' },
    ],
    ['"cold" in device.tags', { tags: ['warm', 'cold'] }],
  ])('is read: %s', (when, about) => {
    expect(raised(when, about)).toBe(true)
    expect(raised(`!(${when})`, about)).toBe(false)
  })

  it('that nobody set is unknown', () => {
    expect(raised('!has(device.building) && !has(device.location)', {})).toBe(true)
    expect(raised('device.model != "x"', {})).toBe(false)
  })
})

describe('a measure', () => {
  const slope: RuleInput = rule({
    when: 'slope > 1.0',
    measures: { slope: { rate: 'power.active', overMs: 10 * MINUTE }, unread: { rate: 'frequency', overMs: MINUTE } },
  })
  const power = (watt: number) => ({ values: { 'power.active': watt } })

  it('is met where one of its inputs comes', () => {
    const meter = deviceBench('power_meter', [slope])
    meter.say(power(0))
    meter.now += MINUTE
    meter.say(power(61))
    expect(meter.raised).toEqual(['high'])
    meter.now += MINUTE
    meter.say(power(61))
    expect(meter.alarms.get('high')).toMatchObject({ active: false })
  })

  it('is remembered for the rules that read it, and for devices that they speak of', () => {
    const meter = deviceBench('power_meter', [slope])
    const own = meter.state.measures.size
    meter.say({ values: { 'power.active': 1, frequency: 50 } })
    expect([...meter.state.measures.keys()].slice(own)).toEqual(['overMs=600000 rate=power.active'])
    const lift = deviceBench('elevator', [slope])
    lift.say(power(1))
    expect(lift.state.measures.size).toBe(0)
  })
})
