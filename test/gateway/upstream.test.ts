import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Packet } from '../../gateway/decode.ts'
import type { Ingest, Taken } from '../../gateway/ingest.ts'
import { createUpstream, type OutsideBroker, reconnectDelayMs, type Upstream } from '../../gateway/upstream.ts'
import { manualClock } from '../../rules/clock.ts'
import { START_MS } from '../support/service.ts'
import { type Script, type ScriptedBroker, scriptedBroker } from '../support/scripted-broker.ts'
import { eventually } from '../support/eventually.ts'

interface Bench {
  broker: ScriptedBroker
  upstream: Upstream
  /** What waits for its commit, which is the test's to give. */
  taken: { packet: Packet; done: Taken }[]
  troubles: (string | null)[]
}

let ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending) await end()
  ending = []
})

/** Connections that are lost come back after half a second. */
async function bench(script: Script = {}, more: Partial<OutsideBroker> = {}): Promise<Bench> {
  const broker = await scriptedBroker(script)
  const taken: Bench['taken'] = []
  const troubles: (string | null)[] = []
  const ingest: Ingest = {
    take: (packet, done) => void taken.push({ packet, done }),
    waiting: () => taken.length,
    settled: () => Promise.resolve(),
  }
  const address = { name: 'main', host: '127.0.0.1', port: broker.port, tls: null, clientId: 'shifen-a-main' }
  const rest = { protocolVersion: script.protocolVersion ?? 4, topics: ['#'], site: 'riverside', ...more }
  const upstream = createUpstream({
    broker: { ...address, ...rest },
    ingest,
    clock: manualClock(START_MS),
    random: () => 0,
    onTrouble: (trouble) => void troubles.push(trouble),
  })
  ending.push(async () => {
    await upstream.close()
    await broker.close()
  })
  upstream.start()
  return { broker, upstream, taken, troubles }
}

const subscribed = async ({ broker, upstream }: Bench) => {
  const visit = await broker.visit()
  await visit.packets('subscribe')
  await eventually(() => expect(upstream.trouble()).toBe(null))
  return visit
}
const waiting = ({ taken }: Bench, count: number) =>
  vi.waitFor(() => expect(taken).toHaveLength(count), { timeout: 5_000, interval: 5 })
const A_WHILE_MS = 100
const WET = { topic: 'shifen/default/leak-1/event', payload: '{"event":"water.leak","active":true}', messageId: 1 }

describe('logging in to an outside broker', () => {
  it('asks for a kept session under one id, and for QoS 1 each time, also where the session is there', async () => {
    const script: Script = {}
    const made = await bench(script, {
      username: 'shifen',
      password: 'secret',
      topics: ['zigbee2mqtt/#', 'shifen/+/#'],
    })
    const first = await subscribed(made)
    expect(first.connect).toMatchObject({ clean: false, clientId: 'shifen-a-main', username: 'shifen' })
    expect(String(first.connect.password)).toBe('secret')
    script.sessionPresent = true
    first.drop()
    const second = await subscribed(made)
    expect(second.connect.clientId).toBe('shifen-a-main')
    for (const visit of [first, second]) {
      expect(await visit.packets('subscribe')).toMatchObject([
        {
          subscriptions: [
            { topic: 'zigbee2mqtt/#', qos: 1 },
            { topic: 'shifen/+/#', qos: 1 },
          ],
        },
      ])
    }
  })

  it('in MQTT 5 asks for a session that lasts, and not for what it published itself', async () => {
    const visit = await subscribed(await bench({ protocolVersion: 5 }))
    expect(visit.connect).toMatchObject({ protocolVersion: 5, clean: false })
    expect(visit.connect.properties).toMatchObject({ sessionExpiryInterval: 2_592_000, receiveMaximum: 10_000 })
    expect(await visit.packets('subscribe')).toMatchObject([{ subscriptions: [{ qos: 1, nl: true, rap: false }] }])
  })

  it.each([
    [4, 5, 'Not authorized'],
    [5, 134, 'Bad User Name or Password'],
  ] as const)('goes on trying where MQTT %i refuses it, and says so once', async (protocolVersion, connack, why) => {
    const script: Script = { protocolVersion, connack }
    const made = await bench(script)
    for (let visits = 1; visits <= 2; visits++) await made.broker.visit()
    const words = `it refuses the login (${why}); check username and password`
    await eventually(() => expect(made.upstream.trouble()).toBe(words))
    expect(made.troubles).toEqual([words])
    expect(made.upstream.connected()).toBe(false)
    script.connack = 0
    await vi.waitFor(() => expect(made.upstream.trouble()).toBe(null), { timeout: 10_000 })
    expect([made.upstream.connected(), made.troubles]).toEqual([true, [words, null]])
  })

  it('says which subscriptions were refused, and which may lose messages', async () => {
    const granted = (topics: string[]) => topics.map((topic) => (topic === 'private/#' ? 128 : 1))
    const refused = await bench({ granted }, { topics: ['public/#', 'private/#'] })
    await eventually(() => expect(refused.upstream.trouble()).toMatch(/^it refuses the subscription to private\/#/))
    expect(refused.upstream.connected()).toBe(true)
    const unsure = await bench({ granted: () => [0] })
    await eventually(() => expect(unsure.upstream.trouble()).toMatch(/no QoS 1 for #/))
  })

  it('where nobody listens is trouble that ends by itself', async () => {
    const made = await bench({}, { port: 1 })
    await eventually(() => expect(made.upstream.trouble()).toBe('it cannot be reached (ECONNREFUSED)'))
    expect(made.broker.visits).toBe(0)
  })

  it('with a key that is none is trouble, too, and brings nothing down', async () => {
    const tls = { cert: 'no certificate', key: 'no key', verifyCertificate: true }
    const made = await bench({}, { tls })
    await eventually(() => expect(made.upstream.trouble()).toMatch(/^its certificate or TLS is not accepted/))
    await sleep(600)
    expect([made.troubles.length, made.broker.visits]).toEqual([1, 0])
  })

  it('waits from 1 s to 30 s, half of it by chance', () => {
    const waits = (random: number) =>
      [0, 1, 2, 3, 4, 5, 6, 100].map((failures) => reconnectDelayMs(failures, () => random))
    expect(waits(0)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
    expect(waits(1)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })
})

describe('what an outside broker delivers', () => {
  it('is of the broker and its site, and says whether it was kept', async () => {
    const made = await bench()
    const visit = await subscribed(made)
    visit.publish(WET, { ...WET, messageId: 2, retain: true }, { ...WET, qos: 0 })
    await waiting(made, 3)
    const about = { device: null, gateway: 'broker:main', site: 'riverside', will: false, receivedAt: START_MS }
    expect(made.taken.map(({ packet }) => packet)).toMatchObject([
      { ...about, topic: WET.topic, retained: false },
      { ...about, retained: true, missed: true },
      { ...about, retained: false },
    ])
    expect(Buffer.from(made.taken[0]!.packet.payload).toString()).toBe(WET.payload)
  })

  it('was missed by nobody where the broker kept the session', async () => {
    const made = await bench({ sessionPresent: true })
    ;(await subscribed(made)).publish({ ...WET, retain: true })
    await waiting(made, 1)
    expect(made.taken[0]!.packet.missed).toBeUndefined()
  })

  it.each(['t'.repeat(257), 'a\u0001b', 'a\ufffdb', 'a/+/b'])(
    'is a rejection where its topic is no topic',
    async (topic) => {
      const made = await bench()
      const visit = await subscribed(made)
      visit.publish({ ...WET, topic })
      await waiting(made, 1)
      const { packet, done } = made.taken[0]!
      expect(packet.refused).toMatchObject({ reason: 'unknown_topic' })
      expect(packet.topic.length).toBeLessThanOrEqual(256)
      done()
      expect(await visit.packets('puback')).toMatchObject([{ messageId: 1 }])
    },
  )

  it.each([4, 5] as const)(
    'is skipped beyond 8 MB, and the connection of MQTT %i lives on',
    async (protocolVersion) => {
      const made = await bench({ protocolVersion })
      const visit = await subscribed(made)
      const properties = { userProperties: { remark: 'x'.repeat(5_000) } }
      const long = {
        ...WET,
        payload: Buffer.alloc(9_000_000, 'y'),
        ...(protocolVersion === 5 ? { properties } : {}),
      }
      visit.publish({ ...WET, messageId: 1 }, { ...long, messageId: 2 }, { ...WET, messageId: 3 })
      await waiting(made, 3)
      const packets = made.taken.map(({ packet }) => packet)
      expect(packets.map(({ refused }) => refused?.reason)).toEqual([undefined, 'too_large', undefined])
      expect(packets[1]!.refused!.sizeBytes).toBe(9_000_000)
      expect(packets[1]!.payload.length).toBeLessThanOrEqual(1_024)
      expect(packets[1]!.topic).toBe(WET.topic)
      for (const { done } of made.taken) done()
      expect((await visit.packets('puback', 3)).map(({ messageId }) => messageId)).toEqual([1, 2, 3])
    },
  )

  it('comes again where it could not be stored', async () => {
    const made = await bench()
    const first = await subscribed(made)
    first.publish(WET)
    await waiting(made, 1)
    made.taken[0]!.done(new Error('the disk'))
    const second = await subscribed(made)
    expect(first.received.filter(({ cmd }) => cmd === 'puback')).toEqual([])
    second.publish({ ...WET, dup: true })
    await waiting(made, 2)
    made.taken[1]!.done()
    await second.packets('puback')
  })

  it('is not read while the intake is full, nor is a lost connection made anew', async () => {
    const made = await bench()
    const visit = await subscribed(made)
    made.upstream.hold(true)
    visit.publish(...Array.from({ length: 50 }, (_, index) => ({ ...WET, messageId: index + 1 })))
    await sleep(A_WHILE_MS)
    expect(made.taken.length).toBeLessThanOrEqual(1)
    visit.drop()
    await sleep(1_000)
    expect(made.broker.visits).toBe(1)
    made.upstream.hold(false)
    await subscribed(made)
  })
})

describe('sending to a device behind an outside broker', () => {
  const command = { topic: 'zigbee2mqtt/valve/set', payload: '{"state":"OFF"}' }

  it('is done when the broker acknowledged it', async () => {
    const made = await bench({ protocolVersion: 5 })
    const visit = await subscribed(made)
    let done = false
    const sent = made.upstream.publish(command).then(() => (done = true))
    const [publish] = await visit.packets('publish')
    expect(publish).toMatchObject({ topic: command.topic, qos: 1, retain: false })
    await sleep(A_WHILE_MS)
    expect(done).toBe(false)
    visit.acknowledge(publish!.messageId!)
    await sent
  })

  it('fails where the connection is lost first, or is not there', async () => {
    const made = await bench()
    const visit = await subscribed(made)
    const sent = made.upstream.publish(command)
    await visit.packets('publish')
    visit.drop()
    await expect(sent).rejects.toThrow('the connection was lost')
    await expect(made.upstream.publish(command)).rejects.toThrow('not connected')
    await expect(made.upstream.publish({ ...command, topic: 'a/#' })).rejects.toThrow()
  })
})

describe('closing', () => {
  it('waits for what is being committed, acknowledges it and says goodbye', async () => {
    const made = await bench()
    const visit = await subscribed(made)
    visit.publish(WET)
    await waiting(made, 1)
    const closing = made.upstream.close()
    await sleep(A_WHILE_MS)
    expect(visit.ended).toBe(false)
    made.taken[0]!.done()
    await closing
    expect(visit.received.map(({ cmd }) => cmd)).toEqual(['subscribe', 'puback', 'disconnect'])
    await sleep(1_000)
    expect(made.broker.visits).toBe(1)
  })

  it('waits two seconds for a commit that does not come, and acknowledges nothing', async () => {
    const made = await bench()
    const visit = await subscribed(made)
    visit.publish(WET)
    await waiting(made, 1)
    const begunAt = performance.now()
    await made.upstream.close()
    expect(performance.now() - begunAt).toBeLessThan(3_000)
    expect(visit.received.map(({ cmd }) => cmd)).toEqual(['subscribe', 'disconnect'])
  })

  it('while no connection can be made ends at once', async () => {
    const made = await bench({}, { port: 1 })
    await eventually(() => expect(made.troubles).toHaveLength(1))
    const begunAt = performance.now()
    await made.upstream.close()
    expect(performance.now() - begunAt).toBeLessThan(500)
  })
})
