import { describe, expect, it } from 'vitest'
import { listener, risen, states, values } from '../../support/listener.ts'

const status = (component: string, object: unknown, id = 'shellypro3em-0cb815fc0001') =>
  listener().hear(`${id}/status/${component}`, object)
const frame = (method: string, params: object) => ({
  src: 'shelly-1',
  method,
  params: { ts: 1_795_399_200.25, ...params },
})

describe('components', () => {
  it.each([
    [
      'emdata:0',
      { a_total_act_energy: 1, c_total_act_ret_energy: 2, total_act: 3, total_act_ret: 4 },
      {
        'energy.active.import.l1': 1,
        'energy.active.export.l3': 2,
        'energy.active.import': 3,
        'energy.active.export': 4,
      },
    ],
    [
      'em1data:1',
      { total_act_energy: 5, total_act_ret_energy: 6 },
      {
        'energy.active.import.ch2': 5,
        'energy.active.export.ch2': 6,
      },
    ],
    [
      'pm1:0',
      { voltage: 230, current: 1, apower: 230, freq: 50, aenergy: { total: 9 }, ret_aenergy: { total: 1 } },
      {
        'voltage.ch1': 230,
        'current.ch1': 1,
        'power.active.ch1': 230,
        'frequency.ch1': 50,
        'energy.active.import.ch1': 9,
        'energy.active.export.ch1': 1,
      },
    ],
    [
      'switch:1',
      { output: true, apower: 5, temperature: { tC: 41 } },
      {
        'power.active.ch2': 5,
        'temperature.device': 41,
      },
    ],
    ['temperature:0', { tC: 21.5, tF: 70.7 }, { 'temperature.ambient': 21.5 }],
    ['humidity:0', { rh: 40 }, { 'humidity.relative': 40 }],
    ['temperature:0', { tC: null }, {}],
    ['pm1:0', { voltage: 230, current: 1, apower: 9_900 }, { 'voltage.ch1': 230, 'current.ch1': 1 }],
    ['em:0', { a_voltage: 230, a_current: 1, a_act_power: 9_900 }, { 'voltage.l1': 230, 'current.l1': 1 }],
  ])('%s', (component, object, expected) => {
    expect(values(status(component, object))).toEqual(expected)
  })

  it('the only channel of a plug is also the whole device', () => {
    const decoded = status('switch:0', { apower: 5, aenergy: { total: 2 } }, 'shellyplusplugs-a1b2c3')
    expect(values(decoded)).toMatchObject({ 'power.active': 5, 'power.active.ch1': 5, 'energy.active.import': 2 })
    expect(decoded.device?.kind).toBe('power_meter')
  })

  it.each([
    [['overtemp'], 'meter.over_temperature'],
    [['overpower'], 'meter.overload'],
    [['overvoltage'], 'meter.over_voltage'],
    [['undervoltage'], 'meter.under_voltage'],
    [['overcurrent'], 'meter.over_current'],
    [['something new'], 'generic.something_new'],
  ])('errors %j of a switch', (errors, code) => {
    expect(risen(status('switch:0', { apower: 0, errors }))).toEqual([`${code} active`])
  })

  it('a phase out of range', () => {
    expect(risen(status('em:0', { a_errors: ['out_of_range:voltage'] }))).toEqual(['meter.over_voltage active'])
    expect(risen(status('em:0', { a_errors: ['out_of_range:aprt_power'] }))).toEqual(['meter.overload active'])
    expect(states(status('em:0', { a_voltage: 230 }))).toMatchObject({ 'meter.over_voltage': 'cleared' })
  })

  it('health', () => {
    expect(status('wifi', { rssi: -61 }).health).toEqual({ rssi: -61 })
    expect(status('devicepower:0', { battery: { V: 2.9, percent: 60 }, external: { present: false } }).health).toEqual({
      batteryVoltage: 2.9,
      batteryPercent: 60,
      externalPower: false,
    })
  })

  it.each([
    ['input:0', '{"id":0}', 'ignore'],
    ['cloud', '{"connected":true}', 'ignore'],
    ['em:0', '[]', 'reject'],
    ['em:0', '{"a_voltage":', 'reject'],
    ['em:0', '', 'ignore'],
  ])('%s %s is %s', (component, text, disposition) => {
    expect(status(component, text)).toMatchObject({ disposition, measurements: [] })
  })
})

describe('frames', () => {
  const topic = 'shellyfloodg4-7c2c67722288/events/rpc'
  const hear = (content: object) => listener().hear(topic, content)

  it.each([
    ['flood.alarm', ['water.leak active']],
    ['alarm', ['water.leak active']],
    ['flood.alarm_off', []],
    ['flood.cable_unplugged', ['device.sensor_fault active']],
    ['flood.cable_plugged', []],
  ])('event %s', (event, expected) => {
    const decoded = hear(frame('NotifyEvent', { events: [{ component: 'flood:0', event }] }))
    expect(decoded.disposition).toBe('accept')
    expect(risen(decoded)).toEqual(expected)
    expect(decoded.device?.kind).toBe('water_leak')
  })

  it('the last event of a frame tells how things stand', () => {
    const events = ['flood.alarm', 'flood.alarm_off'].map((event) => ({ component: 'flood:0', event }))
    expect(states(hear(frame('NotifyEvent', { events })))).toEqual({ 'water.leak': 'cleared' })
  })

  it('a part clears only what it names; the whole clears all', () => {
    expect(states(hear(frame('NotifyStatus', { 'switch:0': { apower: 3 } })))).toEqual({})
    expect(states(hear(frame('NotifyFullStatus', { 'switch:0': { apower: 3 } })))).toMatchObject({
      'meter.overload': 'cleared',
    })
  })

  it('wet without a word of errors', () => {
    expect(risen(hear(frame('NotifyStatus', { 'flood:0': { alarm: true } })))).toEqual(['water.leak active'])
  })

  it('the same components at the same time are one, minutes later and after a restart', () => {
    const before = listener()
    const wet = frame('NotifyStatus', { 'flood:0': { alarm: true } })
    before.hear(topic, wet)
    const { hear: say } = before.restarted()
    expect(say(topic, { ...wet, dst: 'other' }, { afterMs: 180_000 })).toMatchObject({
      disposition: 'duplicate',
      conditions: [{ code: 'water.leak', state: 'active' }],
    })
    const later = { ...wet, params: { ...wet.params, ts: 1_795_399_300.5 } }
    expect(say(topic, later).disposition).toBe('accept')
  })

  it.each([
    [{ id: 1, src: 'x', result: {} }, 'ignore'],
    [{ method: 'NotifyEvent', params: { events: [{ component: 'sys', event: 'sleep' }] } }, 'ignore'],
    [{ method: 'Shelly.GetStatus', params: {} }, 'ignore'],
    [{ method: 'NotifyStatus' }, 'reject'],
  ])('%j is %s', (content, disposition) => {
    expect(hear(content).disposition).toBe(disposition)
  })
})

describe('prefixes', () => {
  it('an own prefix is known by what was published below it', () => {
    const before = listener()
    expect(before.familyOf('house/meter/online', 'false')).toBeNull()
    before.hear('house/meter/status/em:0', { a_voltage: 230 })
    const { hear, familyOf } = before.restarted()
    expect(states(hear('house/meter/online', 'false'))).toEqual({ 'device.offline': 'active' })
    expect(hear('house/meter/status/wifi', { rssi: -50 })).toMatchObject({
      device: { key: 'shelly:house/meter' },
      health: { rssi: -50 },
    })
    expect(familyOf('house/meter/rpc', '{}')).toBe('shelly-gen2')
  })

  it('the will of a sleeping sensor is no fault', () => {
    expect(listener().hear('shellyfloodg4-7c2c67722288/online', 'false')).toMatchObject({
      device: { kind: 'water_leak' },
      conditions: [],
      health: { online: false },
      warnings: ['sleeping_device_offline_is_normal'],
    })
  })

  it.each(['building/status/door', 'a/status/online', 'x/online', 'pump/command'])('%s is not its own', (topic) => {
    expect(listener().familyOf(topic, '{}')).toBeNull()
  })

  it('a Bluetooth sensor behind it by a mapping', () => {
    const binding = { fields: { 'bthomesensor:200.value': 'condition:water.leak' }, kind: 'water_leak' as const }
    const content = frame('NotifyStatus', { 'bthomesensor:200': { value: true } })
    expect(states(listener().hear('shelly1g3-a1/events/rpc', content, { binding }))).toEqual({ 'water.leak': 'active' })
  })
})
