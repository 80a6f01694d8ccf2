import { describe, expect, it } from 'vitest'
import { listener, states, values } from '../../support/listener.ts'

const hear = (topic: string, content: unknown, given?: Parameters<ReturnType<typeof listener>['hear']>[2]) =>
  listener().hear(`shellies/${topic}`, content, given)

describe('bare values', () => {
  it.each([
    ['shellyem-A1/emeter/1/power', '-12.5', { 'power.active.ch2': -12.5 }],
    ['shellyem-A1/emeter/0/reactive_power', '1', { 'power.reactive.ch1': 1 }],
    ['shellyem-A1/emeter/0/pf', '-0.5', { 'power_factor.ch1': -0.5 }],
    ['shellyem-A1/emeter/0/total_returned', '7', { 'energy.active.export.ch1': 7 }],
    ['shellyem-A1/emeter/0/energy', '120', { 'energy.active.import.ch1': 2 }],
    ['shellyem-A1/emeter/1/returned_energy', '60', { 'energy.active.export.ch2': 1 }],
    ['shellyem3-A1/emeter/0/voltage', '230', { 'voltage.l1': 230 }],
    ['shellyem3-A1/emeter/2/current', '3', { 'current.l3': 3 }],
    ['shellyplug-s-A1/relay/0/power', '60', { 'power.active.ch1': 60, 'power.active': 60 }],
    ['shellyplug-s-A1/relay/0/energy', '120', { 'energy.active.import.ch1': 2, 'energy.active.import': 2 }],
    ['shellyswitch25-A1/relay/1/power', '60', { 'power.active.ch2': 60 }],
    ['shellyplug-s-A1/temperature', '40', { 'temperature.device': 40 }],
    ['shellyflood-A1/sensor/temperature', '20.5', { 'temperature.ambient': 20.5 }],
    ['shellyem-A1/emeter/0/power', 'unavailable', {}],
    ['shellyflood-A1/sensor/temperature', '999.0', {}],
  ])('%s %s', (topic, text, expected) => {
    const decoded = hear(topic, text)
    expect(decoded.disposition).toBe('accept')
    expect(values(decoded)).toEqual(expected)
  })

  it.each([
    ['shellyflood-A1/sensor/flood', 'false', { 'water.leak': 'cleared' }, 'water_leak'],
    ['garage/sensor/flood', 'true', { 'water.leak': 'active' }, 'water_leak'],
    ['shellyflood-A1/sensor/flood', 'unknown', { 'water.leak': 'unknown' }, 'water_leak'],
    ['shellydw2-A1/sensor/state', 'open', { 'door.open': 'active' }, 'door'],
    ['shellyplug-A1/relay/0', 'overpower', { 'meter.overload': 'active' }, 'power_meter'],
    ['shellyplug-A1/relay/0', 'on', { 'meter.overload': 'cleared' }, 'power_meter'],
    ['shellyplug-A1/overtemperature', '1', { 'meter.over_temperature': 'active' }, 'power_meter'],
    ['shellyflood-A1/sensor/error', '0', { 'device.sensor_fault': 'cleared' }, 'water_leak'],
    ['shellyflood-A1/online', 'true', { 'device.offline': 'cleared' }, 'water_leak'],
    ['shellyem-A1/online', 'false', { 'device.offline': 'active' }, 'power_meter'],
  ])('%s %s', (topic, text, expected, kind) => {
    const decoded = hear(topic, text)
    expect(states(decoded)).toEqual(expected)
    expect(decoded.device?.kind).toBe(kind)
  })

  it('health', () => {
    expect(hear('shellyflood-A1/sensor/battery', '77').health).toEqual({ batteryPercent: 77 })
    expect(hear('shellymotion-A1/sensor/charger', 'true').health).toEqual({ externalPower: true })
  })

  it.each([
    ['shellyem-A1/emeter/0/power', 'nan', 'reject'],
    ['shellyem-A1/emeter/0/power', '{"power":1}', 'reject'],
    ['shellyem-A1/online', 'maybe', 'reject'],
    ['shellyem-A1/emeter/0/power', '', 'ignore'],
    ['shellyem-A1/relay/0/command', 'on', 'ignore'],
    ['shellyem-A1/input/0', '1', 'ignore'],
    ['command', 'announce', 'ignore'],
  ])('%s %s is %s', (topic, text, disposition) => {
    expect(hear(topic, text)).toMatchObject({ disposition, measurements: [] })
  })
})

describe('levels that a broker puts before', () => {
  it.each(['house', '/house/b2'])('%s', (before) => {
    const say = (topic: string, text: string) => listener().hear(`${before}/shellies/shellyflood-A1/${topic}`, text)
    expect(say('sensor/flood', 'true')).toMatchObject({
      device: { key: 'shelly:shellyflood-A1', kind: 'water_leak' },
      conditions: [{ code: 'water.leak', state: 'active' }],
    })
    expect(say('online', 'false').device?.key).toBe('shelly:shellyflood-A1')
  })

  it('a word of others is no base', () => {
    expect(listener().familyOf('zigbee2mqtt/shellies/plug', '{"power":1}')).toBe('zigbee2mqtt')
  })
})

describe('objects', () => {
  it('an announcement to all names its device', () => {
    expect(hear('announce', { id: 'shellyflood-A1', model: 'SHWT-1' })).toMatchObject({
      disposition: 'ignore',
      device: { key: 'shelly:shellyflood-A1', kind: 'water_leak' },
    })
  })

  it('an announcement tells the model of an id that its owner chose, also after a restart', () => {
    const before = listener()
    before.hear('shellies/garage/announce', { id: 'garage', model: 'SHEM-3' })
    expect(values(before.restarted().hear('shellies/garage/emeter/1/voltage', '231'))).toEqual({ 'voltage.l2': 231 })
  })

  it('the whole status', () => {
    const decoded = hear('shellyem3-A1/info', {
      wifi_sta: { rssi: -50 },
      unixtime: 1_795_399_200,
      emeters: [
        { power: 10, pf: 0.5, current: 1, voltage: 230, is_valid: true, total: 100, total_returned: 5 },
        { power: 99, is_valid: false },
        { power: 9_900, current: 1, voltage: 230 },
      ],
    })
    expect(decoded.time.device).toBe(1_795_399_200_000)
    expect(decoded.health.rssi).toBe(-50)
    expect(values(decoded)).toEqual({
      'voltage.l1': 230,
      'current.l1': 1,
      'power.active.l1': 10,
      'power_factor.l1': 0.5,
      'energy.active.import.l1': 100,
      'energy.active.export.l1': 5,
      'voltage.l3': 230,
      'current.l3': 1,
    })
    expect(decoded.warnings).toEqual(['implausible:power'])
  })

  it('of a flood sensor', () => {
    const decoded = hear('shellyflood-A1/info', {
      flood: null,
      bat: { value: 88, voltage: 2.9 },
      tmp: { tC: 20, is_valid: true },
      unixtime: 0,
    })
    expect(states(decoded)).toEqual({ 'water.leak': 'unknown' })
    expect(decoded.health).toEqual({ batteryPercent: 88, batteryVoltage: 2.9 })
    expect(decoded.warnings).toEqual(['device_clock_not_set', 'null_value:flood'])
  })
})

it('where a total is told, watt-minutes beside it are no second counter', () => {
  const { hear } = listener()
  expect(values(hear('shellies/shellyem-A1/emeter/0/energy', '120'))).toEqual({ 'energy.active.import.ch1': 2 })
  hear('shellies/shellyem-A1/emeter/0/total', '64541.0')
  expect(hear('shellies/shellyem-A1/emeter/0/energy', '180').disposition).toBe('ignore')
  expect(hear('shellies/shellyem-B2/emeter/0/energy', '180').disposition).toBe('accept')
})
