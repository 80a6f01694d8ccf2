import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../../rules/clock.ts'
import { corpus, type CorpusEntry, type CorpusMessage, payloadOf } from '../support/corpus.ts'
import { openSession, publishBytes, type RawMqtt } from '../support/mqtt.ts'
import { type MqttLoginGiven, START_MS, startService, type TestService } from '../support/service.ts'

interface Shown {
  id: string
  kind: string
  points: Record<string, { value: unknown; unit: string | null }>
  conditions: Record<string, { state: string }>
  health: Record<string, unknown>
}

const FAMILY_OF_BINDING: Readonly<Record<string, string>> = { sparkplug_b: 'sparkplug_b', tasmota: 'tasmota' }
/** Conditions of the shipped rules that are emergencies: their first message opens a ticket. */
const EMERGENCIES =
  /^(water\.leak|elevator\.(entrapment|alarm_button|overspeed|overtravel_\w+|unintended_movement)|meter\.power_outage)$/

const clock = manualClock(START_MS)
let running: TestService
beforeAll(async () => {
  running = await startService({ clock })
})
afterAll(() => running.stop())

/** A site, a gateway and, where the message alone is not enough, a mapping of its own for each message. */
async function gatewayFor(entry: CorpusEntry, number: number): Promise<MqttLoginGiven> {
  const site = `site-${number}`
  const add = async <T>(path: string, body: object) => {
    const answer = await running.api<T>('POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body
  }
  await add('/sites', { id: site, name: site })
  if (entry.binding) {
    const topic = entry.topic.startsWith('spBv1.0/') ? 'spBv1.0/#' : entry.topic
    const { kind, ...binding } = entry.binding
    const family = FAMILY_OF_BINDING[entry.family]
    await add('/mappings', { id: `mapping-${number}`, site, topic, family, binding: { ...binding, kind } })
  }
  return (await add<{ mqtt: MqttLoginGiven }>('/gateways', { id: `gw-${number}`, site, topics: ['#'] })).mqtt
}

async function publish(raw: RawMqtt, message: CorpusMessage, messageId: number): Promise<void> {
  const { topic, retain, dup = false } = message
  raw.sendBytes(publishBytes(topic, payloadOf(message), { qos: 1, retain, dup, messageId }))
  expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId })
}

const count = (table: string, where: string, ...values: unknown[]) =>
  running.rows<{ n: number }>(`select count(*) as n from ${table} where ${where}`, ...values)[0]!.n
const readingsBehind = (gateway: string) =>
  count('readings', 'device_key in (select key from devices where gateway = ?)', gateway)

describe('the corpus of real messages through the broker', () => {
  it.each(corpus.map((entry, index) => [entry.id, entry, index] as const))('%s', async (_id, entry, number) => {
    const login = await gatewayFor(entry, number)
    const raw = await openSession(running.mqttPort, login)
    const before = [...(entry.preceding ?? [])]
    let at = before[0]?.receivedOffsetMs ?? 0
    for (const [index, message] of before.entries()) {
      clock.advance((message.receivedOffsetMs ?? 0) - at)
      at = message.receivedOffsetMs ?? 0
      await publish(raw, message, index + 1)
    }
    clock.advance(-at)
    const readings = readingsBehind(login.username)
    const tickets = count('tickets', 'site = ?', `site-${number}`)
    await publish(raw, entry, before.length + 1)
    await raw.leave()

    const { disposition, device: said } = entry.expected
    const rejected = running.rows<{ reason: string; payload: Buffer }>(
      'select reason, payload from rejections where device = ?',
      login.username,
    )
    if (disposition === 'reject' || said?.key.startsWith('raw:')) {
      expect(rejected).toMatchObject([{ payload: payloadOf(entry) }])
      return
    }
    expect(rejected).toEqual([])
    if (disposition !== 'accept') {
      expect(readingsBehind(login.username)).toBe(readings)
      expect(count('tickets', 'site = ?', `site-${number}`)).toBe(tickets)
      return
    }
    await expectShown(entry, login.username, number)
  })
})

async function expectShown({ expected }: CorpusEntry, gateway: string, number: number): Promise<void> {
  const [row] = running.rows<{ id: string }>(
    'select devices.id from devices join device_identities on device_key = devices.key where devices.gateway = ? and device_identities.key = ?',
    gateway,
    expected.device!.key,
  )
  const shown = (await running.api<Shown>('GET', `/devices/${row!.id}`)).body
  if (expected.device!.kind !== 'unknown') expect(shown.kind).toBe(expected.device!.kind)
  const simulated = expected.warnings.includes('simulated_no_live_ticket')
  const emergency = expected.conditions.some(
    ({ code, state }) => ['active', 'pulse'].includes(state) && EMERGENCIES.test(code),
  )
  const opened = count('tickets', 'site = ?', `site-${number}`)
  if (expected.historical || simulated) {
    expect([opened, shown.conditions]).toEqual([0, {}])
    return
  }
  if (emergency) expect(opened).toBe(1)
  for (const { name, value, unit } of expected.measurements) {
    expect(shown.points[name], name).toMatchObject({ unit })
    if (typeof value === 'number') expect(shown.points[name]!.value).toBeCloseTo(value, 6)
    else expect(shown.points[name]!.value).toBe(value)
  }
  for (const { code, state } of expected.conditions) expect(shown.conditions[code]?.state, code).toBe(state)
  expect(shown.health).toMatchObject(expected.health)
}
