import { describe, expect, it } from 'vitest'
import { listener, risen, states, values } from '../../support/listener.ts'

const hear = (topic: string, content: unknown, given?: Parameters<ReturnType<typeof listener>['hear']>[2]) =>
  listener().hear(topic, content, given)
const sensor = (content: unknown) => hear('tele/t/SENSOR', content)

describe('topics of Tasmota', () => {
  it.each([
    ['tele/pow1/SENSOR', 'tasmota:pow1'],
    ['pow1/tele/SENSOR', 'tasmota:pow1'],
    ['/house/b2/pow1/tele/SENSOR', 'tasmota:pow1'],
    ['tele/house/pow1/SENSOR', 'tasmota:pow1'],
    ['house/tele/pow1/SENSOR', 'tasmota:pow1'],
  ])('%s is %s', (topic, key) => {
    expect(hear(topic, { ENERGY: { Power: 1 } }).device).toEqual({ key, kind: 'power_meter' })
  })

  it.each(['sensors/SENSOR', 'a/b/SENSOR', 'tele/x/temperature', 'tele/SENSOR'])('%s is not', (topic) => {
    expect(listener().familyOf(topic, '{}')).toBeNull()
  })
})

describe('energy', () => {
  it('three voltages are three phases', () => {
    const decoded = sensor({
      ENERGY: { Voltage: [230, 231, 232], Current: [1, 2, 3], Power: [230, 460, 690], Frequency: [50, 50, 50] },
    })
    expect(values(decoded)).toMatchObject({
      'voltage.l3': 232,
      'current.l2': 2,
      'power.active.l1': 230,
      frequency: 50,
    })
  })

  it('totals, tariffs and what flows out', () => {
    const decoded = sensor({
      ENERGY: {
        Total: '1.5',
        TotalTariff: [1, 0.5],
        ExportActive: 0.25,
        ExportTariff: [0.2, 0.05],
        ImportReactive: 2,
        ExportReactive: 3,
        Frequency: 49.9,
      },
    })
    expect(values(decoded)).toEqual({
      'energy.active.import': 1500,
      'energy.active.import.tariff1': 1000,
      'energy.active.import.tariff2': 500,
      'energy.active.export': 250,
      'energy.active.export.tariff1': 200,
      'energy.active.export.tariff2': 50,
      'energy.reactive.import': 2000,
      'energy.reactive.export': 3000,
      frequency: 49.9,
    })
  })

  it.each([
    [0.98, 0.98],
    [98, 0.98],
    [3, 0.03],
  ])('a factor of %d is %d: beyond two it is in percent', (Factor, expected) => {
    expect(values(sensor({ ENERGY: { Factor } }))).toEqual({ power_factor: expected })
  })

  it('nulls, text and the impossible', () => {
    const decoded = sensor({ ENERGY: { Voltage: null, Current: 'unavailable', Power: '12', Factor: 1.5 } })
    expect(values(decoded)).toEqual({ 'power.active': 12 })
    expect(decoded.warnings).toEqual([
      'null_value:Voltage',
      'value_unavailable:Current',
      'implausible:Factor',
      'string_number:Power',
    ])
    expect(values(sensor({ ENERGY: { Voltage: 230, Current: 1, Power: 5000 } }))).not.toHaveProperty(['power.active'])
    expect(values(sensor({ ENERGY: { Voltage: 230, Current: 0, Power: 429_496_729.5 } }))).toEqual({
      'voltage.l1': 230,
      'current.l1': 0,
    })
  })

  it('rooms and chips', () => {
    const decoded = sensor({ SI7021: { Temperature: 68, Humidity: 40 }, ESP32: { Temperature: 122 }, TempUnit: 'F' })
    expect(values(decoded)).toEqual({
      'temperature.ambient': 20,
      'humidity.relative': 40,
      'temperature.device': 50,
    })
  })
})

describe('meters that Tasmota reads', () => {
  it('SML by the documented names, others not without a mapping', () => {
    expect(values(sensor({ SML: { Total_in: 2, Power_curr: -36, voltage_l1: 230 } }))).toEqual({
      'energy.active.import': 2000,
      'power.active': -36,
      'voltage.l1': 230,
    })
    expect(sensor({ SML: { Verbrauch: 2 } })).toMatchObject({ measurements: [], warnings: ['topic_not_bound:SML'] })
  })

  it('a P1 line by line', () => {
    const text = '1-0:32.7.0(229.0*V)\r\n1-0:1.7.0(00.428*kW)\r\n1-0:1.8.1(000123.456*kWh)\r\n0-0:96.7.21(00003)\r'
    const decoded = hear('tele/p1/RESULT', { SerialReceived: text })
    expect(decoded.device?.kind).toBe('power_meter')
    expect(values(decoded)).toEqual({
      'voltage.l1': 229,
      'power.active.import': 428,
      'energy.active.import.tariff1': 123_456,
      'grid.outages': 3,
    })
    expect(hear('tele/p1/RESULT', { SerialReceived: 'hello' }).disposition).toBe('ignore')
  })

  it('standard Teleinformation', () => {
    const decoded = sensor({ TIC: { EAST: 1000, SINSTS: 500, URMS1: 230, IRMS1: 2, ISOUSC: 30 } })
    expect(values(decoded)).toMatchObject({ 'energy.active.import': 1000, 'voltage.l1': 230, 'current.rated': 30 })
  })
})

describe('limits', () => {
  it.each([
    ['POWER_LOW', 'meter.under_power'],
    ['POWER_HIGH', 'meter.overload'],
    ['VOLTAGE_LOW', 'meter.under_voltage'],
    ['VOLTAGE_HIGH', 'meter.over_voltage'],
    ['CURRENT_LOW', 'generic.current_low'],
    ['CURRENT_HIGH', 'meter.over_current'],
  ])('%s is %s', (suffix, code) => {
    expect(states(hear(`tele/t/${suffix}`, 'ON'))).toEqual({ [code]: 'active' })
    expect(states(hear(`tele/t/${suffix}`, 'OFF'))).toEqual({ [code]: 'cleared' })
    expect(states(hear(`tele/t/${suffix}`, 'unknown'))).toEqual({ [code]: 'unknown' })
  })

  it('in one message', () => {
    const decoded = hear('tele/t/MARGINS', { MARGINS: { PowerLow: 'ON', VoltageHigh: 'OFF' } })
    expect(states(decoded)).toEqual({ 'meter.under_power': 'active', 'meter.over_voltage': 'cleared' })
    expect(risen(hear('stat/t/WARNING', { MaxPowerReached: '2500' }))).toEqual(['meter.overload pulse'])
  })
})

describe('the device itself', () => {
  it.each([
    ['Online', 'cleared', true],
    ['Offline', 'active', false],
  ])('its will says %s', (word, state, online) => {
    const decoded = hear('tele/t/LWT', word)
    expect(states(decoded)).toEqual({ 'device.offline': state })
    expect(decoded.health.online).toBe(online)
  })

  it('state and status', () => {
    const body = { Time: '2026-11-23T10:00:00', Vcc: 3.3, POWER: 'ON', Wifi: { RSSI: 80, Signal: -60 } }
    const health = { signalPercent: 80, rssi: -60, supplyVoltage: 3.3 }
    expect(hear('tele/t/STATE', body)).toMatchObject({ health, conditions: [] })
    expect(hear('stat/t/STATUS11', { StatusSTS: body }).health).toEqual(health)
    expect(values(hear('stat/t/STATUS10', { StatusSNS: { ENERGY: { Power: 3 } } }))).toEqual({ 'power.active': 3 })
    const zoned = hear('tele/t/STATE', body, { binding: { timezone: 'Asia/Shanghai' } })
    expect(zoned.time).toMatchObject({ device: Date.UTC(2026, 10, 23, 2), basis: 'local_unzoned' })
  })

  it('a clock that was never set says nothing', () => {
    const binding = { timezone: 'Asia/Shanghai' }
    const decoded = hear('tele/t/STATE', { Time: '1970-01-01T00:00:12' }, { binding })
    expect(decoded).toMatchObject({ time: { device: null }, warnings: ['device_clock_not_set'] })
  })

  it.each([
    [1_795_399_200, 1_795_399_200_000, []],
    [12, null, ['device_clock_not_set']],
    [1_795_320_000, 1_795_320_000_000, ['time_inconsistent']],
  ])('an epoch beside the local time counts: %d', (Epoch, device, warnings) => {
    const body = { Time: '2026-11-23T10:00:00', Epoch, POWER: 'ON' }
    const decoded = hear('tele/t/STATE', body, { binding: { timezone: 'Asia/Shanghai' } })
    expect(decoded).toMatchObject({ time: { device, basis: 'epoch_s' }, warnings })
  })

  it('a relay is a valve where the site says so', () => {
    const binding = { kind: 'valve' as const }
    expect(states(hear('stat/t/POWER', 'ON', { binding }))).toEqual({ 'valve.open': 'active' })
    expect(states(hear('tele/t/STATE', { POWER: 'OFF' }, { binding }))).toEqual({ 'valve.open': 'cleared' })
    expect(states(hear('stat/t/RESULT', { POWER: 'ON' }, { binding }))).toEqual({ 'valve.open': 'active' })
  })

  it.each([
    ['stat/t/POWER', 'ON', 'ignore'],
    ['stat/t/RESULT', '{"POWER":"ON"}', 'ignore'],
    ['stat/t/STATUS5', '{"StatusNET":{}}', 'ignore'],
    ['cmnd/t/POWER', 'ON', 'ignore'],
    ['tele/t/INFO1', '{"Info1":{}}', 'ignore'],
    ['tele/t/LWT', '', 'ignore'],
    ['tasmota/discovery/AABBCC/config', '{"t":"t"}', 'ignore'],
    ['tele/t/LWT', 'sleepy', 'reject'],
    ['tele/t/SENSOR', '{"ENERGY":{"Power":nan}}', 'reject'],
    ['tele/t/SENSOR', '[]', 'reject'],
    ['tele/t/POWER_LOW', 'NaN', 'reject'],
  ])('%s %s is %s', (topic, text, disposition) => {
    expect(hear(topic, text)).toMatchObject({ disposition, measurements: [], conditions: [] })
  })

  it('the same telemetry twice within seconds is one', () => {
    const { hear: say } = listener()
    say('tele/t/SENSOR', { ENERGY: { Power: 1 } })
    expect(say('tele/t/SENSOR', { ENERGY: { Power: 1 } }, { afterMs: 100 })).toMatchObject({
      disposition: 'duplicate',
      measurements: [{ value: 1 }],
    })
  })
})
