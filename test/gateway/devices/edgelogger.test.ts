import { describe, expect, it } from 'vitest'
import { decodedOf, pointsOf, restarted, statesOf } from '../../support/family-message.ts'
import { plainMemory } from '../../support/memory.ts'

const TOPIC = 'device/power/up/EM1'
const T = 1_710_000_000_123

const entry = (metrics: object, more: object = {}) => ({
  timestamp: String(T),
  device_type: 'three_phase_meter',
  device_id: 'EM1',
  metrics,
  ...more,
})
const volts = (phase_a: unknown) => ({ voltage: { unit: 'V', value: { phase_a } } })
const send = (batch: unknown, more: object = {}, topic = TOPIC) =>
  decodedOf({ topic, payload: { msgType: 'up', msgId: 'm1', source: { gatewayId: 'G' }, batch }, ...more })

describe('metrics', () => {
  it.each([
    [volts('220.5'), { 'voltage.l1': 220.5 }],
    [
      { voltage: { unit: 'kV', value: { line_ab: 10, line_bc: 10.1 } } },
      { 'voltage.l12': 10_000, 'voltage.l23': 10_100 },
    ],
    [{ voltage: { value: 221 } }, { 'voltage.l1': 221 }],
    [{ current: { unit: 'mA', value: { phase_c: 500, neutral: 20 } } }, { 'current.l3': 0.5, 'current.neutral': 0.02 }],
    [{ power: { active: { value: { total: 2 } } } }, { 'power.active': 2_000 }],
    [
      { power: { active: { unit: 'W', value: { total: 2, phase_b: -1 } } } },
      { 'power.active': 2, 'power.active.l2': -1 },
    ],
    [{ power: { reactive: { unit: 'kvar', value: { total: 2 } } } }, { 'power.reactive': 2_000 }],
    [{ power: { apparent: { unit: 'kVA', value: { total: 2 } } } }, { 'power.apparent': 2_000 }],
    [
      { energy: { active: { unit: 'kWh', value: { forward: 5, reverse: 1 } } } },
      { 'energy.active.import': 5_000, 'energy.active.export': 1_000 },
    ],
    [{ energy: { reactive: { unit: 'kvarh', value: { forward: 5 } } } }, { 'energy.reactive.import': 5_000 }],
    [{ system: [{ power_factor: 0.9 }, { frequency: 50 }] }, { power_factor: 0.9, frequency: 50 }],
    [{ system: { power_factor: 92 } }, { power_factor: 0.92 }],
    [{ system: { power_factor: -100 } }, { power_factor: -1 }],
    [{ system: { power_factor: 1.01 } }, {}],
    [{ system: { frequency: 49.9 } }, { frequency: 49.9 }],
  ])('%j', (metrics, points) => expect(pointsOf(send([entry(metrics)]))).toEqual(points))

  it('kW beside an energy means kWh; another quantity is not taken', () => {
    const decoded = send([entry({ energy: { active: { unit: 'kW', value: { forward: 5 } } } })])
    expect(pointsOf(decoded)).toEqual({ 'energy.active.import': 5_000 })
    expect(decoded.warnings).toContain('unit_mismatch:energy.active')
    expect(send([entry({ current: { unit: 'V', value: { phase_a: 5 } } })]).measurements).toEqual([])
  })

  it('null is told and impossible power left out', () => {
    expect(send([entry(volts(null))]).warnings).toContain('null_value:voltage.l1')
    const decoded = send([
      entry({
        ...volts(230),
        current: { value: { phase_a: 1 } },
        power: { active: { value: { phase_a: 300, total: 300 } } },
      }),
    ])
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 230, 'current.l1': 1 })
  })

  it.each([
    [{ voltage: { value: { phase_a: 65_535, phase_b: 219 } } }, { 'voltage.l2': 219 }],
    [{ current: { value: { phase_a: 65_535, phase_b: 1 } } }, { 'current.l2': 1 }],
    [{ current: { unit: 'mA', value: { phase_a: 65_535 } } }, { 'current.l1': 65.535 }],
    [{ power: { active: { unit: 'W', value: { total: 4_294_967_286 } } } }, {}],
    [{ power: { active: { unit: 'W', value: { total: 429_496_728.6 } } } }, {}],
    [{ energy: { active: { value: { forward: 65_535 } } } }, { 'energy.active.import': 65_535_000 }],
  ])('a register that could not be read, or that wrapped, is no value: %j', (metrics, points) => {
    expect(pointsOf(send([entry(metrics)]))).toEqual(points)
  })

  it('a status other than 0 is a fault', () => {
    const status = (device_status: unknown) =>
      statesOf(send([entry({}, { status: { device_status, data_quality: 60 } })]))
    expect(status(0)).toEqual(['device.sensor_fault cleared'])
    expect(status('3')).toEqual(['device.sensor_fault active'])
    expect(status(null)).toEqual([])
    expect(send([entry({}, { status: { data_quality: 60 } })]).warnings).toContain('data_quality:60')
  })
})

describe('a batch', () => {
  it('the newest entry of a meter is current, the others are history', () => {
    const older = { timestamp: String(T - 60_000) }
    const decoded = send([entry(volts(221)), entry(volts(220), older)])
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 221 })
    expect(decoded.time).toMatchObject({ device: T, basis: 'epoch_ms' })
    expect(decoded.readings).toMatchObject([{ time: T - 60_000, historical: true, measurements: [{ value: 220 }] }])
  })

  it("several meters are several results, the topic's own first", () => {
    const decoded = send([
      entry(volts(1), { device_id: 'EM2' }),
      entry(volts(2)),
      entry(volts(3), { device_id: 'EM3' }),
    ])
    expect(decoded.device?.key).toBe('edgelogger:EM1')
    expect(decoded.others?.map(({ device }) => device?.key)).toEqual(['edgelogger:EM2', 'edgelogger:EM3'])
  })

  it('identical entries count once', () => {
    const decoded = send([
      entry(volts(1)),
      entry(volts(1)),
      entry(volts(2), { timestamp: String(T - 1) }),
      entry(volts(1)),
    ])
    expect(decoded.readings).toHaveLength(1)
    expect(decoded.warnings).toContain('batch_entry_duplicate')
  })

  it('times in 17 digits are local, and sort', () => {
    const at = (timestamp: string, value: number) => entry(volts(value), { timestamp })
    const batch = [at('20250619145825881', 2), at('20250619145824881', 1)]
    expect(send(batch).time).toMatchObject({ device: null, basis: 'local_unzoned', raw: '20250619145825881' })
    const zoned = send(batch, { binding: { timezone: 'Asia/Shanghai' } })
    expect(zoned.time.device).toBe(Date.UTC(2025, 5, 19, 6, 58, 25, 881))
    expect(pointsOf(zoned)).toEqual({ 'voltage.l1': 2 })
  })

  it('comes on any topic, and the same msgId is the same message', () => {
    const memory = plainMemory()
    expect(send([entry(volts(1))], { memory }, 'factory/data').device?.key).toBe('edgelogger:EM1')
    const again = send([entry(volts(1))], { memory: restarted(memory), atMs: 60_000 }, 'factory/data')
    expect(again.disposition).toBe('duplicate')
  })
})

describe('what is no reading', () => {
  it.each([
    ['device/power/down/EM1', { msgType: 'down', batch: [] }, 'ignore', undefined],
    [TOPIC, '', 'ignore', undefined],
    [TOPIC, [], 'reject', 'invalid_shape'],
    [TOPIC, {}, 'reject', 'invalid_shape'],
    [TOPIC, { batch: [] }, 'reject', 'empty'],
    [TOPIC, { batch: [1, null] }, 'reject', 'empty'],
    [TOPIC, '{"batch":[{"metrics":{"voltage":NaN}}]}', 'reject', 'invalid_json'],
  ])('%s %j: %s', (topic, payload, disposition, reason) => {
    const decoded = decodedOf({ topic, payload })
    expect(decoded.disposition).toBe(disposition)
    if (reason) expect(decoded.reason).toBe(reason)
  })
})
