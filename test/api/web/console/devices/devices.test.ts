import { describe, expect, it } from 'vitest'
import type { DeviceView } from '../../../../../api/web/src/api/types.ts'
import {
  ageOf,
  alarmsByDevice,
  batteryOf,
  byNeed,
  filtered,
  isSilent,
  listed,
  signalOf,
} from '../../../../../api/web/src/console/devices/devices.ts'
import { filterOf, NO_FILTER, queryOf } from '../../../../../api/web/src/console/devices/filterQuery.ts'
import { heatCounts, heatNow } from '../../../../../api/web/src/console/devices/heat.ts'
import { bucketsFor, moved, zoomed } from '../../../../../api/web/src/console/devices/view.ts'
import { figures, withUnit } from '../../../../../api/web/src/console/words/units.ts'
import { zh } from '../../../../../api/web/src/console/words/texts/zh.ts'
import { CONDITION_CODES, POINT_NAMES } from '../../../../../rules/model/vocabulary.ts'
import { alarmView, OPENED, OPENED_MS } from '../../views.ts'

const device = (id: string, changes: Partial<DeviceView> = {}): DeviceView => ({
  ...{ id, site: 'default', kind: 'water_leak', name: id, location: '', building: null, zone: null, key: null },
  ...{ gateway: null, family: null, vendor: null, model: null, placed: true, silenceMs: null, tags: [], points: {} },
  ...{ conditions: {}, health: {}, lastSeenAt: OPENED, createdAt: OPENED, retiredAt: null },
  ...changes,
})
const active = { state: 'active' as const, since: OPENED }

describe('a battery', () => {
  it('is low below a fifth, or where the device says so', () => {
    expect(batteryOf(device('a'))).toBeNull()
    expect(batteryOf(device('a', { health: { batteryPercent: 20 } }))).toEqual({ percent: 20, low: false })
    expect(batteryOf(device('a', { health: { batteryPercent: 19.9 } }))!.low).toBe(true)
    expect(batteryOf(device('a', { health: { batteryLow: true } }))).toEqual({ percent: null, low: true })
    expect(batteryOf(device('a', { conditions: { 'device.battery_low': active } }))!.low).toBe(true)
  })
})

describe('a silent device', () => {
  it('is one that says so, whose alarm says so, or that is over its own time', () => {
    const silent = (changes: Partial<DeviceView>, afterMs = 0) =>
      isSilent(device('a', changes), [], OPENED_MS + afterMs)
    expect(silent({})).toBe(false)
    expect(silent({ conditions: { 'device.offline': active } })).toBe(true)
    expect(silent({ silenceMs: 60_000 }, 60_000)).toBe(false)
    expect(silent({ silenceMs: 60_000 }, 60_001)).toBe(true)
    const alarm = alarmView('1', { rule: 'water_leak.silent' })
    expect(isSilent(device('a'), [alarm], OPENED_MS)).toBe(true)
    expect(isSilent(device('a'), [{ ...alarm, active: false }], OPENED_MS)).toBe(false)
  })

  it('tells the signal that it knows', () => {
    expect(signalOf(device('a', { health: { rssi: -71, linkQuality: 200 } }))).toMatchObject({
      name: 'rssi',
      value: -71,
    })
    expect(signalOf(device('a'))).toBeNull()
  })
})

describe('the list', () => {
  const all = listed(
    [
      device('b', { name: '乙', location: 'B2 水泵房', health: { batteryPercent: 5 } }),
      device('c', { name: '丙', conditions: { 'device.offline': active } }),
      device('a', { name: '甲', kind: 'elevator', placed: false }),
      device('d', { name: '丁' }),
    ],
    alarmsByDevice([alarmView('1', { device: 'd' }), alarmView('2', { device: 'd' })]),
    OPENED_MS,
  )
  const ids = (found: typeof all) => found.map(({ device: { id } }) => id).sort()

  it('has what is wrong first, then what is silent', () => {
    expect(
      byNeed(all)
        .map(({ device: { id } }) => id)
        .slice(0, 2),
    ).toEqual(['d', 'c'])
    expect(all.find(({ device: { id } }) => id === 'd')!.alarms).toHaveLength(2)
  })

  it('is filtered by every word, by kind and by what is the matter', () => {
    expect(ids(filtered(all, NO_FILTER))).toEqual(['a', 'b', 'c', 'd'])
    expect(ids(filtered(all, { ...NO_FILTER, text: '水泵 b2' }))).toEqual(['b'])
    expect(ids(filtered(all, { ...NO_FILTER, text: '水泵 b3' }))).toEqual([])
    expect(ids(filtered(all, { ...NO_FILTER, kind: 'elevator' }))).toEqual(['a'])
    expect(ids(filtered(all, { ...NO_FILTER, silent: true }))).toEqual(['c'])
    expect(ids(filtered(all, { ...NO_FILTER, low: true }))).toEqual(['b'])
    expect(ids(filtered(all, { ...NO_FILTER, unplaced: true }))).toEqual(['a'])
  })

  it('is in the address, where nonsense is nothing', () => {
    const filter = { ...NO_FILTER, text: 'a b', kind: 'valve' as const, low: true }
    const query = queryOf(filter, 3)
    expect(query).toEqual({ q: 'a b', kind: 'valve', only: 'low', page: '3' })
    expect(filterOf(query as never)).toEqual({ filter, page: 3 })
    expect(queryOf(NO_FILTER, 1)).toEqual({})
    expect(filterOf({ kind: 'toString', page: '-1', q: ['x'] })).toEqual({ filter: NO_FILTER, page: 1 })
  })
})

describe('the last hours', () => {
  it('are counted, the worst first, and are as bad as what stands now', () => {
    expect(heatCounts([null, 'low', 'critical', 'low'])).toEqual([
      { cell: 'critical', hours: 1 },
      { cell: 'low', hours: 2 },
    ])
    const high = alarmView('1', { priority: 'high' })
    expect(heatNow(['low', null], [high])).toEqual(['low', 'high'])
    expect(heatNow(['low', 'critical'], [high])).toEqual(['low', 'critical'])
    expect(heatNow(['low', null], [{ ...high, active: false }])).toEqual(['low', null])
  })
})

describe('what is seen of a history', () => {
  const whole = { fromMs: 0, toMs: 24 * 3_600_000 }

  it('is half or twice as long, never outside of the whole', () => {
    const half = zoomed(whole, whole, 'in')
    expect(half).toEqual({ fromMs: 6 * 3_600_000, toMs: 18 * 3_600_000 })
    expect(zoomed(half, whole, 'out')).toEqual(whole)
    expect(zoomed(whole, whole, 'out')).toEqual(whole)
    expect(moved(half, whole, 'earlier')).toEqual({ fromMs: 0, toMs: 12 * 3_600_000 })
    expect(moved(moved(half, whole, 'later'), whole, 'later').toMs).toBe(whole.toMs)
  })

  it('is asked for in as many buckets as there is room', () => {
    expect([bucketsFor(90), bucketsFor(1_340.6), bucketsFor(9_000)]).toEqual([200, 1_341, 2_000])
  })
})

describe('words', () => {
  it('are there for every point and condition of the vocabulary', () => {
    const plain = (code: string) => code.replaceAll('.', '_')
    const base = (name: string) => name.replace(/\.l[123]{1,2}$/, '')
    expect([...CONDITION_CODES].filter((code) => !(plain(code) in zh.condition))).toEqual([])
    expect(POINT_NAMES.filter((name) => !(plain(base(name)) in zh.point))).toEqual([])
  })

  it('have four figures, and thousands where they are counted so', () => {
    expect([figures(230.14159), figures(0.012345), figures(12), figures(375_822.4)]).toEqual([
      ...['230.1', '0.01235', '12', '375822'],
    ])
    expect([withUnit(23_770, 'W'), withUnit(-12_000, 'var'), withUnit(9_999, 'W'), withUnit(21.5, 'Cel')]).toEqual([
      ...['23.77 kW', '-12 kvar', '9999 W', '21.5 °C'],
    ])
    expect([withUnit(3, '1'), withUnit(3, null)]).toEqual(['3', '3'])
  })

  it('tell an age in the one unit that people would say', () => {
    expect([0, 59_999].map(ageOf)).toEqual([{ unit: 'now' }, { unit: 'now' }])
    expect(ageOf(60_000)).toEqual({ unit: 'minutes', count: 1 })
    expect(ageOf(3_600_000)).toEqual({ unit: 'hours', count: 1 })
    expect(ageOf(48 * 3_600_000)).toEqual({ unit: 'days', count: 2 })
  })
})
