import { describe, expect, it } from 'vitest'
import { decodeOn, states, uplink, values } from '../../../support/lorawan.ts'

const thingsStack = (message: object) => {
  const body = { end_device_ids: { device_id: 'sensor', dev_eui: '0011223344556677' }, uplink_message: message }
  return decodeOn('v3/app@tenant/devices/sensor/up', body).decoded
}

describe('the output of a network server’s codec', () => {
  it.each([
    ['leakage_status', 'leak', 'active'],
    ['leakage_status', 'normal', 'cleared'],
    ['WATER_LEAK_STATUS', 'NO LEAK', 'cleared'],
    ['WATER_LEAK_STATUS', 1, 'active'],
    ['water_leak', true, 'active'],
    ['water_leak', 'false', 'cleared'],
    ['waterleak', 17, 'active'],
    ['leak', 0, 'cleared'],
    ['leak', null, 'unknown'],
  ])('%s %j is %s', (key, value, state) => {
    const decoded = uplink({ object: { [key]: value } })
    expect(states(decoded)).toEqual([`water.leak ${state}`])
    expect(decoded.device?.kind).toBe('water_leak')
  })

  it.each(['perhaps', -1, [], {}])('a leak told as %j is not understood and says nothing', (leak) => {
    const decoded = uplink({ object: { leak } })
    expect(decoded.conditions).toEqual([])
    expect(decoded.warnings).toContain('not_understood:leak')
  })

  it('comes before the bytes, which fill what it lacks', () => {
    const decoded = uplink({
      profile: 'EM300-ZLD',
      object: { temperature: 20.5 },
      hex: '01755C0367340104686505000 1'.replace(' ', ''),
    })
    expect(values(decoded)).toEqual(['temperature.ambient=20.5', 'humidity.relative=50.5'])
    expect(states(decoded)).toEqual(['water.leak active'])
    expect(decoded.health.batteryPercent).toBe(92)
  })

  it.each([
    [{ water1leak: 0, water2leak: 1 }, 'active'],
    [{ water1leak: 1, water2leak: 0 }, 'active'],
    [{ WaterLeak_1: 'NoLeak', WaterLeak_2: 'Leak' }, 'active'],
    [{ WaterLeak_1: 'NoLeak', WaterLeak_2: 'NoLeak' }, 'cleared'],
    [{ leak: null, water_leak: true }, 'active'],
  ])('with a field for each probe, one that is wet counts: %j', (object, state) => {
    expect(states(uplink({ profile: 'Netvox R311W', object }))).toEqual([`water.leak ${state}`])
  })

  it.each([
    ['CT101', { current: 30, temperature: 26.6 }, ['current.l1=30', 'temperature.device=26.6']],
    ['CT303', { current_chn2: 12.5 }, ['current.ch2=12.5']],
    [
      'WS523',
      { voltage: 235.2, current: 74, power_factor: 4 },
      ['voltage.l1=235.2', 'current.l1=0.074', 'power_factor=0.04'],
    ],
    ['EM300-TH', { temperature: 21, current: 5 }, ['temperature.ambient=21']],
  ])('%s has its own units', (profile, object, expected) => {
    expect(values(uplink({ profile, object }))).toEqual(expected)
  })

  it('that knows nothing is no "dry": the bytes know', () => {
    const decoded = uplink({ profile: 'EM300-ZLD', object: { leakage_status: null }, hex: '050001' })
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it('that says another thing than the bytes counts, with a warning', () => {
    const decoded = uplink({ profile: 'EM300-ZLD', object: { leakage_status: 'normal' }, hex: '050001' })
    expect(states(decoded)).toEqual(['water.leak cleared'])
    expect(decoded.warnings).toContain('object_and_data_disagree:water.leak')
  })

  it('voltages and batteries only where the maker tells their unit', () => {
    expect(uplink({ object: { battery: 80, voltage: 230 } })).toMatchObject({ measurements: [], health: {} })
    expect(uplink({ profile: 'EM300-ZLD', object: { battery: 80 } }).health.batteryPercent).toBe(80)
    expect(uplink({ profile: 'LWL02', object: { BAT_V: 2.9 } }).health.batteryVoltage).toBe(2.9)
  })

  it('numbers as text are numbers; null, own keys and impossible values', () => {
    const decoded = uplink({ object: { temperature: '21.5', humidity: 120, ['__proto__']: { leak: true } } })
    expect(values(decoded)).toEqual(['temperature.ambient=21.5'])
    expect(decoded.warnings).toEqual(expect.arrayContaining(['string_number:temperature', 'implausible:humidity']))
    expect(uplink({ object: { temperature: null } }).warnings).toContain('null_value:temperature')
  })

  it.each([null, 7, 'leak', [{ leak: true }]])('%j is none', (object) => {
    expect(uplink({ object })).toMatchObject({ disposition: 'accept', conditions: [] })
  })

  it('has stored readings too', () => {
    const history = [
      { timestamp: 1665561758, temperature: 27.2, leakage_status: 'leak' },
      { timestamp: 1665561818, leakage_status: 'normal' },
      { timestamp: 0, leakage_status: 'leak' },
      'nonsense',
    ]
    const decoded = uplink({ object: { history } })
    expect(decoded).toMatchObject({ historical: true, measurements: [], conditions: [] })
    expect(decoded.readings.map(states)).toEqual([['water.leak active'], ['water.leak cleared']])
  })
})

describe('the normalized payload', () => {
  it.each([
    ['an object', { water: { leak: true }, air: { temperature: 20, relativeHumidity: 40 }, battery: 3.6 }],
    ['an array', [{ water: { leak: true }, battery: 3.6 }, { air: { temperature: 20, relativeHumidity: 40 } }]],
  ])('as %s', (_, normalized_payload) => {
    const decoded = thingsStack({ f_cnt: 1, f_port: 1, normalized_payload })
    expect(states(decoded)).toEqual(['water.leak active'])
    expect(values(decoded)).toEqual(['temperature.ambient=20', 'humidity.relative=40'])
    expect(decoded.health).toEqual({ batteryVoltage: 3.6 })
  })

  it.each([
    [[false, true], 'active'],
    [[true, false], 'active'],
    [[null, true], 'active'],
    [[false, false], 'cleared'],
  ])('of probes %j is %s', (leaks, state) => {
    const normalized_payload = leaks.map((leak) => ({ water: { leak } }))
    expect(states(thingsStack({ f_cnt: 1, normalized_payload }))).toEqual([`water.leak ${state}`])
  })

  it('with times: the last is current, the others are stored readings', () => {
    const decoded = thingsStack({
      f_cnt: 1,
      normalized_payload: [
        { time: '2026-03-02T07:00:00Z', water: { leak: true } },
        { time: '2026-03-02T08:00:00Z', water: { leak: false } },
      ],
    })
    expect(states(decoded)).toEqual(['water.leak cleared'])
    expect(decoded.readings).toMatchObject([{ time: Date.UTC(2026, 2, 2, 7), historical: true }])
    expect(states(decoded.readings[0]!)).toEqual(['water.leak active'])
    expect(decoded.time.device).toBe(Date.UTC(2026, 2, 2, 8))
  })

  it.each([null, 'leak', 7, [null, 7, []]])('%j says nothing', (normalized_payload) => {
    expect(thingsStack({ f_cnt: 1, normalized_payload })).toMatchObject({ disposition: 'accept', conditions: [] })
  })
})
