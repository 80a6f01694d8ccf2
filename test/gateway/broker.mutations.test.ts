import { generate } from 'mqtt-packet'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../simulators/random.ts'
import { connectPacket, openRaw, openSession, publishBytes, type RawMqtt } from '../support/mqtt.ts'
import { type MqttLoginGiven, startService, type TestService } from '../support/service.ts'

const SEED = 20261123
const ROUNDS = 10_000
const AT_ONCE = 20

let running: TestService
let mutant: MqttLoginGiven
let good: MqttLoginGiven
let steady: RawMqtt

beforeAll(async () => {
  running = await startService()
  mutant = await running.provision('mutant-1')
  good = await running.provision('good-1')
  steady = await openSession(running.mqttPort, good)
})
afterAll(() => running.stop())

/** Flips, cuts, doubles and inserts: what a broken line or a broken device makes of bytes. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  let out = Buffer.from(bytes)
  const changes = 1 + Math.floor(random() * 4)
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * out.length)
    const length = Math.floor(random() * 12)
    const kind = Math.floor(random() * 6)
    if (kind === 0) out[at] = Math.floor(random() * 256)
    if (kind === 1 && out.length > 0) out[at] = out[at]! ^ (1 << Math.floor(random() * 8))
    if (kind === 2) out = out.subarray(0, at)
    if (kind === 3) out = Buffer.concat([out.subarray(0, at), out.subarray(at, at + length), out.subarray(at)])
    if (kind === 4) out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)])
    if (kind === 5) {
      const inserted = Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
      out = Buffer.concat([out.subarray(0, at), inserted, out.subarray(at)])
    }
  }
  return out
}

function payloads(): string[] {
  return [
    '{"ts":1795000000000,"seq":7,"values":{"water.depth":0.4,"batteryPercent":80,"water.leak":false}}',
    '[{"ts":"2026-11-23T10:00:00+08:00","values":{"water.depth":1}},{"values":{"water.depth":2}}]',
    '{"event":"water.leak","active":true,"data":{"zone":"B2"}}',
    'online',
    '{"id":"1","ok":true}',
  ]
}

async function goodDeviceWorks(messageId: number): Promise<void> {
  steady.sendBytes(publishBytes(`${good.topic}/telemetry`, '{"values":{"water.depth":1}}', { messageId }))
  expect(await steady.next()).toMatchObject({ cmd: 'puback', messageId })
}

describe('10,000 mutated messages', () => {
  it('as payloads of whole packets: each is acknowledged, as a reading or as a rejection', async () => {
    const random = seededRandom(SEED).next
    const channels = ['telemetry', 'telemetry', 'event', 'status', 'command/reply']
    const raw = await openSession(running.mqttPort, mutant)
    for (let at = 0; at < ROUNDS; at += 500) {
      const packets = Array.from({ length: 500 }, (_, index) => {
        const kind = Math.floor(random() * channels.length)
        const payload = mutate(Buffer.from(payloads()[kind]!), random)
        return publishBytes(`${mutant.topic}/${channels[kind]}`, payload, { messageId: at + index + 1 })
      })
      raw.sendBytes(Buffer.concat(packets))
      const answers = await raw.take(500)
      expect(answers.map(({ cmd, messageId }) => [cmd, messageId])).toEqual(
        packets.map((_, index) => ['puback', at + index + 1]),
      )
    }
    await raw.leave()
    await goodDeviceWorks(1)
    const [counts] = running.rows<{ rejected: number; read: number }>(
      `select (select count(*) from rejections) as rejected,
         (select count(*) from readings where device_key = (select key from devices where id = ?)) as read`,
      mutant.username,
    )
    expect(counts!.rejected).toBeGreaterThan(ROUNDS / 4)
    expect(counts!.read).toBeGreaterThan(ROUNDS / 20)
    expect(running.rows("select reason from rejections where reason = 'internal_error'")).toEqual([])
    expect(running.errors).toEqual([])
  })

  it('as packets, before and after login: each connection is answered or ended, and a good device goes on', async () => {
    const random = seededRandom(SEED + 1).next
    const connect = (round: number) => generate(connectPacket(mutant, { clientId: `${mutant.clientId}/${round % 50}` }))
    const session = (): Buffer[] => [
      publishBytes(`${mutant.topic}/telemetry`, payloads()[0]!, { messageId: 1 }),
      publishBytes(`${mutant.topic}/event`, payloads()[2]!, { messageId: 2, qos: 2 }),
      generate({ cmd: 'pubrel', messageId: 2 }),
      generate({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: `${mutant.topic}/command`, qos: 1 }] }),
      generate({ cmd: 'unsubscribe', messageId: 4, unsubscriptions: [`${mutant.topic}/command`] }),
      generate({ cmd: 'puback', messageId: 5 }),
      generate({ cmd: 'pubrec', messageId: 6 }),
      generate({ cmd: 'pubcomp', messageId: 7 }),
      generate({ cmd: 'pingreq' }),
      publishBytes(`${mutant.topic}/telemetry`, 'x'.repeat(300_000), { messageId: 8 }).subarray(0, 2_000),
    ]
    async function attack(round: number): Promise<void> {
      const raw = await openRaw(running.mqttPort)
      const greeting = connect(round)
      if (round % 4 === 0) raw.sendBytes(mutate(greeting, random))
      else {
        const whole = session()
        const from = Math.floor(random() * whole.length)
        raw.sendBytes(Buffer.concat([greeting, mutate(Buffer.concat(whole.slice(from, from + 3)), random)]))
      }
      // Half close: what was sent is read, then the broker has to let go.
      raw.socket.end()
      await raw.ended()
    }
    let round = 0
    const attacker = async () => {
      while (round < ROUNDS) {
        round += 1
        await attack(round)
      }
    }
    const attackers = Array.from({ length: AT_ONCE }, attacker)
    while (round < ROUNDS) {
      await goodDeviceWorks(1 + round)
      await sleep(100)
    }
    await Promise.all(attackers)
    await goodDeviceWorks(60_000)
    expect((await running.service.fetch(new Request('http://localhost/readyz'))).status).toBe(200)
    expect(running.rows("select reason from rejections where reason = 'internal_error'")).toEqual([])
    expect(running.errors).toEqual([])
  }, 120_000)
})
