import { describe, expect, it } from 'vitest'
import { publishOf } from '../../../gateway/devices/family.ts'
import { decodeFamily } from '../../../gateway/devices/index.ts'
import { decodeOn, RECEIVED_MS, states, uplinkBody } from '../../support/lorawan.ts'
import { plainMemory } from '../../support/memory.ts'

const EUI = '24e124136b502217'
const on = (type: string, body: unknown, memory = plainMemory(), at = 0) =>
  decodeOn(`application/app/device/${EUI}/event/${type}`, body, memory, at).decoded

const leak = (more: object = {}) => ({ ...uplinkBody({ profile: 'EM300-ZLD', eui: EUI, hex: '050001' }), ...more })

describe('topics of ChirpStack', () => {
  it.each([
    `application/app/device/${EUI}/event/up`,
    `/application/app/device/${EUI}/event/up`,
    `site a/楼/application/app/device/${EUI}/event/up`,
    `application/1/device/${EUI}/rx`,
  ])('%s is an uplink', (topic) => {
    const { family, decoded } = decodeOn(topic, leak())
    expect(family?.id).toBe('chirpstack_v4')
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it.each([
    `application/app/device/${EUI}/event/ack`,
    `application/app/device/${EUI}/event/txack`,
    `application/app/device/${EUI}/event/location`,
    `application/app/device/${EUI}/event/integration`,
    `application/app/device/${EUI}/event/something`,
    `application/app/device/${EUI}/state/up`,
    `application/app/device/${EUI}/command/down`,
    'eu868/gateway/0016c001f153a14c/event/up',
    'gateway/0016c001f153a14c/event/stats',
    'eu868/gateway/0016c001f153a14c/state/conn',
    'eu868/gateway/0016c001f153a14c/command/down',
  ])('%s is passed over', (topic) => {
    expect(decodeOn(topic, leak()).decoded).toMatchObject({ disposition: 'ignore', conditions: [] })
  })

  it.each(['application/app/up', 'building/gateway/1/event/fire', 'device/x/event/up', `x/device/${EUI}/event/up`])(
    '%s is not its',
    (topic) => {
      expect(decodeOn(topic, { state: 'on' }).family).toBeNull()
    },
  )

  it('a retained message that is removed says nothing', () => {
    expect(on('up', '')).toMatchObject({ disposition: 'ignore' })
  })
})

describe('what is no event', () => {
  it.each([
    ['[]', 'invalid_shape'],
    ['"{}"', 'invalid_shape'],
    ['null', 'invalid_shape'],
    ['7', 'invalid_shape'],
    ['{', 'invalid_json'],
    ['{"fCnt":NaN}', 'invalid_json'],
    ['wet', 'invalid_json'],
  ])('%s is rejected as %s', (text, reason) => {
    expect(on('up', text)).toMatchObject({ disposition: 'reject', reason })
  })

  it('bytes that are no text, as with the Protobuf encoding', () => {
    const payload = Buffer.from('0a2433ffcafe', 'hex')
    const publish = publishOf({ topic: `application/a/device/${EUI}/event/up`, payload, receivedAt: 0 })
    expect(decodeFamily(publish, plainMemory()).decoded).toMatchObject({
      disposition: 'reject',
      reason: 'invalid_utf8',
    })
  })

  it('no device anywhere', () => {
    const { decoded } = decodeOn('application/a/device//event/up', { deviceInfo: {}, data: '' })
    expect(decoded).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
  })
})

describe('an uplink', () => {
  it('takes the device from the topic where the body leaves it out', () => {
    expect(on('up', { deviceInfo: {}, data: '' }).device?.key).toBe(`lorawan:${EUI}`)
  })

  it('tells the reception by the gateway that heard best', () => {
    const rxInfo = [{ rssi: -110, snr: -3 }, { rssi: -60, snr: 9 }, { rssi: -80, snr: 20 }, null, 'x', { snr: 1 }]
    expect(on('up', leak({ rxInfo })).health).toEqual({ rssi: -60, snr: 9 })
    expect(on('up', leak({ rxInfo: [] })).health).toEqual({})
  })

  it.each([
    [{ time: '2026-03-02T08:00:00.5+00:00' }, RECEIVED_MS + 500, 'network_rx'],
    [{ time: '2026-03-02T16:00:00+08:00' }, RECEIVED_MS, 'network_rx'],
    [{ time: undefined, rxInfo: [{ nsTime: '2026-03-02T08:00:00Z' }] }, RECEIVED_MS, 'network_rx'],
    [{ time: null, rxInfo: [{ gwTime: '2026-03-02T08:00:00Z' }] }, RECEIVED_MS, 'gateway_rx'],
    [{ time: 'yesterday' }, null, 'none'],
  ])('with %j is of %j', (more, device, basis) => {
    expect(on('up', leak(more)).time).toMatchObject({ device, basis })
  })

  it.each([
    ['123', 'invalid_base64'],
    ['BQAB=', 'invalid_base64'],
    ['BQAB\n', 'invalid_base64'],
    ['A'.repeat(2_000), 'payload_too_long'],
  ])('data %j are no bytes', (data, warning) => {
    const decoded = on('up', leak({ data: data }))
    expect(decoded).toMatchObject({ disposition: 'accept', conditions: [] })
    expect(decoded.warnings).toContain(warning)
  })

  it('a counter that is left out is zero, as Protobuf has it', () => {
    const decoded = on('up', leak({ fCnt: undefined }))
    expect(decoded.seq).toEqual({ type: 'fCnt', value: 0 })
    expect(decoded.warnings).toContain('field_defaulted:fCnt')
  })

  it('of version 3 has the device at the top level, the output as text, an EUI perhaps in base64', () => {
    const body = {
      applicationID: '2',
      deviceName: 'cellar',
      devEUI: Buffer.from(EUI, 'hex').toString('base64'),
      tags: { model: 'EM300-ZLD' },
      rxInfo: [{ gatewayID: 'x', rssi: -97, loRaSNR: 8.2, time: '2026-03-02T08:00:00Z' }],
      fCnt: 3,
      fPort: 85,
      data: 'AXVc',
      objectJSON: '{"leakage_status":"leak"}',
    }
    const decoded = on('up', body)
    expect(decoded).toMatchObject({
      device: { key: `lorawan:${EUI}`, kind: 'water_leak', model: 'EM300-ZLD' },
      time: { device: RECEIVED_MS, basis: 'gateway_rx' },
      health: { batteryPercent: 92, rssi: -97, snr: 8.2 },
    })
    expect(states(decoded)).toEqual(['water.leak active'])
    const bad = on('up', { ...body, objectJSON: '{"leak' })
    expect(bad.warnings).toContain('invalid_object_json')
    expect(bad.health.batteryPercent).toBe(92)
  })
})

describe('a status', () => {
  it.each([
    [
      { margin: 10, batteryLevel: 88.3 },
      { linkMargin: 10, batteryPercent: 88.3 },
    ],
    [
      { margin: -5, externalPowerSource: true },
      { linkMargin: -5, externalPower: true },
    ],
    [{ margin: 3, batteryLevelUnavailable: true, batteryLevel: 0 }, { linkMargin: 3 }],
    [{}, { linkMargin: 0 }],
    [
      { margin: 7, battery: 127 },
      { linkMargin: 7, batteryPercent: 50 },
    ],
    [
      { margin: 7, battery: 0 },
      { linkMargin: 7, externalPower: true },
    ],
    [{ margin: 7, battery: 255 }, { linkMargin: 7 }],
    [{ margin: null, batteryLevel: null }, { linkMargin: 0 }],
  ])('%j is %j', (body, health) => {
    expect(on('status', body).health).toEqual(health)
  })

  it('again by its id is a duplicate, though uplinks share the id', () => {
    const memory = plainMemory()
    on('up', leak({ deduplicationId: 'a' }), memory)
    const status = { deduplicationId: 'a', margin: 1 }
    expect(on('status', status, memory).disposition).toBe('accept')
    expect(on('status', status, memory, 3_600_000).disposition).toBe('duplicate')
  })
})

describe('a log', () => {
  it.each([
    ['ERROR', 'UPLINK_MIC', ['device.comm_error pulse']],
    ['ERROR', 'OTAA', ['device.comm_error pulse']],
    ['WARNING', 'UPLINK_F_CNT_RESET', ['device.comm_error pulse']],
    ['WARNING', 'UPLINK_F_CNT_RETRANSMISSION', []],
    ['INFO', 'RELAY_NEW_END_DEVICE', []],
  ])('%s %s is %j', (level, code, conditions) => {
    expect(states(on('log', { level, code, description: 'why' }))).toEqual(conditions)
  })

  it('of version 3 is an error event', () => {
    const decoded = on('error', { devEUI: EUI, type: 'DATA_UP_FCNT', error: 'invalid frame-counter' })
    expect(decoded.conditions).toMatchObject([{ code: 'device.comm_error', state: 'pulse', native: 'DATA_UP_FCNT' }])
  })

  it('two codes of one reception are two', () => {
    const memory = plainMemory()
    const log = (code: string) => on('log', { level: 'ERROR', code, context: { deduplication_id: 'a' } }, memory)
    expect([log('UPLINK_CODEC'), log('UPLINK_MIC'), log('UPLINK_MIC')].map((each) => each.disposition)).toEqual([
      'accept',
      'accept',
      'duplicate',
    ])
  })
})

it('a join is heard and tells the device', () => {
  const decoded = on('join', { ...leak({ data: undefined }), deduplicationId: 'j' })
  expect(decoded).toMatchObject({
    disposition: 'accept',
    device: { key: `lorawan:${EUI}`, kind: 'water_leak' },
    time: { device: RECEIVED_MS, basis: 'network_rx' },
    conditions: [],
  })
})
