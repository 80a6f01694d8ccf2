import { describe, expect, it } from 'vitest'
import { decodeOn, RECEIVED_MS, states, uplinkBody, values } from '../../support/lorawan.ts'
import { plainMemory } from '../../support/memory.ts'

const EUI = '24e124136b502217'

const milesight = (more: object = {}) => ({
  applicationID: '1',
  devEUI: EUI,
  deviceName: 'EM300-ZLD',
  fCnt: 128,
  fPort: 85,
  data: 'BQAB',
  rxInfo: { rssi: -51, loRaSNR: 13.8, time: '2026-03-02T07:00:00Z' },
  time: '2026-03-02T08:00:00Z',
  ...more,
})

const actility = (more: object = {}) => ({
  DevEUI_uplink: {
    Time: '2026-03-02T09:00:00.000+01:00',
    DevEUI: EUI.toUpperCase(),
    FPort: '85',
    FCntUp: '1174',
    payload_hex: '01755c050001',
    LrrRSSI: '-80.000000',
    LrrSNR: '7.000000',
    DevAddr: '04D2848E',
    CustomerData: { alr: { pro: 'ADRF/DEMO' }, name: 'EM300-ZLD cellar' },
    ...more,
  },
})

describe('network servers on any topic', () => {
  it('Milesight’s gateway', () => {
    const { family, decoded } = decodeOn('any/楼 1', milesight())
    expect(family?.id).toBe('lorawan_other_ns')
    expect(decoded).toMatchObject({
      device: { key: `lorawan:${EUI}`, kind: 'water_leak' },
      time: { device: RECEIVED_MS, basis: 'network_rx' },
      seq: { type: 'fCnt', value: 128 },
      health: { rssi: -51, snr: 13.8 },
    })
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it('Actility ThingPark: numbers as text, bytes as hex', () => {
    const { decoded } = decodeOn('tpx/things/x/uplink', actility())
    expect(decoded).toMatchObject({
      device: { key: `lorawan:${EUI}`, kind: 'water_leak' },
      time: { device: RECEIVED_MS, basis: 'network_rx' },
      seq: { type: 'fCnt', value: 1174 },
      health: { rssi: -80, snr: 7, batteryPercent: 92 },
    })
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it('ChirpStack 4 and The Things Stack through a bridge', () => {
    const chirpstack = uplinkBody({ profile: 'EM300-ZLD', eui: EUI, hex: '050001' })
    expect(states(decodeOn('bridge/a', chirpstack).decoded)).toEqual(['water.leak active'])
    const thingsStack = {
      end_device_ids: { device_id: 'em300-zld', dev_eui: EUI },
      uplink_message: { frm_payload: 'BQAB', f_port: 85 },
    }
    expect(states(decodeOn('bridge/b', thingsStack).decoded)).toEqual(['water.leak active'])
  })

  it('the same uplink over two topics is one', () => {
    const memory = plainMemory()
    const body = uplinkBody({ profile: 'EM300-ZLD', eui: EUI, hex: '050001', id: 'a' })
    expect(decodeOn('bridge/a', body, memory).decoded.disposition).toBe('accept')
    expect(decodeOn(`application/a/device/${EUI}/event/up`, body, memory).decoded.disposition).toBe('duplicate')
  })

  it('hex that is none, and no EUI', () => {
    expect(decodeOn('x', actility({ payload_hex: '05000' })).decoded.warnings).toContain('invalid_hex')
    expect(decodeOn('x', actility({ DevEUI: null })).decoded).toMatchObject({ disposition: 'reject' })
  })

  it('Actility tells the model in its driver where the profile is a general one', () => {
    const more = {
      FPort: 6,
      payload_hex: '0132011E01',
      DevEUI: '0102030405060708',
      CustomerData: { alr: { pro: 'LORA/GenericA' }, name: 'cellar' },
      DriverCfg: { mod: { pId: 'netvox', mId: 'r718wa', ver: '1' } },
    }
    expect(states(decodeOn('x', actility(more)).decoded)).toContain('water.leak active')
  })

  it('an uplink that its gateway held back is marked', () => {
    expect(decodeOn('x', actility({ Late: '1' })).decoded.warnings).toContain('late')
  })
})

describe('other events on a free topic', () => {
  it.each([
    ['a location', { DevEUI_location: { DevEUI: EUI } }],
    ['a sent downlink', { DevEUI_downlink_Sent: { DevEUI: EUI } }],
    ['another notification', { DevEUI_notification: { DevEUI: EUI, Type: 'battery' } }],
    ['an acknowledgement', { devEUI: EUI, acknowledged: true, fCnt: 3 }],
    ['a transmission', { devEUI: EUI, gatewayID: 'x', fCnt: 3 }],
  ])('%s is passed over', (_, body) => {
    expect(decodeOn('x', body).decoded).toMatchObject({ disposition: 'ignore', device: { key: `lorawan:${EUI}` } })
  })

  it('an error', () => {
    const body = { applicationID: '1', devEUI: EUI, deviceName: 'EM300-ZLD', type: 'DATA_UP_MIC', error: 'invalid MIC' }
    const { decoded } = decodeOn('x', body)
    expect(decoded.device).toMatchObject({ key: `lorawan:${EUI}`, kind: 'water_leak' })
    expect(decoded.conditions).toMatchObject([{ code: 'device.comm_error', state: 'pulse', native: 'DATA_UP_MIC' }])
  })

  it('a status and a join', () => {
    const memory = plainMemory()
    expect(decodeOn('x', { devEUI: EUI, margin: 7, battery: 127 }).decoded.health).toEqual({
      linkMargin: 7,
      batteryPercent: 50,
    })
    decodeOn('x', actility(), memory)
    const join = { DevEUI_notification: { DevEUI: EUI, Type: 'join', Time: '2026-03-02T10:00:00+01:00' } }
    expect(decodeOn('x', join, memory).decoded).toMatchObject({ disposition: 'accept' })
    expect(decodeOn('x', actility(), memory, 60_000).decoded.disposition).toBe('accept')
  })
})

describe('what is not theirs', () => {
  it.each([
    ['{"state":"on"}'],
    ['{"devEUI":7,"data":"BQAB"}'],
    ['{"note":"\\"devEUI\\""}'],
    ['{"devEUI":"24e124136b502217"}'],
    ['{"end_device_ids":{}}'],
    ['["devEUI"]'],
    ['{"devEUI":"24e124136b502217","data":'],
    ['devEUI'],
    [''],
  ])('%s', (text) => {
    expect(decodeOn('x', text).family).toBeNull()
  })

  it('a bound topic with another body is rejected, not guessed', () => {
    const { decoded } = decodeOn('x', { state: 'on' }, plainMemory(), 0, { family: 'lorawan_other_ns' })
    expect(decoded).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
  })
})

it('spaces before the object are nothing', () => {
  expect(values(decodeOn('x', `\n  ${JSON.stringify(milesight({ data: 'A2fqAA==' }))}`).decoded)).toEqual([
    'temperature.ambient=23.4',
  ])
})
