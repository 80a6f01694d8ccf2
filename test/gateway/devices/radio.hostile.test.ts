import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isConditionCode, REJECTION_REASONS } from '../../../rules/model.ts'
import { listener } from '../../support/listener.ts'

const TOPICS = [
  'zigbee2mqtt/a',
  'zigbee2mqtt/a/voltage',
  'zigbee2mqtt/bridge/devices',
  'zigbee2mqtt/bridge/event',
  'zigbee2mqtt/bridge/state',
  'homeassistant/sensor/a/config',
  'homeassistant/device/a/config',
  'bound',
  'tele/a/SENSOR',
  'tele/a/STATE',
  'tele/a/RESULT',
  'tele/a/ZbReceived',
  'shellies/a/info',
  'shellies/a/emeter/0/power',
  'shellyx-a1/events/rpc',
  'shellyx-a1/status/em:0',
  'rtl_433/a/events',
  'home/OpenMQTTGateway/BTtoMQTT/a',
]
const NAMES = [
  ...['water_leak', 'voltage', 'power', 'faults', 'last_seen', 'linkquality', '__proto__', 'constructor', 'exposes'],
  ...['ENERGY', 'Voltage', 'Power', 'Time', 'SML', 'TIC', 'ZbReceived', '0x12', 'ZoneStatus', 'Device', 'Wifi'],
  ...['method', 'params', 'events', 'flood:0', 'em:0', 'errors', 'ts', 'emeters', 'bat', 'model', 'id', 'event'],
  ...['type', 'data', 'friendly_name', 'definition', 'device', 'state_topic', 'value_template', 'cmps', 'availability'],
]
const WORDS = ['ON', 'device_leave', 'NotifyStatus', 'NotifyEvent', 'bound', '{{ value_json.x }}', 'Water Leak', 'nan']

describe('hostile content', () => {
  it('never breaks a decoder, and never gives what is no value', () => {
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(fc.constantFrom(...WORDS, null, true, false, 1e400, -0, 2 ** 53), fc.double(), fc.string()),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 6 }),
      ),
    }))
    const { hear } = listener()
    fc.assert(
      fc.property(fc.constantFrom(...TOPICS), value, (topic, content) => {
        const decoded = hear(topic, JSON.stringify(content) ?? '')
        if (decoded.disposition === 'reject') {
          expect(REJECTION_REASONS).toContain(decoded.reason)
          expect(decoded.reason).not.toBe('internal_error')
          expect(decoded.detail).toBeTruthy()
        }
        for (const each of [decoded, ...(decoded.others ?? [])]) {
          for (const { value } of each.measurements)
            if (typeof value === 'number') expect(value).toSatisfy(Number.isFinite)
          for (const { code } of each.conditions) expect(code).toSatisfy(isConditionCode)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('takes no more than linear time', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`current_${index}`, index]))
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    const { hear } = listener()
    const startedAt = performance.now()
    for (const topic of TOPICS) {
      hear(topic, many)
      hear(topic, deep)
      hear(topic, { ENERGY: many, SML: many, params: many, ZbReceived: many, data: many })
      hear(topic, '9'.repeat(200_000))
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})
