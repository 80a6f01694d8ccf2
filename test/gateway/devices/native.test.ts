import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeNative } from '../../../gateway/devices/native.ts'
import { CHANNELS, type Channel } from '../../../gateway/topics.ts'

const on = (channel: Channel) => ({ site: 'default', device: 'leak-1', channel })
const telemetry = (body: unknown) =>
  decodeNative(on('telemetry'), typeof body === 'string' ? body : JSON.stringify(body))
const event = (body: unknown) => decodeNative(on('event'), typeof body === 'string' ? body : JSON.stringify(body))
const status = (text: string) => decodeNative(on('status'), text)

/** Only good, only bad, or both: `[messages, reasons]`. */
const outcome = ({ decoded, faults }: ReturnType<typeof decodeNative>) => [
  decoded.length,
  faults.map(({ reason }) => reason),
]

describe('native JSON in general', () => {
  it('never throws on any text, and a text of which nothing is taken has a fault that says why', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 6 }))
    fc.assert(
      fc.property(fc.constantFrom(...CHANNELS), texts, (channel, text) => {
        const { decoded, faults } = decodeNative(on(channel), text)
        expect(decoded.length + faults.length).toBeGreaterThan(0)
        for (const { detail } of faults) expect(detail).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws on an object of the right shape with anything in it', () => {
    const anything = fc.jsonValue({ maxDepth: 3 })
    const names = fc.oneof(
      fc.constantFrom('water.leak', 'voltage.l1', 'batteryPercent', '__proto__', 'ok'),
      fc.string(),
    )
    const bodies = fc.record(
      {
        ts: anything,
        seq: anything,
        values: fc.oneof(fc.dictionary(names, anything), anything),
        event: anything,
        active: anything,
        data: anything,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.constantFrom(...CHANNELS), fc.oneof(bodies, fc.array(bodies)), (channel, body) => {
        const { decoded, faults } = decodeNative(on(channel), JSON.stringify(body))
        for (const { measurements, time, seq } of decoded) {
          for (const { value } of measurements) if (typeof value === 'number') expect(value).toSatisfy(Number.isFinite)
          if (time.device !== null) expect(time.device).toSatisfy(Number.isSafeInteger)
          if (seq !== null) expect(seq.value).toSatisfy(Number.isSafeInteger)
        }
        expect(decoded.length + faults.length).toBeGreaterThan(0)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    '',
    ' ',
    '{',
    '[1,',
    'undefined',
    'NaN',
    '{"values":{"water.depth":NaN}}',
    '{"values":{"water.depth":1e}}',
    "{'values':{}}",
  ])('%j is not JSON', (text) => {
    expect(outcome(telemetry(text))).toEqual([0, ['invalid_json']])
    expect(outcome(event(text))).toEqual([0, ['invalid_json']])
  })
})

describe('telemetry', () => {
  it.each([
    ['null', null],
    ['a number', 12],
    ['a text', '"wet"'],
    ['no values', {}],
    ['values that are null', { values: null }],
    ['values that are an array', { values: [1, 2] }],
    ['values that are a text', { values: 'wet' }],
    ['a value beside, not inside, values', { 'water.leak': true }],
  ])('%s is of the wrong shape', (_, body) => {
    expect(outcome(telemetry(body))).toEqual([0, ['invalid_shape']])
  })

  it.each([
    ['voltage.l1', 'abc', 'invalid_value'],
    ['voltage.l1', '', 'invalid_value'],
    ['voltage.l1', '  ', 'invalid_value'],
    ['voltage.l1', 'NaN', 'invalid_value'],
    ['voltage.l1', 'Infinity', 'invalid_value'],
    ['voltage.l1', true, 'invalid_value'],
    ['voltage.l1', [230], 'invalid_value'],
    ['voltage.l1', { value: 230 }, 'invalid_value'],
    ['voltage.l1', -1, 'invalid_value'],
    ['voltage.l1', 1_000_001, 'invalid_value'],
    ['power_factor', 1.01, 'invalid_value'],
    ['humidity.relative', 101, 'invalid_value'],
    ['temperature.ambient', -274, 'invalid_value'],
    ['lift.floor_label', 3, 'invalid_value'],
    ['lift.floor_label', 'x'.repeat(65), 'invalid_value'],
    ['batteryPercent', 101, 'invalid_value'],
    ['batteryPercent', 'full', 'invalid_value'],
    ['batteryLow', 'true', 'invalid_value'],
    ['batteryLow', 1, 'invalid_value'],
    ['reportIntervalS', 0, 'invalid_value'],
    ['water.leak', 1, 'invalid_value'],
    ['water.leak', 'true', 'invalid_value'],
    ['water.leek', true, 'unknown_point'],
    ['Water.leak', true, null],
    ['elevator.entrapement', true, 'unknown_point'],
    ['device.ofline', true, 'unknown_point'],
    ['meter.', true, 'unknown_point'],
    ['__proto__', 1, 'unknown_point'],
    ['', 1, 'unknown_point'],
    ['has space', 1, 'unknown_point'],
    ['a.b.c.d.e.f', 1, 'unknown_point'],
    ['x'.repeat(33), 1, 'unknown_point'],
    ['x', 'y'.repeat(257), 'invalid_value'],
    ['x', [1], 'invalid_value'],
    ['x', {}, 'invalid_value'],
    ['constructor', 1, null],
    ['toString', 'x', null],
    ['hasOwnProperty', false, null],
  ])('%s = %j has the fault %j', (name, value, reason) => {
    const values = `{${JSON.stringify(name)}:${JSON.stringify(value)}}`
    const { decoded, faults } = telemetry(`{"values":${values}}`)
    if (reason === null) {
      expect(faults).toEqual([])
      expect(decoded[0]?.measurements).toEqual([{ name, value, unit: null }])
    } else {
      expect(decoded).toEqual([])
      expect(faults.map((fault) => fault.reason)).toEqual([reason])
    }
  })

  it('refuses a number beyond what JSON numbers can hold', () => {
    expect(outcome(telemetry('{"values":{"x":1e999}}'))).toEqual([0, ['invalid_value']])
    expect(outcome(telemetry('{"values":{"voltage.l1":1e999}}'))).toEqual([0, ['invalid_value']])
  })

  it.each([
    ['voltage.l1', 230.5, 230.5, 'V'],
    ['voltage.l1', '230.5', 230.5, 'V'],
    ['voltage.l1', ' 230 ', 230, 'V'],
    ['voltage.l1', 0, 0, 'V'],
    ['voltage.l1', 1_000_000, 1_000_000, 'V'],
    ['voltage.ch12', 230, 230, 'V'],
    ['energy.active.import.tariff2', 17, 17, 'Wh'],
    ['power_factor', -1, -1, '1'],
    ['lift.floor_label', '负一层', '负一层', 'text'],
    ['pressure', 3.5, 3.5, null],
    ['note', 'wet', 'wet', null],
    ['note', '3.5', '3.5', null],
  ])('%s = %j is stored as %j %s', (name, sent, value, unit) => {
    const { decoded, faults } = telemetry({ values: { [name]: sent } })
    expect(faults).toEqual([])
    expect(decoded[0]?.measurements).toEqual([{ name, value, unit }])
  })

  it('a null value says "unknown": no fault, nothing stored', () => {
    const { decoded, faults } = telemetry({ values: { 'voltage.l1': null, 'water.leak': null, nonsense: null } })
    expect(faults).toEqual([])
    expect(decoded).toMatchObject([{ measurements: [], conditions: [] }])
  })

  it('health and conditions among the values go where they belong', () => {
    const { decoded } = telemetry({
      values: { batteryPercent: '80', tamper: false, 'water.leak': false, online: true },
    })
    expect(decoded).toMatchObject([
      {
        measurements: [],
        health: { batteryPercent: 80, tamper: false, online: true },
        conditions: [{ code: 'water.leak', state: 'cleared', native: false }],
      },
    ])
  })

  it('names of Object.prototype change no prototype', () => {
    const { decoded } = telemetry('{"values":{"__proto__":{"polluted":1},"constructor":1,"ok":2},"__proto__":{"ts":1}}')
    expect(decoded[0]?.measurements.map(({ name }) => name)).toEqual(['constructor', 'ok'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(decoded[0]?.time.device).toBeNull()
  })

  it('takes 500 values, not 501', () => {
    const values = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]))
    expect(telemetry({ values: values(500) }).decoded[0]?.measurements).toHaveLength(500)
    expect(outcome(telemetry({ values: values(501) }))).toEqual([0, ['invalid_shape']])
  })
})

describe('arrays of telemetry', () => {
  const elements = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ values: { 'water.depth': index } }))

  it('an empty one is rejected', () => {
    expect(outcome(telemetry([]))).toEqual([0, ['empty']])
  })

  it('one element is live', () => {
    expect(telemetry(elements(1)).decoded.map(({ historical }) => historical)).toEqual([false])
  })

  it('10,000 are taken in order, the last one live', () => {
    const { decoded, faults } = telemetry(elements(10_000))
    expect(faults).toEqual([])
    expect(decoded.map(({ measurements }) => measurements[0]?.value)).toEqual(elements(10_000).map((_, index) => index))
    expect(decoded.filter(({ historical }) => !historical)).toEqual([decoded.at(-1)])
  })

  it('10,001 are rejected as a whole', () => {
    expect(outcome(telemetry(elements(10_001)))).toEqual([0, ['too_many_elements']])
  })

  it('good elements are taken, bad ones are told by their number', () => {
    const { decoded, faults } = telemetry([
      { values: { 'water.depth': 1 } },
      7,
      { values: { 'water.depth': 'deep' } },
      [],
      { ts: 5, values: { 'water.depth': 2 } },
    ])
    expect(decoded.map(({ measurements, historical }) => [measurements[0]?.value, historical])).toEqual([
      [1, true],
      [2, false],
    ])
    expect(faults.map(({ detail }) => detail.split(':')[0])).toEqual(['element 1', 'element 2', 'element 3'])
  })

  it('with a bad last element nothing older becomes live', () => {
    const { decoded } = telemetry([{ values: { 'water.leak': true } }, { values: { 'water.leak': 'yes' } }])
    expect(decoded.map(({ historical }) => historical)).toEqual([true])
  })
})

describe('times and numbers of a message', () => {
  const timed = (ts: unknown) => telemetry({ ts, values: { 'water.depth': 1 } })

  it.each([
    [1_795_000_000_000, 1_795_000_000_000],
    [0, 0],
    [-1, -1],
    [1.9, 1],
    [8.64e15, 8.64e15],
    ['2026-11-23T10:00:00+08:00', Date.UTC(2026, 10, 23, 2)],
    ['2026-11-23T10:00:00+0800', Date.UTC(2026, 10, 23, 2)],
    ['2026-11-23T02:00Z', Date.UTC(2026, 10, 23, 2)],
    ['2026-11-23T02:00:00.123456789Z', Date.UTC(2026, 10, 23, 2, 0, 0, 123)],
    ['2036-11-23T02:00:00Z', Date.UTC(2036, 10, 23, 2)],
    ['1926-11-23T02:00:00-11:30', Date.UTC(1926, 10, 23, 13, 30)],
  ])('ts %j is %i', (ts, expected) => {
    const { decoded, faults } = timed(ts)
    expect(faults).toEqual([])
    expect(decoded[0]?.time.device).toBe(expected)
  })

  it.each([
    '2026-11-23T10:00:00',
    '2026-11-23',
    '2026-11-23 10:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-23T25:00:00Z',
    '1795000000000',
    'now',
    '',
    8.64e15 + 2,
    -8.64e15 - 2,
    1e300,
    true,
    [],
    {},
  ])('ts %j is a fault, and the reading counts all the same, at the time it was received', (ts) => {
    const { decoded, faults } = timed(ts)
    expect(faults.map(({ reason }) => reason)).toEqual(['invalid_value'])
    expect(decoded).toMatchObject([{ time: { device: null }, measurements: [{ value: 1 }] }])
  })

  it.each([null, undefined])('ts %j is as if it were not there', (ts) => {
    const { decoded, faults } = timed(ts)
    expect(faults).toEqual([])
    expect(decoded[0]?.time).toEqual({ device: null, basis: 'none' })
  })

  it.each([0, 1, -5, Number.MAX_SAFE_INTEGER, null])('seq %j is taken', (seq) => {
    const { decoded, faults } = telemetry({ seq, values: { x: 1 } })
    expect(faults).toEqual([])
    expect(decoded[0]?.seq).toEqual(seq === null ? null : { type: 'seq', value: seq })
  })

  it.each(['1', 1.5, 2 ** 53, true, [1], {}])('seq %j is a fault, and the reading counts', (seq) => {
    const { decoded, faults } = telemetry({ seq, values: { x: 1 } })
    expect(faults.map(({ reason }) => reason)).toEqual(['invalid_value'])
    expect(decoded).toMatchObject([{ seq: null, measurements: [{ value: 1 }] }])
  })
})

describe('events', () => {
  it.each([
    ['null', null, 'invalid_shape'],
    ['an array', [{ event: 'water.leak' }], 'invalid_shape'],
    ['no event', { active: true }, 'invalid_shape'],
    ['a number as event', { event: 7 }, 'invalid_shape'],
    ['an unknown event', { event: 'water.flood', active: true }, 'unknown_event'],
    ['another case', { event: 'Water.Leak', active: true }, 'unknown_event'],
    ['a name of Object.prototype', { event: 'constructor' }, 'unknown_event'],
    ['a very long name', { event: 'x'.repeat(10_000) }, 'unknown_event'],
    ['active as text', { event: 'water.leak', active: 'true' }, 'invalid_value'],
    ['active as number', { event: 'water.leak', active: 1 }, 'invalid_value'],
    ['active null', { event: 'water.leak', active: null }, 'invalid_value'],
  ])('%s is rejected', (_, body, reason) => {
    const { decoded, faults } = event(body)
    expect(decoded).toEqual([])
    expect(faults.map((fault) => fault.reason)).toEqual([reason])
    expect(faults[0]!.detail.length).toBeLessThan(200)
  })

  it('is a level with active and a pulse without', () => {
    const state = (body: object) => event(body).decoded[0]?.conditions
    expect(state({ event: 'water.leak', active: true })).toEqual([
      { code: 'water.leak', state: 'active', native: true },
    ])
    expect(state({ event: 'water.leak', active: false })).toMatchObject([{ state: 'cleared' }])
    expect(state({ event: 'elevator.alarm_button' })).toEqual([{ code: 'elevator.alarm_button', state: 'pulse' }])
    expect(state({ event: 'generic.smoke_2', active: true })).toMatchObject([{ code: 'generic.smoke_2' }])
  })

  it('a bad ts or seq does not take the alarm with it', () => {
    const { decoded, faults } = event({ event: 'water.leak', active: true, ts: 'yesterday', seq: 'one' })
    expect(decoded[0]?.conditions).toMatchObject([{ code: 'water.leak', state: 'active' }])
    expect(faults).toHaveLength(2)
  })

  it('keeps its data', () => {
    const { decoded } = event({ event: 'elevator.door_fault', active: true, data: { code: 'E42', floor: 3 } })
    expect(decoded[0]?.conditions[0]?.detail).toEqual({ code: 'E42', floor: 3 })
  })

  it.each(['E42', 7, true, ['E42']])('data that is no object, %j, is told and the alarm stands', (data) => {
    const { decoded, faults } = event({ event: 'water.leak', active: true, data })
    expect(decoded[0]?.conditions).toEqual([{ code: 'water.leak', state: 'active', native: true }])
    expect(faults.map(({ reason }) => reason)).toEqual(['invalid_value'])
  })

  it('data nests at most 32 levels', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })
    expect(event({ event: 'water.leak', data: nested(32) }).faults).toEqual([])
    expect(event({ event: 'water.leak', data: nested(33) }).faults).toHaveLength(1)
  })

  it('data of any depth can be written as JSON again, or is left out with a fault while the alarm stands', () => {
    const deep = `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`
    const { decoded, faults } = event(`{"event":"water.leak","active":true,"data":${deep}}`)
    expect(decoded[0]?.conditions).toMatchObject([{ code: 'water.leak', state: 'active' }])
    expect(() => JSON.stringify(decoded)).not.toThrow()
    expect(faults.map(({ reason }) => reason)).toEqual(['invalid_value'])
  })
})

describe('a status', () => {
  it('is online or offline, as health and as a condition', () => {
    expect(status('online').decoded).toMatchObject([
      { health: { online: true }, conditions: [{ code: 'device.offline', state: 'cleared' }] },
    ])
    expect(status('offline').decoded).toMatchObject([
      { health: { online: false }, conditions: [{ code: 'device.offline', state: 'active' }] },
    ])
  })

  it.each(['', 'Online', 'ONLINE', 'online\n', '"online"', '{"online":true}', '1', 'true'])(
    '%j is rejected',
    (text) => {
      expect(outcome(status(text))).toEqual([0, ['invalid_value']])
    },
  )
})

describe('a reply to a command', () => {
  const reply = (body: unknown) => decodeNative(on('command/reply'), JSON.stringify(body))

  it('tells which command, whether it was done, and in what words', () => {
    const { decoded, faults } = reply({ id: 'c1', ok: false, message: 'stuck', more: 1 })
    expect([decoded.length, faults]).toEqual([1, []])
    expect(decoded[0]).toMatchObject({ disposition: 'accept', reply: { id: 'c1', ok: false, message: 'stuck' } })
    expect(reply({ id: 'c1', ok: true }).decoded[0]?.reply).toEqual({ id: 'c1', ok: true, message: '' })
    expect(reply({ id: 'c1', ok: true, message: null }).decoded[0]?.reply?.message).toBe('')
  })

  it.each([
    ['no object', ['c1'], 'invalid_shape'],
    ['no id', { ok: true }, 'invalid_value'],
    ['an id that is a number', { id: 7, ok: true }, 'invalid_value'],
    ['an id that no command has', { id: '', ok: true }, 'invalid_value'],
    ['no ok', { id: 'c1' }, 'invalid_value'],
    ['ok as a text', { id: 'c1', ok: 'true' }, 'invalid_value'],
    ['ok as null', { id: 'c1', ok: null }, 'invalid_value'],
    ['a message that is none', { id: 'c1', ok: true, message: 5 }, 'invalid_value'],
    ['a message without end', { id: 'c1', ok: true, message: 'x'.repeat(257) }, 'invalid_value'],
  ])('with %s is a rejection and no message', (_, body, reason) => {
    expect(outcome(reply(body))).toEqual([0, [reason]])
  })

  it('that is not JSON is a rejection', () => {
    expect(outcome(decodeNative(on('command/reply'), 'ok'))).toEqual([0, ['invalid_json']])
  })
})
