import { describe, expect, it } from 'vitest'
import type { Binding, Memory } from '../../../gateway/devices/family.ts'
import { readPayload } from '../../../gateway/devices/sparkplug/payload.ts'
import { decodedOf, pointsOf, RECEIVED_MS, restarted, statesOf } from '../../support/family-message.ts'
import { plainMemory } from '../../support/memory.ts'
import { type MetricGiven, type PayloadGiven, sparkplugPayload } from '../../support/sparkplug.ts'

const T = 1_767_225_600_000
const INT64 = 4
const FLOAT = 9
const BOOLEAN = 11
const binding: Binding = {
  kind: { M1: 'power_meter' },
  metrics: {
    'U/1': 'voltage.l1',
    P: 'power.active',
    'Alarm/Phase': 'condition:meter.phase_loss',
    E: 'energy.active.import (kWh)',
  },
}

interface Sent extends PayloadGiven {
  memory?: Memory
  atMs?: number
  bound?: Binding
}

function send(path: string, { memory = plainMemory(), atMs = 0, bound = binding, ...payload }: Sent) {
  const body = sparkplugPayload({ timestampMs: T, ...payload })
  return decodedOf({ topic: `spBv1.0/${path}`, payload: body, memory, atMs, binding: bound })
}

const bdSeq = (value: bigint): MetricGiven => ({ name: 'bdSeq', datatype: INT64, long: value })
const METER: MetricGiven[] = [
  { name: 'U/1', alias: 1, datatype: FLOAT, float: 230 },
  { name: 'P', alias: 2, datatype: INT64, long: 0n },
  { name: 'Alarm/Phase', alias: 3, datatype: BOOLEAN, boolean: false },
]

/** A node and its meter M1, both born: seq 0 and 1. */
function born(memory = plainMemory(), session = 1n) {
  send('G/NBIRTH/E', { memory, seq: 0, metrics: [bdSeq(session)] })
  send('G/DBIRTH/E/M1', { memory, seq: 1, metrics: METER })
  return memory
}

const data = (memory: Memory, seq: number, metrics: MetricGiven[], more: Partial<Sent> = {}) =>
  send('G/DDATA/E/M1', { memory, seq, metrics, ...more })

describe('values by data type', () => {
  const valueOf = (metric: MetricGiven) => {
    const decoded = send('G/NDATA/E', { seq: 0, metrics: [{ name: 'P', ...metric }] })
    return (
      pointsOf(decoded)['power.active'] ?? decoded.warnings.find((each) => /^(unsupported|null|implausible)/.test(each))
    )
  }

  it.each([
    ['Int8 of 8 bits', { datatype: 1, int: 0xff }, -1],
    ['Int8 of 32 bits', { datatype: 1, int: 0xffffff80 }, -128],
    ['Int16', { datatype: 2, int: 0xff82 }, -126],
    ['Int32', { datatype: 3, int: 0xfffffc82 }, -894],
    ['Int32 in 64 bits', { datatype: 3, long: -894n }, -894],
    ['Int64', { datatype: 4, long: -894n }, -894],
    ['Int64, large', { datatype: 4, long: 9_000_000_001n }, 9_000_000_001],
    ['UInt8', { datatype: 5, int: 0xff }, 255],
    ['UInt16', { datatype: 6, int: 0xff82 }, 65_410],
    ['UInt32', { datatype: 7, int: 0xf0000000 }, 4_026_531_840],
    ['UInt32, a negative number in it', { datatype: 7, int: 0xfffffc82 }, 'implausible:power.active'],
    ['Float, a negative number in tenths in it', { datatype: 9, float: 429_496_700 }, 'implausible:power.active'],
    ['UInt64', { datatype: 8, long: 5_000_000_000n }, 5_000_000_000],
    ['Float', { datatype: 9, float: 1.5 }, 1.5],
    ['Double', { datatype: 10, double: -2.25 }, -2.25],
    ['String', { datatype: 12, text: '42.5' }, 42.5],
    ['no type, small', { int: 7 }, 7],
    ['no type, top bit set', { int: 0xfffffc82 }, 'unsupported_value:P'],
    ['bytes', { datatype: 17, bytes: Uint8Array.of(1) }, 'unsupported_value:P'],
    ['null', { datatype: 4, isNull: true }, 'null_value:power.active'],
    ['no value', { datatype: 4 }, 'null_value:power.active'],
  ] as [string, MetricGiven, unknown][])('%s', (_, metric, expected) => expect(valueOf(metric)).toBe(expected))

  it('a NaN is no reading', () => {
    const decoded = send('G/NDATA/E', { seq: 0, metrics: [{ name: 'P', datatype: 10, double: NaN }] })
    expect(decoded.measurements).toEqual([])
    expect(decoded.warnings).toContain('not_finite:power.active')
  })
})

describe('names', () => {
  it('ours need no binding; others are told and not guessed', () => {
    const decoded = send('G/NDATA/E', {
      seq: 0,
      bound: {},
      metrics: [
        { name: 'voltage.l1', datatype: FLOAT, float: 229.5 },
        { name: 'elevator.entrapment', datatype: BOOLEAN, boolean: true },
        { name: 'batteryPercent', datatype: 3, int: 80 },
        { name: 'Voltage/L1', datatype: FLOAT, float: 1 },
        { name: '__proto__', datatype: FLOAT, float: 1 },
      ],
    })
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 229.5 })
    expect(statesOf(decoded)).toEqual(['elevator.entrapment active'])
    expect(decoded.health).toEqual({ batteryPercent: 80 })
    expect(decoded.warnings).toEqual(
      expect.arrayContaining(['unmapped_metric:Voltage/L1', 'unmapped_metric:__proto__']),
    )
  })

  it('units come from the site, or from properties of the birth', () => {
    const memory = born()
    const kilowatt = { name: 'P', alias: 9, datatype: FLOAT, float: 2, properties: { engUnit: 'kW' } }
    const birth = send('G/DBIRTH/E/M2', { memory, seq: 2, metrics: [kilowatt] })
    expect(pointsOf(birth)).toEqual({ 'power.active': 2_000 })
    const later = send('G/DDATA/E/M2', { memory, seq: 3, metrics: [{ alias: 9, float: 1.5 }] })
    expect(pointsOf(later)).toEqual({ 'power.active': 1_500 })
    expect(pointsOf(data(memory, 4, [{ name: 'E', datatype: FLOAT, float: 12 }]))).toEqual({
      'energy.active.import': 12_000,
    })
    const wrong = data(memory, 5, [{ name: 'P', datatype: FLOAT, float: 12, properties: { engUnit: 'V' } }])
    expect(wrong.measurements).toEqual([])
    expect(wrong.warnings).toContain('unit_mismatch:power.active')
  })

  it('what the source calls bad or stale is unknown', () => {
    const bad = { properties: { Quality: 0 } }
    const decoded = data(born(), 2, [
      { alias: 1, float: 12, ...bad },
      { alias: 3, boolean: false, properties: { Quality: 500 } },
      { alias: 2, long: 5n, properties: { Quality: 192 } },
    ])
    expect(pointsOf(decoded)).toEqual({ 'power.active': 5 })
    expect(statesOf(decoded)).toEqual(['meter.phase_loss unknown'])
  })

  it('a device of unknown kind is told by what it says, in its births and after', () => {
    const memory = plainMemory()
    send('G/NBIRTH/E', { memory, seq: 0, metrics: [bdSeq(1n)] })
    const leak = { name: 'water.leak', alias: 5, datatype: BOOLEAN, boolean: false }
    expect(send('G/DBIRTH/E/L', { memory, seq: 1, metrics: [leak], bound: {} }).device?.kind).toBe('water_leak')
    const quiet = send('G/DDATA/E/L', { memory, seq: 2, metrics: [], bound: {} })
    expect(quiet.device).toMatchObject({ key: 'sparkplug:G/E/L', kind: 'water_leak' })
  })

  it('a lift of which the door alone is told stays a lift', () => {
    const memory = plainMemory()
    send('G/NBIRTH/E', { memory, seq: 0, metrics: [bdSeq(1n)] })
    const metrics = [
      { name: 'lift.floor', alias: 1, datatype: 3, int: 4 },
      { name: 'door.open', alias: 2, datatype: BOOLEAN, boolean: false },
    ]
    expect(send('G/DBIRTH/E/L', { memory, seq: 1, metrics, bound: {} }).device?.kind).toBe('elevator')
    const door = send('G/DDATA/E/L', { memory, seq: 2, metrics: [{ alias: 2, boolean: true }], bound: {} })
    expect(door.device?.kind).toBe('elevator')
  })
})

describe('births and aliases', () => {
  it('a birth tells the whole state and that the device is there', () => {
    const decoded = send('G/DBIRTH/E/M1', { memory: plainMemory(), seq: 1, metrics: METER })
    expect(statesOf(decoded)).toEqual(['device.offline cleared', 'meter.phase_loss cleared'])
    expect(decoded.health.online).toBe(true)
    expect(decoded.warnings).toContain('birth_not_seen')
  })

  it('aliases live over a restart', () => {
    const decoded = data(restarted(born()), 2, [
      { alias: 3, boolean: true },
      { alias: 2, long: -5n },
    ])
    expect(statesOf(decoded)).toEqual(['meter.phase_loss active'])
    expect(pointsOf(decoded)).toEqual({ 'power.active': -5 })
    expect(decoded.requests).toBeUndefined()
  })

  it('an alias that no birth told waits for one, which is asked for once a minute', () => {
    const memory = plainMemory()
    const first = data(memory, 5, [{ alias: 1, float: 1 }])
    expect(first).toMatchObject({ disposition: 'needs_context', measurements: [] })
    expect(first.requests).toHaveLength(1)
    const { topic, payload } = first.requests![0]!
    expect(topic).toBe('spBv1.0/G/NCMD/E')
    expect(readPayload(payload as Uint8Array)).toMatchObject({
      timestampMs: RECEIVED_MS,
      metrics: [{ name: 'Node Control/Rebirth', datatype: BOOLEAN, value: { type: 'boolean', boolean: true } }],
    })
    expect(data(memory, 6, [{ alias: 1, float: 2 }], { atMs: 59_999 }).requests).toBeUndefined()
    expect(data(restarted(memory), 7, [{ alias: 1, float: 3 }], { atMs: 60_000 }).requests).toHaveLength(1)
  })

  it('a device’s birth without its node’s tells its aliases, until another session begins', () => {
    const memory = plainMemory()
    send('G/DBIRTH/E/M1', { memory, seq: 1, metrics: METER })
    const decoded = data(memory, 2, [{ alias: 3, boolean: true }])
    expect(statesOf(decoded)).toEqual(['meter.phase_loss active'])
    expect(decoded.warnings).toEqual(['birth_not_seen'])
    send('G/NBIRTH/E', { memory, seq: 0, metrics: [bdSeq(1n)] })
    expect(data(memory, 1, [{ alias: 3, boolean: true }]).disposition).toBe('needs_context')
  })

  it.each(['', '/', 'site 1/bridge/'])('with %j before the namespace, here and in what is asked for', (prefix) => {
    const payload = sparkplugPayload({ timestampMs: T, seq: 2, metrics: [METER[0]!, { alias: 7, float: 1 }] })
    const decoded = decodedOf({ topic: `${prefix}spBv1.0/G/DDATA/E/M1`, payload, binding })
    expect(decoded.device).toMatchObject({ key: 'sparkplug:G/E/M1', kind: 'power_meter' })
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 230 })
    expect(decoded.requests).toMatchObject([{ topic: `${prefix}spBv1.0/G/NCMD/E` }])
  })

  it('what can be placed is said, also where another metric cannot', () => {
    const decoded = data(born(), 2, [
      { alias: 3, boolean: true },
      { alias: 77, float: 1 },
    ])
    expect(decoded.disposition).toBe('accept')
    expect(statesOf(decoded)).toEqual(['meter.phase_loss active'])
    expect(decoded.warnings).toContain('unknown_alias:77')
    expect(decoded.requests).toHaveLength(1)
  })

  it('aliases of another session mean nothing', () => {
    const memory = born()
    send('G/NBIRTH/E', { memory, seq: 0, metrics: [bdSeq(2n)] })
    expect(data(memory, 1, [{ alias: 3, boolean: true }]).disposition).toBe('needs_context')
  })

  it('a rebirth in the same session keeps them until the device is born again', () => {
    const memory = born()
    send('G/NBIRTH/E', { memory, seq: 0, timestampMs: T + 1, metrics: [bdSeq(1n)] })
    expect(statesOf(data(memory, 1, [{ alias: 3, boolean: true }]))).toEqual(['meter.phase_loss active'])
  })
})

describe('sequence', () => {
  it('runs on from 255 to 0', () => {
    const memory = born()
    for (let seq = 2; seq <= 255; seq++) data(memory, seq, [{ alias: 1, float: seq }])
    const decoded = data(memory, 0, [{ alias: 1, float: 1 }])
    expect(decoded.warnings).toEqual([])
    expect(decoded.seq).toEqual({ type: 'sparkplug.seq', value: 0 })
  })

  it('counts over the node and all its devices', () => {
    const memory = born()
    expect(send('G/NDATA/E', { memory, seq: 2, metrics: [] }).warnings).toEqual([])
    expect(data(memory, 3, [{ alias: 1, float: 1 }]).warnings).toEqual([])
  })

  it('a gap is told and a rebirth asked for; the reading counts', () => {
    const decoded = data(born(), 4, [{ alias: 1, float: 231 }])
    expect(decoded).toMatchObject({ disposition: 'accept', warnings: ['sequence_gap'], requests: [{}] })
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 231 })
  })

  it('the same number with the same content is the same message, over a restart too', () => {
    const memory = born()
    const metrics = [{ alias: 3, boolean: true }]
    expect(data(memory, 2, metrics).disposition).toBe('accept')
    data(memory, 3, [{ alias: 1, float: 1 }])
    const again = data(restarted(memory), 2, metrics, { atMs: 3_600_000 })
    expect(again).toMatchObject({ disposition: 'duplicate', conditions: [{ state: 'active' }] })
    expect(again.reason).toMatch(/seq 2 /)
    expect(data(memory, 4, metrics).disposition).toBe('accept')
    expect(data(memory, 5, metrics, {}).warnings).toEqual([])
  })
})

describe('deaths', () => {
  it('of a device: offline, and what it said is unknown', () => {
    const memory = born()
    const decoded = send('G/DDEATH/E/M1', { memory, seq: 2 })
    expect(statesOf(decoded)).toEqual(['device.offline active'])
    expect(decoded).toMatchObject({ health: { online: false }, unreachable: ['sparkplug:G/E/M1'], warnings: [] })
    const node = send('G/NDEATH/E', { memory, metrics: [bdSeq(1n)] })
    expect(node.warnings).toEqual(['death_timestamp_is_connect_time'])
  })

  it('of a node: its devices are out of reach; once', () => {
    const memory = born()
    const death = { memory, metrics: [bdSeq(1n)] }
    const decoded = send('G/NDEATH/E', death)
    expect(decoded).toMatchObject({ unreachable: ['sparkplug:G/E/*'], time: { device: null }, seq: null })
    expect(decoded.warnings).toContain('children_offline:M1')
    expect(send('G/NDEATH/E', death).disposition).toBe('duplicate')
    expect(data(memory, 2, [{ alias: 3, boolean: true }]).disposition).toBe('needs_context')
  })

  it('of an earlier session: stale', () => {
    const decoded = send('G/NDEATH/E', { memory: restarted(born(plainMemory(), 3n)), metrics: [bdSeq(2n)] })
    expect(decoded).toMatchObject({ disposition: 'stale', reason: 'bdSeq 2 does not match current session bdSeq 3' })
  })

  it('of a node that was never born counts', () => {
    expect(statesOf(send('G/NDEATH/E', { metrics: [bdSeq(7n)] }))).toEqual(['gateway.offline active'])
  })
})

describe('stored values', () => {
  it('stand as rows by their time, and a message of nothing else is history', () => {
    const decoded = data(born(), 2, [
      { alias: 1, float: 1, historical: true, timestampMs: T - 2_000 },
      { alias: 3, boolean: true, historical: true, timestampMs: T - 2_000 },
      { alias: 1, float: 2, historical: true, timestampMs: T - 1_000 },
    ])
    expect(decoded).toMatchObject({ historical: true, measurements: [], conditions: [] })
    expect(decoded.readings.map(({ time, historical }) => [time, historical])).toEqual([
      [T - 2_000, true],
      [T - 1_000, true],
    ])
    expect(statesOf(decoded.readings[0]!)).toEqual(['meter.phase_loss active'])
  })
})

describe('what is no reading', () => {
  const ofBytes = (topic: string, payload: Uint8Array | string) => decodedOf({ topic, payload })
  const good = sparkplugPayload({ timestampMs: T, seq: 1, metrics: METER })

  it.each([
    ['spBv1.0/STATE/host', '{"online":true,"timestamp":1}'],
    ['STATE/host', 'ONLINE'],
    ['spBv1.0/G/NCMD/E', good],
    ['spBv1.0/G/DCMD/E/D', good],
    ['spBv1.0/G/DDATA/E/D', ''],
  ] as const)('%s is ignored', (topic, payload) => expect(ofBytes(topic, payload).disposition).toBe('ignore'))

  it.each([
    ['cut', 'spBv1.0/G/DDATA/E/D', good.subarray(0, good.length - 4), 'truncated'],
    ['JSON', 'spBv1.0/G/DDATA/E/D', '{"timestamp":1,"metrics":[]}', 'invalid_shape'],
    ['field number 0', 'spBv1.0/G/DDATA/E/D', Uint8Array.of(0, 0), 'invalid_shape'],
    ['compressed', 'spBv1.0/G/DDATA/E/D', sparkplugPayload({ uuid: 'SPBV1.0_COMPRESSED' }), 'invalid_shape'],
    ['no device', 'spBv1.0/G/DDATA/E', good, 'unknown_topic'],
    ['a device too many', 'spBv1.0/G/NDATA/E/D', good, 'unknown_topic'],
    ['another type', 'spBv1.0/G/XDATA/E', good, 'unknown_topic'],
  ] as const)('%s is rejected', (_, topic, payload, reason) => {
    expect(ofBytes(topic, payload)).toMatchObject({ disposition: 'reject', reason })
  })

  it('no byte sequence breaks it', () => {
    for (let cut = 0; cut < good.length; cut++) {
      expect(ofBytes('spBv1.0/G/DDATA/E/D', good.subarray(0, cut)).reason).not.toBe('internal_error')
      const changed = Uint8Array.from(good)
      changed[cut] = changed[cut]! ^ 0xff
      expect(ofBytes('spBv1.0/G/DDATA/E/D', changed).reason).not.toBe('internal_error')
    }
  })

  it('more than 5,000 metrics are cut, told, and quick', () => {
    const metrics = Array.from({ length: 6_000 }, (_, index) => ({ name: `m${index}`, datatype: FLOAT, float: 1 }))
    const decoded = send('G/NBIRTH/E', { seq: 0, metrics })
    expect(decoded.warnings).toContain('too_many_metrics')
    expect(decoded.warnings.length).toBeLessThan(110)
  })
})
