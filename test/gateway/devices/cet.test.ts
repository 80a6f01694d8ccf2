import { describe, expect, it } from 'vitest'
import { decodedOf, pointsOf, statesOf } from '../../support/family-message.ts'
import { plainMemory } from '../../support/memory.ts'

const TOPIC = 'CET/NX/upload'
const send = (properties: unknown, more: object = {}) =>
  decodedOf({
    topic: TOPIC,
    payload: { version: '1.0', location_code: 'L1', 'ts ': 1_688_606_685, properties },
    ...more,
  })
const ai = (key: string, value: unknown, unit?: string) => ({ type: 'AI', key, value, ...(unit ? { unit } : {}) })
const soe = (key: string, value: unknown = 1) => ({ type: 'SOE', key, value, timestamp: 1_688_606_680 })

describe('measured values', () => {
  it.each([
    ['A相电流', 0.25, 'A', 'current.l1', 0.25],
    ['B相电压', '220.5', 'V', 'voltage.l2', 220.5],
    ['AB线电压', 0.38, 'kV', 'voltage.l12', 380],
    ['电压', 221, undefined, 'voltage.l1', 221],
    ['零序电流', 30, 'mA', 'current.neutral', 0.03],
    ['漏电流', 30, 'mA', 'current.residual', 0.03],
    ['总有功功率', 1.5, 'kW', 'power.active', 1_500],
    ['有功功率', 1.5, undefined, 'power.active', 1_500],
    ['C相有功功率', 150, 'W', 'power.active.l3', 150],
    ['无功功率', 1, 'kvar', 'power.reactive', 1_000],
    ['视在功率', 1, 'kVA', 'power.apparent', 1_000],
    ['功率因数', 0.9, '', 'power_factor', 0.9],
    ['频率', 50, 'Hz', 'frequency', 50],
    ['正向有功电能', 10, 'kWh', 'energy.active.import', 10_000],
    ['反向有功总电能', 10, undefined, 'energy.active.export', 10_000],
    ['正向无功电度', 10, 'kvarh', 'energy.reactive.import', 10_000],
  ])('%s %j %s', (key, value, unit, point, expected) => {
    const decoded = send([ai(key, value, unit)])
    expect(pointsOf(decoded)).toEqual({ [point]: expected })
    expect(decoded).toMatchObject({
      device: { key: 'cet:L1', kind: 'power_meter' },
      time: { device: 1_688_606_685_000, basis: 'epoch_s' },
    })
  })

  it("null, another quantity's unit and unknown names are told", () => {
    const decoded = send([ai('A相电压', null), ai('B相电压', 1, 'A'), ai('谐波', 1)])
    expect(decoded.measurements).toEqual([])
    expect(decoded.warnings).toEqual(['null_value:voltage.l1', 'unit_mismatch:voltage.l2', 'unmapped_property:谐波'])
  })

  it("the site's table comes first", () => {
    const binding = { fields: { 谐波: 'temperature.device (℃)' } }
    expect(pointsOf(send([ai('谐波', 21)], { binding }))).toEqual({ 'temperature.device': 21 })
  })
})

describe('events', () => {
  it.each([
    ['电压越限', 'meter.voltage_limit'],
    ['A相电压越上限', 'meter.over_voltage'],
    ['过压', 'meter.over_voltage'],
    ['欠压告警', 'meter.under_voltage'],
    ['失压', 'meter.under_voltage'],
    ['过流', 'meter.over_current'],
    ['电流越限', 'meter.over_current'],
    ['过负荷', 'meter.overload'],
    ['缺相', 'meter.phase_loss'],
    ['断相', 'meter.phase_loss'],
    ['停电', 'meter.power_outage'],
    ['漏电', 'meter.residual_current'],
    ['三相不平衡', 'meter.phase_imbalance'],
    ['短路', 'meter.short_circuit'],
    ['温度越限', 'meter.over_temperature'],
    ['浪涌', 'meter.surge'],
    ['故障电弧', 'meter.fire'],
    ['通讯中断', 'device.comm_error'],
    ['电池欠压', 'device.battery_low'],
    ['水浸', 'water.leak'],
  ])('%s: %s', (key, code) => {
    expect(statesOf(send([soe(key)]))).toEqual([`${code} active`])
    expect(statesOf(send([soe(key, '0')]))).toEqual([`${code} cleared`])
    expect(statesOf(send([soe(key, null)]))).toEqual([`${code} unknown`])
  })

  it.each([
    ['动作', 'active'],
    [' 复归', 'cleared'],
    ['恢复', 'cleared'],
    ['不明', 'unknown'],
  ])('the word %s is %s', (word, state) => {
    expect(statesOf(send([soe('电压越限', word)]))).toEqual([`meter.voltage_limit ${state}`])
  })

  it('a phase is told; what nobody knows keeps a name of its own; a site may bind it', () => {
    expect(send([soe('B相过压')]).conditions).toMatchObject([{ native: 'B相过压', detail: { phase: 'l2' } }])
    const [first, second] = statesOf(send([soe('甲'), soe('乙')]))
    expect(first).toMatch(/^generic\.alarm_\w+ active$/)
    expect(second).not.toBe(first)
    expect(statesOf(send([soe('甲')], { binding: { codes: { 甲: 'meter.surge' } } }))).toEqual(['meter.surge active'])
  })

  it('a measured degree is no flag, a digital input is one', () => {
    expect(send([ai('电压不平衡度', 1)]).conditions).toEqual([])
    expect(statesOf(send([{ type: 'DI', key: '水浸', value: 1 }]))).toEqual(['water.leak active'])
  })
})

describe('messages', () => {
  it('a written time has no zone but the site’s', () => {
    const message = { topic: TOPIC, payload: { location_code: 'L1', 'ts ': '2023-07-06 09:24:45', properties: [] } }
    expect(decodedOf(message).time).toMatchObject({ device: null, basis: 'local_unzoned' })
    expect(decodedOf({ ...message, binding: { timezone: 'Asia/Shanghai' } }).time.device).toBe(1_688_606_685_000)
  })

  it('times that disagree are told', () => {
    expect(send([{ ...soe('过压'), timestamp: 1_688_354_258 }]).warnings).toContain('time_inconsistent')
  })

  it('are known on other topics by their form, and the same within five seconds is the same', () => {
    const memory = plainMemory()
    const payload = { location_code: 'X', ts: 1_688_606_685, properties: [soe('过压')] }
    const given = { topic: 'up', payload, memory }
    expect(decodedOf(given)).toMatchObject({
      disposition: 'accept',
      device: { key: 'cet:X' },
      time: { basis: 'epoch_s' },
    })
    expect(decodedOf({ ...given, atMs: 3_000 })).toMatchObject({
      disposition: 'duplicate',
      conditions: [{ state: 'active' }],
    })
    expect(decodedOf({ ...given, atMs: 9_000 }).disposition).toBe('accept')
  })

  it.each([
    [{ location_code: 'L1', 'ts ': 1, result: 1 }, 'ignore'],
    ['', 'ignore'],
    [[], 'reject'],
    [{ properties: {} }, 'reject'],
    ['{"properties":[{"value":nan}]}', 'reject'],
  ])('%j: %s', (payload, disposition) => expect(decodedOf({ topic: TOPIC, payload }).disposition).toBe(disposition))

  it('unreadable properties do not take the others with them', () => {
    expect(statesOf(send([null, 5, { type: 'SOE' }, soe('过压')]))).toEqual(['meter.over_voltage active'])
  })
})
