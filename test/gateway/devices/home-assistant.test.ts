import { describe, expect, it } from 'vitest'
import { listener, risen, states, values } from '../../support/listener.ts'

const device = { identifiers: ['node-1'], manufacturer: 'Acme', model: 'Leaky' }
const told = (topic: string, config: object) => {
  const { hear, memory, familyOf, restarted } = listener()
  const decoded = hear(`homeassistant/${topic}/config`, config, { retain: true })
  return { decoded, hear, memory, familyOf, restarted }
}
const leak = { state_topic: 'node/leak', device_class: 'moisture', device, unique_id: 'u1' }

describe('discovery', () => {
  it('is no reading', () => {
    const { decoded } = told('binary_sensor/node-1/leak', leak)
    expect(decoded).toMatchObject({
      disposition: 'ignore',
      device: { key: 'ha:node-1', kind: 'water_leak', vendor: 'Acme', model: 'Leaky' },
      measurements: [],
      conditions: [],
    })
  })

  it('keeps to families that know their topics themselves', () => {
    const of = (state_topic: string) =>
      told('sensor/x', { state_topic, device_class: 'power', device }).decoded.device?.key
    expect(of('tele/pow1/SENSOR')).toBe('tasmota:pow1')
    expect(of('shellies/shellyem-A1/emeter/0/power')).toBe('shelly:shellyem-A1')
    expect(of('zigbee2mqtt/a b')).toBe('z2m:a b')
  })

  it('tells the base of a Zigbee2MQTT with another base', () => {
    const { hear } = told('sensor/0x1/power', {
      state_topic: 'house/zb/plug',
      device,
      origin: { name: 'Zigbee2MQTT' },
      availability: [{ topic: 'house/zb/bridge/state' }],
    })
    expect(hear('house/zb/plug', { power: 5 })).toMatchObject({ device: { key: 'z2m:plug' } })
  })

  it.each(['/homeassistant', 'house/homeassistant', 'house/b2/ha'])('below %s', (base) => {
    const { hear } = listener()
    expect(hear(`${base}/binary_sensor/node-1/leak/config`, leak).device?.key).toBe('ha:node-1')
    expect(hear(`${base}/sensor/node-2/power/config`, { state_topic: 'p' }).device?.key).toBe('ha:node-2')
    expect(hear(`${base}/sensor/power/config`, { state_topic: 'p' }).device?.key).toBe('ha:power')
    expect(states(hear('node/leak', 'ON'))).toEqual({ 'water.leak': 'active' })
  })

  it.each([
    ['homeassistant/sensor/x/config', '{', 'reject'],
    ['homeassistant/sensor/x/config', '[]', 'reject'],
    ['homeassistant/sensor/x/config', '', 'ignore'],
    ['homeassistant/light/x/config', '{"state_topic":"a/b"}', 'ignore'],
    ['homeassistant/device/x/config', '{"cmps":3}', 'ignore'],
    ['homeassistant/status', 'online', 'ignore'],
  ])('%s %s is %s', (topic, text, disposition) => {
    expect(listener().hear(topic, text).disposition).toBe(disposition)
  })
})

describe('messages on topics that were told of', () => {
  it('a leak, also after a restart', () => {
    const { hear } = told('binary_sensor/node-1/leak', leak).restarted()
    expect(hear('node/leak', 'ON')).toMatchObject({
      device: { key: 'ha:node-1', kind: 'water_leak', vendor: 'Acme' },
      conditions: [{ code: 'water.leak', state: 'active' }],
    })
    expect(states(hear('node/leak', 'OFF'))).toEqual({ 'water.leak': 'cleared' })
  })

  it.each(['unavailable', 'unknown', 'None', 'wet?'])('%s is unknown, never dry', (text) => {
    expect(risen(told('binary_sensor/x', leak).hear('node/leak', text))).toEqual(['water.leak unknown'])
  })

  it.each([
    ['moisture', 'water.leak'],
    ['battery', 'device.battery_low'],
    ['tamper', 'device.tamper'],
    ['door', 'door.open'],
    ['opening', 'door.open'],
    ['smoke', 'generic.smoke'],
  ])('class %s is %s', (device_class, code) => {
    const { hear } = told('binary_sensor/x', { ...leak, device_class, payload_on: 1, payload_off: 0 })
    expect(states(hear('node/leak', '1'))).toEqual({ [code]: 'active' })
    expect(states(hear('node/leak', '0'))).toEqual({ [code]: 'cleared' })
  })

  it('connectivity is the opposite of offline', () => {
    const { hear } = told('binary_sensor/x', { ...leak, device_class: 'connectivity' })
    expect(hear('node/leak', 'OFF')).toMatchObject({
      conditions: [{ code: 'device.offline', state: 'active' }],
      health: { online: false },
    })
  })

  it.each([
    ['{{ value_json.x }}', { x: true }],
    ["{{ value_json['x'] }}", { x: true }],
    ['{{value_json["x"]}}', { x: 'True' }],
    ['{{ value_json.a.x | default("") }}', { a: { x: true } }],
    ['{{ value_json.a[1] }}', { a: [false, true] }],
  ])('template %s', (value_template, body) => {
    const { hear } = told('binary_sensor/x', { ...leak, value_template, payload_on: true, payload_off: false })
    expect(states(hear('node/leak', body))).toEqual({ 'water.leak': 'active' })
    expect(hear('node/leak', 'ON')).toMatchObject({ disposition: 'reject' })
  })

  it('a template that calculates is not bound', () => {
    const { familyOf } = told('binary_sensor/x', { ...leak, value_template: '{{ value_json.x * 2 }}' })
    expect(familyOf('node/leak', '{"x":1}')).toBeNull()
  })

  it.each([
    ['voltage', 'V', 230, 'voltage.l1', 230],
    ['voltage', 'V', 230, 'voltage.l2', 230, 'voltage_b'],
    ['current', 'mA', 1500, 'current.l1', 1.5],
    ['power', 'kW', 1.5, 'power.active', 1500],
    [undefined, 'W', 5, 'power.active', 5],
    ['energy', 'kWh', 2, 'energy.active.import', 2000],
    ['energy', 'Wh', 2, 'energy.active.export', 2, 'energy_returned'],
    ['power_factor', '%', 95, 'power_factor', 0.95],
    ['apparent_power', 'VA', 5, 'power.apparent', 5],
    ['reactive_power', 'var', 5, 'power.reactive', 5],
    ['frequency', 'Hz', 50, 'frequency', 50],
    ['temperature', '°C', 20, 'temperature.ambient', 20],
    ['humidity', '%', 40, 'humidity.relative', 40],
    ['precipitation', 'mm', 4, 'rain.amount', 4],
    ['precipitation', 'cm', 1, 'rain.amount', 10],
    ['energy', 'MJ', 3.6, 'energy.active.import', 1000],
  ])('class %s in %s: %s', (device_class, unit_of_measurement, raw, point, value, name = 'x') => {
    const config = { state_topic: 's/t', device_class, unit_of_measurement, name, device }
    expect(values(told('sensor/x', config).hear('s/t', String(raw)))).toEqual({ [point]: value })
  })

  it.each([
    ['battery', '%', 80, { batteryPercent: 80 }],
    ['voltage', 'mV', 2900, { batteryVoltage: 2.9 }],
    ['signal_strength', 'dBm', -70, { rssi: -70 }],
  ])('class %s in %s', (device_class, unit_of_measurement, raw, health) => {
    const config = { state_topic: 's/t', device_class, unit_of_measurement, device }
    expect(told('sensor/x', config).hear('s/t', String(raw)).health).toEqual(health)
  })

  it('a unit that nobody knows is not bound', () => {
    expect(
      told('sensor/x', { ...leak, device_class: 'power', unit_of_measurement: 'hp' }).familyOf('node/leak', '1'),
    ).toBeNull()
  })

  it('a whole device with short names', () => {
    const { decoded, hear } = told('device/meter', {
      dev: { ids: 'm1', mf: 'Acme', mdl: 'Meter' },
      o: { name: 'x' },
      stat_t: 'm/state',
      avty_t: 'm/online',
      cmps: {
        v: { p: 'sensor', dev_cla: 'voltage', unit_of_meas: 'V', val_tpl: '{{ value_json.v }}', uniq_id: 'a' },
        l: { p: 'binary_sensor', dev_cla: 'moisture', val_tpl: '{{ value_json.l }}', pl_on: 'wet', pl_off: 'dry' },
      },
    })
    expect(decoded.device).toMatchObject({ key: 'ha:m1', kind: 'water_leak' })
    const said = hear('m/state', { v: null, l: 'wet' })
    expect(said).toMatchObject({ device: { key: 'ha:m1', kind: 'water_leak' }, warnings: ['null_value:v'] })
    expect(states(said)).toEqual({ 'water.leak': 'active' })
    expect(states(hear('m/online', 'offline'))).toEqual({ 'device.offline': 'active' })
    expect(states(hear('m/online', 'online'))).toEqual({ 'device.offline': 'cleared' })
  })

  it('a valve, a base with a tilde', () => {
    const { hear } = told('valve/x', { '~': 'v1', state_topic: '~/state', device })
    expect(hear('v1/state', 'open')).toMatchObject({ device: { kind: 'valve' }, conditions: [{ state: 'active' }] })
  })

  it('of several topics one alone cannot say that the device is there', () => {
    const availability = [{ topic: 'gw' }, { topic: 'node/up', payload_not_available: 'gone' }]
    const { hear } = told('binary_sensor/x', { ...leak, availability })
    expect(states(hear('gw', 'offline'))).toEqual({ 'device.offline': 'active' })
    expect(hear('gw', 'online').conditions).toEqual([])
    expect(states(hear('node/up', 'online'))).toEqual({ 'device.offline': 'cleared' })
    expect(states(hear('node/up', 'gone'))).toEqual({ 'device.offline': 'active' })
  })

  it('two devices on one topic are two', () => {
    const { hear } = listener()
    const config = (id: string, field: string) => ({
      state_topic: 'all',
      device_class: 'moisture',
      device: { identifiers: id },
      value_template: `{{ value_json.${field} }}`,
    })
    hear('homeassistant/binary_sensor/a/config', config('a', 'a'))
    hear('homeassistant/binary_sensor/b/config', config('b', 'b'))
    const decoded = hear('all', { a: 'ON', b: 'OFF' })
    expect([decoded, ...(decoded.others ?? [])].map(({ device }) => device?.key)).toEqual(['ha:a', 'ha:b'])
  })

  it('what is removed or moved is no longer bound, and nothing stays behind', () => {
    const { hear, familyOf, memory } = told('binary_sensor/x', leak)
    hear('homeassistant/binary_sensor/x/config', { ...leak, state_topic: 'node/other' })
    expect(familyOf('node/leak', 'ON')).toBeNull()
    expect(familyOf('node/other', 'ON')).toBe('home-assistant')
    hear('homeassistant/binary_sensor/x/config', '')
    expect(familyOf('node/other', 'ON')).toBeNull()
    expect([...memory.values.keys()].filter((key) => key.startsWith('ha:') && !key.startsWith('ha:last'))).toEqual([])
  })

  it('the same configuration again writes nothing', () => {
    const { hear, memory } = told('binary_sensor/x', leak)
    let written = 0
    const set = memory.set.bind(memory)
    memory.set = (key, value) => {
      written += 1
      set(key, value)
    }
    hear('homeassistant/binary_sensor/x/config', leak)
    expect(written).toBe(0)
  })
})
