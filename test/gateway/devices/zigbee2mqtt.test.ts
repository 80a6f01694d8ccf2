import { describe, expect, it } from 'vitest'
import { plainMemory } from '../../support/memory.ts'
import { listener, risen, states, values } from '../../support/listener.ts'
import { zigbee2mqtt } from '../../../gateway/devices/zigbee2mqtt.ts'

const state = (content: unknown, name = 'thing') => listener().hear(`zigbee2mqtt/${name}`, content)

describe('conditions of a state', () => {
  it.each([
    [{ water_leak: true }, 'water.leak', 'active', 'water_leak'],
    [{ water_leak: 'false' }, 'water.leak', 'cleared', 'water_leak'],
    [{ water_leak: 1 }, 'water.leak', 'active', 'water_leak'],
    [{ water_leak: null }, 'water.leak', 'unknown', 'water_leak'],
    [{ water_leak: 'unavailable' }, 'water.leak', 'unknown', 'water_leak'],
    [{ water_leak: {} }, 'water.leak', 'unknown', 'water_leak'],
    [{ water_leakage_state: 'water_leakage_no' }, 'water.leak', 'cleared', 'water_leak'],
    [{ current_device_status: 'water_shortage & water_leakage' }, 'water.leak', 'active', 'valve'],
    [{ valve_abnormal_state: 'normal' }, 'water.leak', 'cleared', 'valve'],
    [{ contact: true }, 'door.open', 'cleared', 'door'],
    [{ contact: false }, 'door.open', 'active', 'door'],
    [{ contact: null }, 'door.open', 'unknown', 'door'],
    [{ rain: true }, 'weather.rain', 'active', 'rain_gauge'],
    [{ valve_state: 'OPEN' }, 'valve.open', 'active', 'valve'],
    [{ valve_state: 'closed' }, 'valve.open', 'cleared', 'valve'],
    [{ pump_state: 'ON' }, 'pump.running', 'active', 'pump'],
    [{ tamper: true }, 'device.tamper', 'active', 'unknown'],
    [{ battery_low: null }, 'device.battery_low', 'unknown', 'unknown'],
    [{ test: true }, 'device.test_button', 'active', 'unknown'],
    [{ smoke: true }, 'generic.smoke', 'active', 'unknown'],
  ])('%j: %s is %s, a %s', (content, code, expected, kind) => {
    const decoded = state(content)
    expect(states(decoded)[code]).toBe(expected)
    expect(decoded.device).toEqual({ key: 'z2m:thing', kind })
  })

  it('the valve of a radiator is no water valve', () => {
    expect(state({ valve_state: 'OPEN', local_temperature: 21 })).toMatchObject({
      conditions: [],
      device: { kind: 'unknown' },
    })
  })
})

describe('faults of breakers', () => {
  it.each([
    ['miss_phase_alarm', 'meter.phase_loss'],
    ['ov_vol', 'meter.over_voltage'],
    ['over_voltage', 'meter.over_voltage'],
    ['undervoltage_alarm', 'meter.under_voltage'],
    ['ov_cr', 'meter.over_current'],
    ['over_current', 'meter.over_current'],
    ['overload_alarm', 'meter.overload'],
    ['leakagecurr_alarm', 'meter.residual_current'],
    ['unbalance_alarm', 'meter.phase_imbalance'],
    ['outage_alarm', 'meter.power_outage'],
    ['temp_dif_fault', 'meter.over_temperature'],
    ['high_temp', 'meter.over_temperature'],
    ['short_circuit_alarm', 'meter.short_circuit'],
    ['surge_alarm', 'meter.surge'],
    ['fire_alarm', 'meter.fire'],
    ['magnetism_alarm', 'meter.tamper_magnetic'],
    ['credit_alarm', 'generic.credit_alarm'],
  ])('%s is %s, and nothing else', (fault, code) => {
    expect(risen(state({ fault, voltage: 230, power: 1 }))).toEqual([`${code} active`])
    expect(risen(state({ faults: [fault] }))).toEqual([`${code} active`])
  })

  it.each([{ fault: 'clear' }, { faults: [] }, { fault: 'none' }])('%j clears them all', (content) => {
    const decoded = state(content)
    expect(risen(decoded)).toEqual([])
    expect(states(decoded)).toMatchObject({ 'meter.phase_loss': 'cleared', 'meter.fire': 'cleared' })
  })

  it('null says nothing of any', () => {
    expect(state({ fault: null, power: 1 })).toMatchObject({ conditions: [], warnings: ['null_value:fault'] })
  })
})

describe('meters', () => {
  it('phases that are named from the second on', () => {
    const decoded = state({ voltage: 230, voltage_phase_b: 231, voltage_phase_c: 232, power: 100, power_phase_b: 200 })
    expect(values(decoded)).toEqual({
      'voltage.l1': 230,
      'voltage.l2': 231,
      'voltage.l3': 232,
      'power.active.l1': 100,
      'power.active.l2': 200,
    })
  })

  it('two clamps are channels, and what flows out is negative', () => {
    const decoded = state({
      voltage: 230,
      ac_frequency: 49.99,
      current_a: 2,
      current_b: 1,
      power_a: 460,
      power_b: 230,
      power_ab: 230,
      energy_flow_a: 'consuming',
      energy_flow_b: 'producing',
      energy_a: 1.5,
      energy_produced_b: 2.5,
    })
    expect(values(decoded)).toEqual({
      'voltage.l1': 230,
      frequency: 49.99,
      'current.ch1': 2,
      'current.ch2': 1,
      'power.active.ch1': 460,
      'power.active.ch2': -230,
      'power.active': 230,
      'energy.active.import.ch1': 1500,
      'energy.active.export.ch2': 2500,
    })
  })

  it.each([
    [{ power_factor: 0.9 }, 0.9],
    [{ power_factor: 90 }, 0.9],
    [{ power_factor: 1 }, 1],
  ])('%j', (content, expected) => {
    expect(values(state(content)).power_factor).toBeCloseTo(expected, 9)
  })

  it.each([
    [{ power: 42_949_672.9 }, 'power.active'],
    [{ power: -32_768 }, 'power.active'],
    [{ voltage: 6_553.5, power: 1 }, 'voltage.l1'],
    [{ current: 65.535, power: 1 }, 'current.l1'],
    [{ voltage: 230, current: 1, power: 1_000 }, 'power.active'],
    [{ power: -838_860.8 }, 'power.active'],
    [{ ac_frequency: 655.35, power: 1 }, 'frequency'],
    [{ energy: 281_474_976_710.655, power: 1 }, 'energy.active.import'],
  ])('%j: what was not measured is left out', (content, point) => {
    const decoded = state(content)
    expect(values(decoded)).not.toHaveProperty([point])
    expect(decoded.warnings.join()).toMatch(/implausible:/)
  })

  it('milliamperes of leakage', () => {
    expect(values(state({ leakage_current: 12, power: 0 }))['current.residual']).toBe(0.012)
  })

  it.each([
    [{ voltage: 3000 }, 3, undefined],
    [{ voltage: 3, battery: 90 }, 3, undefined],
    [{ voltage: 231 }, undefined, 231],
    [{ voltage: 231, power: 5 }, undefined, 231],
    [{ voltage: 2900, battery: 90, temperature: 20 }, 2.9, undefined],
    [{ voltage: 65_535, battery: 90 }, undefined, undefined],
    [{ voltage: 25_500, battery: 90 }, undefined, undefined],
  ])('%j is a battery of %s V or mains of %s V', (content, battery, mains) => {
    const decoded = state(content)
    expect(decoded.health.batteryVoltage).toBe(battery)
    expect(values(decoded)['voltage.l1']).toBe(mains)
  })

  it("Zigbee's no-value of a temperature is none", () => {
    expect(state({ temperature: -327.68, humidity: 655.35 }).measurements).toEqual([])
  })
})

describe('times', () => {
  it.each([
    ['2026-11-23T02:00:00.500Z', Date.UTC(2026, 10, 23, 2, 0, 0, 500), 'utc'],
    ['2026-11-23T10:00:00+08:00', Date.UTC(2026, 10, 23, 2), 'offset'],
    [1_795_399_200_000, 1_795_399_200_000, 'epoch_ms'],
    ['1795399200000', 1_795_399_200_000, 'epoch_ms'],
    ['yesterday', null, 'none'],
    [null, null, 'none'],
  ])('last_seen %j', (last_seen, device, basis) => {
    expect(state({ last_seen, water_leak: false }).time).toMatchObject({ device, basis })
  })
})

describe('what cannot be read', () => {
  it.each([
    ['{"water_leak":tru', 'invalid_json'],
    ['{"water_leak":NaN}', 'invalid_json'],
    ['[1]', 'invalid_shape'],
    ['null', 'invalid_shape'],
    ['12', 'invalid_shape'],
    ['"{\\"water_leak\\":true}"', 'invalid_shape'],
    ['wet', 'invalid_json'],
  ])('%s is %s', (text, reason) => {
    expect(state(text)).toMatchObject({ disposition: 'reject', reason, device: { key: 'z2m:thing' } })
    expect(state(text).detail).toBeTruthy()
  })

  it('bytes that are no text', () => {
    expect(state(Buffer.from([0xff, 0xfe, 0x00]))).toMatchObject({ disposition: 'reject', reason: 'invalid_utf8' })
  })

  it('names of Object.prototype are no properties', () => {
    expect(state('{"__proto__":{"water_leak":true},"constructor":1}')).toMatchObject({ conditions: [] })
  })

  it('ten thousand keys are cut', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index]))
    expect(state(many).warnings).toEqual(['too_many_keys:10000'])
  })
})

describe('repeats', () => {
  it('wet, dry, wet within seconds are three messages; wet, wet is one', () => {
    const { hear } = listener()
    const say = (water_leak: boolean) => hear('zigbee2mqtt/a', { water_leak }, { afterMs: 500 }).disposition
    expect([say(true), say(false), say(true), say(true)]).toEqual(['accept', 'accept', 'accept', 'duplicate'])
  })

  it('a level that comes again later counts, and a restart between does not hide a repeat', () => {
    const first = listener()
    const wet = { water_leak: true }
    expect(first.hear('zigbee2mqtt/a', wet).disposition).toBe('accept')
    const second = first.restarted()
    expect(second.hear('zigbee2mqtt/a', wet, { afterMs: 60_100 }).disposition).toBe('duplicate')
    expect(second.hear('zigbee2mqtt/a', wet).disposition).toBe('accept')
  })
})

describe('attribute output', () => {
  const say = (topic: string, text: string) => listener().hear(`zigbee2mqtt/${topic}`, text)

  it.each([
    ['floor 1/leak/water_leak', 'true', 'z2m:floor 1/leak', { 'water.leak': 'active' }],
    ['leak/water_leak', 'null', 'z2m:leak', { 'water.leak': 'unknown' }],
    ['leak/tamper', 'false', 'z2m:leak', { 'device.tamper': 'cleared' }],
    ['leak/water_leak', '', 'z2m:leak', {}],
  ])('%s %s', (topic, text, key, expected) => {
    const decoded = say(topic, text)
    expect(decoded.device?.key).toBe(key)
    expect(states(decoded)).toEqual(expected)
  })

  it('numbers', () => {
    expect(values(say('plug/power', '12.5'))).toEqual({ 'power.active': 12.5 })
    expect(say('plug/power', '12.5').warnings).toEqual([])
    expect(say('leak/battery', '88').health.batteryPercent).toBe(88)
    expect(say('plug/voltage', '229').measurements).toMatchObject([{ name: 'voltage.l1' }])
    expect(say('leak/voltage', '3000').health.batteryVoltage).toBe(3)
  })

  it.each([
    ['plug/power', 'NaN', 'reject'],
    ['plug/power', 'unavailable', 'accept'],
    ['plug/power_on_behavior', 'previous', 'ignore'],
    ['floor 1/leak', '"{\\"water_leak\\":true}"', 'reject'],
  ])('%s %s is %s', (topic, text, disposition) => {
    expect(say(topic, text)).toMatchObject({ disposition, measurements: [] })
  })
})

describe('the bridge', () => {
  const devices = [
    {
      friendly_name: 'main valve',
      definition: {
        vendor: 'Frankever',
        model: 'FK_V02',
        description: 'Smart water valve',
        exposes: [{ type: 'switch', features: [{ property: 'state', type: 'binary' }] }],
      },
    },
    {
      friendly_name: 'old leak',
      definition: { model: 'X', vendor: 'Y', description: 'Water leak sensor', exposes: [] },
    },
    { friendly_name: 'plug', definition: { model: 'P', description: 'Plug', exposes: [{ property: 'power' }] } },
    { friendly_name: 'Coordinator', definition: null },
    'nonsense',
  ]

  it('its list of devices tells kinds and models, also after a restart', () => {
    const before = listener()
    expect(before.hear('zigbee2mqtt/bridge/devices', devices)).toMatchObject({ disposition: 'ignore' })
    const { hear } = before.restarted()
    expect(hear('zigbee2mqtt/main valve', { state: 'ON' })).toMatchObject({
      device: { key: 'z2m:main valve', kind: 'valve', vendor: 'Frankever', model: 'FK_V02' },
      conditions: [{ code: 'valve.open', state: 'active', native: 'ON' }],
    })
    expect(states(hear('zigbee2mqtt/old leak', { alarm_1: true }))).toEqual({ 'water.leak': 'active' })
    expect(hear('zigbee2mqtt/plug', { state: 'ON' })).toMatchObject({ device: { kind: 'power_meter' }, conditions: [] })
  })

  it('writes nothing where nothing is new', () => {
    const { hear, memory } = listener()
    hear('zigbee2mqtt/bridge/devices', devices)
    let written = 0
    const set = memory.set.bind(memory)
    memory.set = (key, value) => {
      written += 1
      set(key, value)
    }
    hear('zigbee2mqtt/bridge/devices', devices)
    expect(written).toBe(0)
  })

  it.each(['{"state":"offline"}', 'offline'])('its end (%s) leaves its devices out of reach', (text) => {
    const decoded = listener().hear('zigbee2mqtt/bridge/state', text)
    expect(decoded).toMatchObject({
      device: { key: 'z2m:bridge', kind: 'gateway' },
      conditions: [{ code: 'gateway.offline', state: 'active' }],
      health: { online: false },
      unreachable: ['z2m:*'],
    })
  })

  it('its return reaches nobody else', () => {
    const decoded = listener().hear('zigbee2mqtt/bridge/state', { state: 'online' })
    expect(states(decoded)).toEqual({ 'gateway.offline': 'cleared' })
    expect(decoded.unreachable).toBeUndefined()
  })

  it.each([
    ['bridge/state', 'maybe', 'reject'],
    ['bridge/state', '{"state":', 'reject'],
    ['bridge/devices', '{}', 'reject'],
    ['bridge/devices', '[', 'reject'],
    ['bridge/info', '{"version":"2.0"}', 'ignore'],
    ['bridge/logging', '{"level":"info"}', 'ignore'],
    ['bridge/response/permit_join', '{}', 'ignore'],
    ['bridge/event', '{"type":"device_interview","data":{"friendly_name":"a","status":"started"}}', 'ignore'],
    ['bridge/event', '{"type":"device_announce","data":{"friendly_name":"a"}}', 'accept'],
    ['bridge/event', '{"type":"device_joined","data":{"ieee_address":"0x1"}}', 'accept'],
    ['leak/set', '{"state":"ON"}', 'ignore'],
    ['leak/get', '{"state":""}', 'ignore'],
    ['leak/set/state', 'ON', 'ignore'],
    ['leak/availability', 'perhaps', 'reject'],
  ])('%s %s is %s', (topic, text, disposition) => {
    expect(listener().hear(`zigbee2mqtt/${topic}`, text).disposition).toBe(disposition)
  })

  it('availability in an object', () => {
    const decoded = listener().hear('zigbee2mqtt/hall/leak/availability', { state: 'offline' })
    expect(decoded.device?.key).toBe('z2m:hall/leak')
    expect(decoded).toMatchObject({ health: { online: false }, conditions: [{ state: 'active' }] })
  })
})

describe('other base topics', () => {
  it('a link quality is enough', () => {
    expect(listener().hear('/zb/leak', { water_leak: true, linkquality: 9 })).toMatchObject({
      device: { key: 'z2m:leak' },
    })
    expect(listener().familyOf('zb/leak', { water_leak: true })).toBeNull()
  })

  it('a base that its bridge announced is known ever after', () => {
    const before = listener()
    before.hear('house/zb/bridge/state', { state: 'online' })
    const { hear } = before.restarted()
    expect(hear('house/zb/cellar/leak', { water_leak: true }).device?.key).toBe('z2m:cellar/leak')
    expect(hear('house/zb/leak/availability', 'online').device?.key).toBe('z2m:leak')
  })

  it('two bridges at one broker keep their devices apart', () => {
    const { hear } = listener()
    hear('zigbee2mqtt/bridge/state', { state: 'online' })
    hear('annex/bridge/state', { state: 'online' })
    hear('zigbee2mqtt/bridge/devices', [{ friendly_name: 'leak', definition: {} }])
    hear('annex/bridge/devices', [{ friendly_name: 'leak', definition: {} }])
    expect(hear('annex/leak', { water_leak: true }).device?.key).toBe('z2m:annex/leak')
    expect(hear('zigbee2mqtt/leak', { water_leak: true }).device?.key).toBe('z2m:leak')
    expect(hear('annex/bridge/state', 'offline').unreachable).toEqual(['z2m:annex/leak'])
    expect(hear('zigbee2mqtt/bridge/state', 'offline').unreachable).toEqual(['z2m:leak'])
  })
})

describe('commands', () => {
  it('a valve opens and closes; a plug is not switched', () => {
    const memory = plainMemory()
    const command = (key: string, name: string) => zigbee2mqtt.command!(key, name, {}, memory)
    expect(command('z2m:main valve', 'open')).toEqual({
      topic: 'zigbee2mqtt/main valve/set',
      payload: '{"state":"ON"}',
    })
    expect(command('z2m:main valve', 'close')?.payload).toBe('{"state":"OFF"}')
    expect(command('z2m:main valve', 'explode')).toBeNull()
    memory.set('z2m:device:z2m:plug', { kind: 'power_meter' })
    expect(command('z2m:plug', 'open')).toBeNull()
  })

  it('goes to the base of its bridge', () => {
    const { hear, memory } = listener()
    hear('house/zb/bridge/state', 'online')
    expect(zigbee2mqtt.command!('z2m:v', 'open', {}, memory)?.topic).toBe('house/zb/v/set')
    hear('annex/bridge/state', 'online')
    expect(zigbee2mqtt.command!('z2m:annex/v', 'open', {}, memory)?.topic).toBe('annex/v/set')
  })
})

describe('what the site knows', () => {
  it('names the kind, a generic alarm, and fields', () => {
    const binding = { kind: { thing: 'water_leak' as const } }
    const { hear } = listener()
    expect(states(hear('zigbee2mqtt/thing', { alarm_1: true }, { binding }))).toEqual({ 'water.leak': 'active' })
    const codes = { alarm_2: 'device.tamper' }
    expect(states(hear('zigbee2mqtt/thing', { alarm_2: true }, { binding: { codes } }))).toEqual({
      'device.tamper': 'active',
    })
    const fields = { depth_cm: 'water.depth (cm)' }
    expect(values(hear('zigbee2mqtt/thing', { depth_cm: 12 }, { binding: { fields } }))).toEqual({
      'water.depth': 0.12,
    })
  })
})
