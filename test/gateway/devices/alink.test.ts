import { describe, expect, it } from 'vitest'
import { decodedOf, pointsOf, restarted, statesOf } from '../../support/family-message.ts'
import { plainMemory } from '../../support/memory.ts'

const TOPIC = '/sys/PK/D1/thing/event/property/post'
const post = (params: unknown, more: object = {}, id = '1') =>
  decodedOf({ topic: TOPIC, payload: { id, version: '1.0', method: 'thing.event.property.post', params }, ...more })
const T = 1_710_000_000_123

describe('properties', () => {
  it.each([
    [
      { voltage_read: 220.3, electric_read: '5.2' },
      { 'voltage.l1': 220.3, 'current.l1': 5.2 },
    ],
    [
      { Voltage: { value: 230, time: T }, Current: { value: 1, time: T } },
      { 'voltage.l1': 230, 'current.l1': 1 },
    ],
    [
      { Ua: 1, Ub: 2, Uc: 3, Ia: 4 },
      { 'voltage.l1': 1, 'voltage.l2': 2, 'voltage.l3': 3, 'current.l1': 4 },
    ],
    [
      { frequency: 50, 'energy.active.import': 7 },
      { frequency: 50, 'energy.active.import': 7 },
    ],
    [{ power: 5, ActivePower: 7 }, {}],
  ])('%j', (params, points) => expect(pointsOf(post(params))).toEqual(points))

  it('the site tells what is not beyond doubt', () => {
    const binding = { fields: { power: 'power.active (kW)' }, codes: { E1: 'meter.fire' } }
    const decoded = post({ power: 0.5, E1: 1 }, { binding })
    expect(pointsOf(decoded)).toEqual({ 'power.active': 500 })
    expect(statesOf(decoded)).toEqual(['meter.fire active'])
    expect(post({ power: 5 }).warnings).toContain('unmapped_property:power')
  })

  it('flags count where they call themselves alarms: a setting is none', () => {
    const decoded = post({ over_voltage_alarm: 1, leakage_fault: 0, overload_warn: null, over_current_enable: 1 })
    expect(statesOf(decoded)).toEqual([
      'meter.over_voltage active',
      'meter.residual_current cleared',
      'meter.overload unknown',
    ])
  })

  it("the newest of their times is the message's", () => {
    expect(post({ Ua: { value: 1, time: T - 5 }, Ub: { value: 1, time: T } }).time).toMatchObject({
      device: T,
      basis: 'epoch_ms',
    })
    expect(post({ Ua: 1 }).time).toEqual({ device: null, basis: 'none' })
  })

  it('names of Object.prototype are names', () => {
    const decoded = decodedOf({
      topic: TOPIC,
      payload: '{"method":"thing.event.property.post","params":{"__proto__":1,"constructor":2}}',
    })
    expect(decoded.measurements).toEqual([])
    expect(decoded.warnings).toContain('unmapped_property:constructor')
  })
})

describe('events', () => {
  const event = (name: string, params: object, binding = {}) =>
    statesOf(decodedOf({ topic: 'x', payload: { method: `thing.event.${name}.post`, params }, binding }))

  it('are pulses, unless they say whether they begin or end', () => {
    expect(event('OverVoltageAlarm', { value: { voltage: 280 } })).toEqual(['meter.over_voltage pulse'])
    expect(event('short_circuit', { value: { state: 1 } })).toEqual(['meter.short_circuit active'])
    expect(event('short_circuit', { status: 0 })).toEqual(['meter.short_circuit cleared'])
    expect(event('Error', {})).toEqual(['generic.Error pulse'])
    expect(event('alarm', { value: { type: 'over_voltage', state: 1 } })).toEqual(['meter.over_voltage active'])
    expect(event('Error', {}, { codes: { Error: 'device.sensor_fault' } })).toEqual(['device.sensor_fault pulse'])
  })
})

describe('devices', () => {
  it.each([
    [TOPIC, 'alink:PK/D1', 'power_meter'],
    ['yibaite/S1-post', 'yibaite:S1', 'power_meter'],
    ['plant/D9/post', 'alink:plant/D9', 'power_meter'],
  ])('%s is %s', (topic, key, kind) => {
    const payload = { id: '1', method: 'thing.event.property.post', params: { voltage_read: 220 } }
    expect(decodedOf({ topic, payload }).device).toMatchObject({ key, kind })
  })

  it('behind a gateway come in one message', () => {
    const sub = { identity: { productKey: 'PK', deviceName: 'S' }, properties: { Ua: { value: 5, time: T } } }
    const decoded = decodedOf({
      topic: '/sys/PK/GW/thing/event/property/pack/post',
      payload: {
        id: '1',
        method: 'thing.event.property.pack.post',
        params: { properties: {}, subDevices: [sub, {}, null] },
      },
    })
    expect(decoded.device?.key).toBe('alink:PK/GW')
    expect(decoded.others).toMatchObject([{ device: { key: 'alink:PK/S', kind: 'power_meter' }, time: { device: T } }])
  })
})

describe('what is no reading, and what was sent before', () => {
  it.each([
    ['yibaite/S1-set', { method: 'thing.service.property.set', params: {} }, 'ignore'],
    [`${TOPIC}_reply`, { code: 200, data: {} }, 'ignore'],
    ['/sys/PK/D1/thing/service/property/set', { method: 'thing.service.property.set', params: {} }, 'ignore'],
    [TOPIC, '', 'ignore'],
    [TOPIC, [], 'reject'],
    [TOPIC, { method: 'thing.event.property.post', params: [] }, 'reject'],
    [TOPIC, '{"params":{"Ua":NaN}}', 'reject'],
  ])('%s %j: %s', (topic, payload, disposition) => expect(decodedOf({ topic, payload }).disposition).toBe(disposition))

  it('the topic tells the method where the message does not', () => {
    expect(pointsOf(decodedOf({ topic: TOPIC, payload: { params: { Ua: 3 } } }))).toEqual({ 'voltage.l1': 3 })
  })

  it('the same id with the same content within a minute', () => {
    const memory = plainMemory()
    expect(post({ Ua: 1 }, { memory }).disposition).toBe('accept')
    expect(post({ Ua: 1 }, { memory: restarted(memory), atMs: 50_000 }).disposition).toBe('duplicate')
    expect(post({ Ua: 2 }, { memory, atMs: 51_000 }).disposition).toBe('accept')
    expect(post({ Ua: 1 }, { memory, atMs: 120_000 }).disposition).toBe('accept')
  })
})
