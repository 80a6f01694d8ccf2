import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { families } from '../../../gateway/devices/index.ts'
import { listener, restarted } from '../../support/families.ts'

const TOPICS = [
  '/device/JTC340/l/thing/event/ErrorEvent/post/',
  '/device/JTC340/l/thing/event/LockEvent/post/',
  '/device/JTC340/l/thing/event/property/post/',
  'TerminalData/6001/real_alarm',
  'elevatorcloud/l/info',
  'gbt24476/31104403002016050011/fault',
  'gbt24476/31104403002016050011/status',
  'bacnet/1/lift,1',
  'bacnet/1/lift,1/faultSignals',
  'kone/equipment/k/availability',
  'apim/elevator-co/api/V1/json/fr/elevator/fault/make/id',
  '/ELEON-1/connected-to-controller',
  '/ELEON-1/meta',
  'diagnose/current-timestamp',
  'mbmd/m/Voltage/L1',
  'mbmd/status',
  'homie/d/n/power',
  'homie/d/$state',
  'homie/5/d/$description',
  'dsmr/json',
  'dsmr/reading/phase_currently_returned_l1',
  'dsmr/raw',
  'amsleser/power',
]
const LIFTS = [
  'jtc340',
  'es1000',
  'elevatorcloud',
  'gbt24476',
  'bacnet_lift',
  'kone',
  'elevator_co',
  'flexypage',
  'eleon',
]
const OURS = new Set([...LIFTS, 'mbmd', 'homie', 'dsmr', 'amsreader', 'p1'])
const NAMES = [
  ...['Params', 'Value', 'ErrorType', 'Type', 'Time', 'OtherConfig', 'IsRepair', 'Alarm', 'State', 'Speed', 'Floor'],
  ...['type', 'data', 'fault', 'floor', 'fault_code', 'event_code', 'service_mode', 'faultSignals', 'carMode'],
  ...[
    'activeAlerts',
    'devices',
    'header',
    'body',
    'value',
    'timestamp',
    'nodes',
    'id',
    'P',
    '__proto__',
    'constructor',
  ],
]
const HOSTILE = [
  '{"__proto__":{"fault_code":"11","Alarm":{"PersonTrapped":"1"},"faultSignals":[0],"state":"unavailable"}}',
  '['.repeat(50_000),
  `${'{"Params":{"Value":'.repeat(2_000)}1${'}}'.repeat(2_000)}`,
  `{"Params":{"Value":{"ErrorType":${'['.repeat(5_000)}${']'.repeat(5_000)}}}}`,
  `{"fault_code":${'['.repeat(5_000)}${']'.repeat(5_000)},"carMode":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  `{"Alarm":{"Speed":${'['.repeat(5_000)}${']'.repeat(5_000)}},"type":"info","data":{"fault":[[[[1]]]]}}`,
  '9'.repeat(100_000),
  `/${'(('.repeat(8_000)}!`,
  '\u0000',
]

describe('every family of lifts and meters', () => {
  it.each(TOPICS)('%s survives what is hostile, at once, and makes no reading or alarm of it', (topic) => {
    for (const content of HOSTILE) {
      const started = process.hrtime.bigint()
      const decoded = listener().hear(topic, content)
      expect(decoded.reason, content.slice(0, 40)).not.toBe('internal_error')
      for (const { value } of decoded.measurements)
        expect(typeof value === 'string' || Number.isFinite(value)).toBe(true)
      expect(JSON.stringify(decoded).length).toBeLessThan(20_000)
      expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(500)
    }
  })

  it('never fails on any JSON, and says why it refuses', () => {
    const anything = fc.jsonValue({ maxDepth: 2 })
    const bodies = fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.oneof(anything, fc.dictionary(fc.constantFrom(...NAMES), anything)),
    )
    fc.assert(
      fc.property(fc.constantFrom(...TOPICS), fc.oneof(bodies, anything), (topic, body) => {
        const decoded = listener().hear(topic, body)
        expect(decoded.reason).not.toBe('internal_error')
        if (decoded.disposition === 'reject') expect(decoded.detail).toBeTruthy()
        for (const { value } of decoded.measurements) {
          if (typeof value === 'number') expect(value).toSatisfy(Number.isFinite)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes names from no prototype', () => {
    for (const topic of TOPICS)
      expect(
        listener()
          .hear(topic, HOSTILE[0])
          .conditions.map(({ state }) => state),
      ).not.toContain('active')
  })

  it('knows its topics, and only its own', () => {
    const expected = new Set(TOPICS.map((topic) => familyOf(topic)))
    expect(expected.has(undefined)).toBe(false)
    for (const topic of ['zigbee2mqtt/leak', 'tele/pow1/SENSOR', 'application/1/device/2/event/up', 'a', '/', '']) {
      expect(familyOf(topic), topic).toBeUndefined()
    }
  })

  it('a lift is never commanded', () => {
    for (const id of LIFTS) expect(families.find((family) => family.id === id)).not.toHaveProperty('command')
  })

  it('what is remembered stays small', () => {
    let speaker = listener()
    for (let index = 0; index < 300; index++) {
      for (const topic of TOPICS) speaker.hear(topic, String(index), { afterMs: index * 100 })
      if (index % 100 === 0) speaker = restarted(speaker)
    }
    expect(speaker.memory.values.size).toBeLessThan(40)
    for (const value of speaker.memory.values.values()) expect(JSON.stringify(value).length).toBeLessThan(2_000)
  })
})

function familyOf(topic: string): string | undefined {
  const { hear, family } = listener()
  hear(topic, '1')
  const id = family()?.id
  return id !== undefined && OURS.has(id) ? id : undefined
}
