import { describe, expect, it } from 'vitest'
import { listener, risen, states, values } from '../../support/listener.ts'

const TOPIC = 'tele/bridge/SENSOR'
const received = (attributes: object) => ({ ZbReceived: { '0x12AB': { Device: '0x12AB', ...attributes } } })

describe('zones', () => {
  it.each([
    [{ ModelId: 'lumi.sensor_wleak.aq1' }, 'water.leak', 'water_leak'],
    [{ ZoneType: 42 }, 'water.leak', 'water_leak'],
    [{ Water: 0 }, 'water.leak', 'water_leak'],
    [{ ZoneType: 21 }, 'door.open', 'door'],
    [{ ModelId: 'unheard.of' }, 'generic.ZoneStatusChange', 'unknown'],
  ])('after %j an alarm is %s, also after a restart', (told, code, kind) => {
    const before = listener()
    before.hear(TOPIC, received(told))
    const decoded = before.restarted().hear(TOPIC, received({ ZoneStatusChange: 1 }))
    expect(decoded.device).toMatchObject({ key: 'tasmota-zb:bridge/0x12AB', kind })
    expect(risen(decoded)).toEqual([`${code} active`])
  })

  it.each([
    [0, []],
    [1, ['water.leak active']],
    [4, ['device.tamper active']],
    [8, ['device.battery_low active']],
    [13, ['water.leak active', 'device.tamper active', 'device.battery_low active']],
    [null, ['water.leak unknown']],
    ['wet', ['water.leak unknown']],
    [70_000, ['water.leak unknown']],
  ])('bits %j', (ZoneStatus, expected) => {
    const { hear } = listener()
    hear(TOPIC, received({ ZoneType: 42 }))
    expect(risen(hear(TOPIC, received({ ZoneStatus })))).toEqual(expected)
  })
})

describe('what a report says', () => {
  it('a plug', () => {
    const decoded = listener().hear(TOPIC, received({ RMSVoltage: 230, RMSCurrent: 0.5, ActivePower: 100 }))
    expect(decoded.device?.kind).toBe('power_meter')
    expect(values(decoded)).toEqual({ 'voltage.l1': 230, 'current.l1': 0.5, 'power.active': 100 })
    const impossible = listener().hear(TOPIC, received({ RMSVoltage: 230, RMSCurrent: 0.5, ActivePower: 10_000 }))
    expect(values(impossible)).toEqual({ 'voltage.l1': 230, 'current.l1': 0.5 })
  })

  it('health', () => {
    const decoded = listener().hear(TOPIC, received({ BatteryPercentage: 50, BatteryVoltage: 2.9, LinkQuality: 7 }))
    expect(decoded.health).toEqual({ batteryPercent: 50, batteryVoltage: 2.9, linkQuality: 7 })
  })

  it('the address in the topic, or names instead of it', () => {
    const { hear } = listener()
    const topics = ['tele/bridge/12AB/SENSOR', '/bridge/12AB/tele/SENSOR', 'bridge/tele/SENSOR']
    const keys = topics.map((topic) => hear(topic, received({ Water: 1 })).device?.key)
    expect(new Set(keys)).toEqual(new Set(['tasmota-zb:bridge/0x12AB']))
    const named = { ZbReceived: { Cellar: { Device: '0x12AB', Name: 'Cellar', Water: 1 } } }
    expect(hear('tele/bridge/Cellar/SENSOR', named).device?.key).toBe('tasmota-zb:bridge/0x12AB')
    expect(states(hear('tele/bridge/12AB/ZbReceived', { Device: '0x12AB', Water: 1 }))).toEqual({
      'water.leak': 'active',
    })
  })

  it('several devices', () => {
    const decoded = listener().hear(TOPIC, { ZbReceived: { '0x1': { Water: 1 }, '0x2': { Water: 0 } } })
    expect(states(decoded)).toEqual({ 'water.leak': 'active' })
    expect(decoded.others?.map(({ device }) => device?.key)).toEqual(['tasmota-zb:bridge/0x2'])
  })

  it('what is cached tells the model and no state', () => {
    const info = {
      ZbInfo: { '0x12AB': { Device: '0x12AB', ModelId: 'wleak', Water: 0, LastSeenEpoch: 1_795_399_200 } },
    }
    const decoded = listener().hear('tele/bridge/RESULT', info)
    expect(decoded).toMatchObject({ conditions: [], device: { kind: 'water_leak', model: 'wleak' } })
    expect(decoded.time.device).toBe(1_795_399_200_000)
  })

  it.each(['{"ZbReceived":1}', '{"ZbReceived":{}}', '{"ZbReceived":{"0x1":2}}', '{"ZbReceived":{"0x1":{'])(
    '%s is rejected',
    (text) => expect(listener().hear(TOPIC, text).disposition).toBe('reject'),
  )
})
