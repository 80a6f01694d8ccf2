import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REJECTION_REASONS } from '../../../rules/model.ts'
import { faultsOf, mapped, RECEIVED_MS } from '../../support/mappings.ts'

describe('points of a mapping', () => {
  it('are read, scaled and brought to the vocabulary’s units', () => {
    const read = mapped({
      device: { kind: 'power_meter', vendor: 'Acme', model: 'M1' },
      points: [
        { name: 'voltage.l1', path: 'u[0]', scale: 0.1 },
        { name: 'energy.active.import', path: "['total energy']", unit: 'kWh' },
        { name: 'temperature.device', path: 'temp', offset: -1, unit: '°F' },
        { name: 'power.active', cel: 'payload.p1 + payload.p2', unit: 'kW' },
        { name: 'lift.floor_label', path: 'label' },
      ],
    })
    const { decoded, notes } = read({ u: [2301], 'total energy': '12.5', temp: 213, p1: 1.1, p2: 2.2, label: 'B2' })
    expect(notes).toEqual([])
    expect(decoded).toMatchObject({
      disposition: 'accept',
      device: { key: 'mapping:a-7', kind: 'power_meter', vendor: 'Acme', model: 'M1' },
      measurements: [
        { name: 'voltage.l1', value: 230.1, unit: 'V' },
        { name: 'energy.active.import', value: 12_500, unit: 'Wh' },
        { name: 'temperature.device', value: 100, unit: 'Cel' },
        { name: 'power.active', value: 3300, unit: 'W' },
        { name: 'lift.floor_label', value: 'B2', unit: 'text' },
      ],
      warnings: ["string_number:['total energy']"],
    })
  })

  it('that are absent, null, impossible or placeholders are left out; the rest counts', () => {
    const read = mapped({
      points: ['lift.floor', 'lift.speed', 'voltage.l1', 'current.l1', 'power.active'].map((name, index) => ({
        name,
        path: 'abcde'[index]!,
      })),
    })
    const { decoded, notes } = read({ a: 3, b: null, c: 1e9, d: 2_147_483_647 })
    expect(decoded.measurements).toEqual([{ name: 'lift.floor', value: 3, unit: '1' }])
    expect(notes).toEqual([
      { place: 'points[1].path', message: 'null is no number that can be used' },
      { place: 'points[2].path', message: expect.stringMatching(/^1000000000 V cannot be: from 0/) as string },
      { place: 'points[3].path', message: '2147483647 is no number that can be used' },
      { place: 'points[4].path', message: 'e is not in the payload' },
    ])
    expect(decoded.warnings).toEqual(expect.arrayContaining(['null_value:b', 'sentinel:d', 'implausible:voltage.l1']))
  })

  it('an expression that fails is a note, never a wrong reading', () => {
    const read = mapped({
      points: [
        { name: 'lift.floor', path: 'floor' },
        { name: 'lift.speed', cel: 'payload.v / payload.t' },
        { name: 'power.active', cel: 'payload.v * 2.0' },
      ],
    })
    const { decoded, notes } = read({ floor: 1, v: 'fast' })
    expect(decoded.measurements.map(({ name }) => name)).toEqual(['lift.floor'])
    expect(notes.map(({ place }) => place)).toEqual(['points[1].cel', 'points[2].cel'])
  })
})

describe('a message that does not fit its mapping', () => {
  it.each([
    ['{"other":1}', 'invalid_shape', 'mapping lift-x, points[0].path: floor is not in the payload'],
    ['[1]', 'invalid_shape', 'mapping lift-x, points[0].path: floor is not in the payload'],
    ['{"floor":"up"}', 'invalid_shape', 'mapping lift-x, points[0].path: "up" is no number that can be used'],
    ['{"floor":NaN}', 'invalid_json', 'mapping lift-x, payload: NaN is not JSON'],
    [new Uint8Array([0xff]), 'invalid_utf8', 'mapping lift-x, payload: it is not UTF-8'],
  ])('%s is rejected with the place', (payload, reason, detail) => {
    const { decoded } = mapped()(payload)
    expect(decoded).toMatchObject({ disposition: 'reject', reason, detail: expect.stringContaining(detail) as string })
  })

  it('null says unknown, and an empty payload that a retained message was removed: neither is rejected', () => {
    expect(mapped()({ floor: null }).decoded).toMatchObject({ disposition: 'accept', measurements: [] })
    expect(mapped()('').decoded.disposition).toBe('ignore')
  })

  it('is too large for CEL beyond 32 KiB', () => {
    const large = { floor: 1, filler: 'x'.repeat(40_000) }
    const { decoded } = mapped({ points: [{ name: 'lift.floor', cel: 'payload.floor' }] })(large)
    expect(decoded).toMatchObject({ disposition: 'reject', reason: 'too_large' })
    expect(mapped()(large).decoded.disposition).toBe('accept')
  })

  it('never throws', () => {
    const read = mapped({
      device: { key: '{device}-{$.id}', kind: 'elevator' },
      points: [{ name: 'lift.floor', path: 'floor' }],
      events: [
        { path: 'faults[*]', table: { 1: 'elevator.entrapment' }, fullState: true },
        { code: 'water.leak', cel: 'payload.wet' },
      ],
      health: { batteryPercent: 'battery', online: 'online' },
      time: { path: 'ts', format: 'local' },
    })
    const value = fc.jsonValue({ maxDepth: 3 })
    const body = fc.record(
      { id: value, floor: value, faults: value, wet: value, battery: value, online: value, ts: value },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(body, value), (payload) => {
        const { decoded } = read(payload)
        expect(['accept', 'reject', 'ignore']).toContain(decoded.disposition)
        if (decoded.disposition === 'reject') expect(REJECTION_REASONS).toContain(decoded.reason)
        for (const each of decoded.measurements) expect(Number.isFinite(each.value)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the device of a mapping', () => {
  const keyOf = (key: string | undefined, payload: unknown, topic = 'x/hz/lifts/7', pattern = 'x/{city}/lifts/{car}') =>
    mapped({ topic: pattern, device: { kind: 'elevator', ...(key === undefined ? {} : { key }) } }, topic)(payload)

  it.each([
    ['{car}', 'mapping:7'],
    ['{city}/{car}', 'mapping:hz/7'],
    ['lift-{$.sn}-{car}', 'mapping:lift-AB 1-7'],
    ["{$.car['no']}", 'mapping:12'],
    ['the-only-one', 'mapping:the-only-one'],
  ])('%s is %s', (key, expected) => {
    expect(keyOf(key, { floor: 1, sn: ' AB 1 ', car: { no: 12 } }).decoded.device?.key).toBe(expected)
  })

  it('is the one level that the topic names, where no key is set', () => {
    expect(keyOf(undefined, { floor: 1 }, 'lifts/9', 'lifts/{car}').decoded.device?.key).toBe('mapping:9')
  })

  it.each([
    [{ floor: 1 }, '$.sn is not in the payload'],
    [{ floor: 1, sn: null }, '$.sn is neither a text nor a number'],
    [{ floor: 1, sn: '' }, 'it is empty'],
    [{ floor: 1, sn: 'a\u0000' }, 'it has control characters'],
    [{ floor: 1, sn: 'a'.repeat(300) }, 'it is longer than 200 characters'],
  ])('%j tells of none and is rejected', (payload, why) => {
    expect(keyOf('{$.sn}', payload).decoded.detail).toBe(`mapping lift-x, device.key: ${why}`)
  })

  it('must be named', () => {
    expect(faultsOf({ topic: 'lifts/+/state' })).toEqual([expect.stringMatching(/^device\.key: say which device/)])
    expect(faultsOf({ device: { kind: 'elevator', key: '{car}' } })).toEqual([
      'device.key: {car} is no named level of the topic (device) and no path, which begins with $',
    ])
    expect(faultsOf({ device: { kind: 'elevator', key: '{device' } })).toEqual(['device.key: a brace has no partner'])
    expect(faultsOf({ device: { kind: 'elevator', key: '{$.a..b}' } })[0]).toMatch(/^device\.key: a name/)
  })
})

describe('the time of a mapping', () => {
  const timeOf = (time: object, ts: unknown) => mapped({ time: { path: 'ts', ...time } as never })({ floor: 1, ts })

  it.each([
    [{ format: 'epoch' }, 1_795_399_200, '2026-11-23T02:00:00.000Z', 'epoch_s'],
    [{ format: 'epoch' }, '1795399200123', '2026-11-23T02:00:00.123Z', 'epoch_ms'],
    [{ format: 'iso' }, '2026-11-23T10:00:00+08:00', '2026-11-23T02:00:00.000Z', 'offset'],
    [{ format: 'local' }, '2026-11-23 10:00:00', '2026-11-23T02:00:00.000Z', 'local_unzoned'],
    [{ format: 'local', timezone: 'Europe/Berlin' }, '20261123030000', '2026-11-23T02:00:00.000Z', 'local_unzoned'],
  ])('%j of %s', (time, ts, instant, basis) => {
    const { decoded, notes } = timeOf(time, ts)
    expect(notes).toEqual([])
    expect([new Date(decoded.time.device!).toISOString(), decoded.time.basis]).toEqual([instant, basis])
  })

  it('that cannot be read is a note; the reading counts', () => {
    const { decoded, notes } = timeOf({ format: 'iso' }, '2026-11-23 10:00:00')
    expect(decoded).toMatchObject({ disposition: 'accept', time: { device: null }, warnings: ['time_unreadable'] })
    expect(notes).toEqual([{ place: 'time', message: expect.stringContaining('has no zone') as string }])
    expect(timeOf({ format: 'epoch' }, 'noon').notes[0]?.message).toContain('"noon" is no time as epoch')
  })
})

describe('other forms of messages', () => {
  it('a text is one value', () => {
    const read = mapped({
      payload: 'text',
      events: [{ code: 'water.leak', path: '$', active: ['WET'], cleared: ['DRY'] }],
    })
    expect(read(' WET\n').decoded.conditions).toMatchObject([{ code: 'water.leak', state: 'active', native: 'WET' }])
    expect(read('DRY').decoded.conditions).toMatchObject([{ state: 'cleared' }])
    const number = mapped({ payload: 'text', points: [{ name: 'voltage.l1', path: '$' }] })
    expect(number('230.5').decoded.measurements).toMatchObject([{ value: 230.5 }])
  })

  it('a heartbeat says that its device is there, whatever is in it', () => {
    const read = mapped({ heartbeat: true })
    for (const payload of ['', 'ping', '{}', new Uint8Array([0xff, 0x00])]) {
      expect(read(payload).decoded).toMatchObject({ disposition: 'accept', device: { key: 'mapping:a-7' } })
    }
  })

  it('a pulse that comes again within five seconds is the same message; a level never is', () => {
    const pulse = mapped({ events: [{ code: 'elevator.alarm_button', path: 'key', pulse: ['pressed'] }] })
    const at = (ms: number) => pulse({ key: 'pressed' }, RECEIVED_MS + ms).decoded.disposition
    expect([at(0), at(1_000), at(20_000)]).toEqual(['accept', 'duplicate', 'accept'])
    const level = mapped({ events: [{ code: 'elevator.entrapment', path: 'trapped' }] })
    expect([level({ trapped: true }), level({ trapped: true })].map(({ decoded }) => decoded.disposition)).toEqual([
      'accept',
      'accept',
    ])
  })

  it('health is read as points and conditions are', () => {
    const read = mapped({
      health: {
        batteryPercent: { path: 'battery', unit: '1' },
        rssi: 'rssi',
        online: { path: 'link', active: ['up'], cleared: ['down'] },
        tamper: 'lid',
      },
    })
    const { decoded } = read({ battery: 0.87, rssi: -61, link: 'down', lid: 'off' })
    expect(decoded.health).toEqual({ batteryPercent: 87, rssi: -61, online: false, tamper: false })
    const odd = read({ battery: 3, rssi: null, link: 'sideways', lid: 0 })
    expect(odd.decoded.health).toEqual({ tamper: false })
    expect(odd.notes.map(({ place }) => place)).toEqual([
      'health.batteryPercent.path',
      'health.rssi.path',
      'health.online.path',
    ])
  })
})
