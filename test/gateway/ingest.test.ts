import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSession, publishBytes, type RawMqtt } from '../support/mqtt.ts'
import { type MqttLoginGiven, startService, type TestService } from '../support/service.ts'

let running: TestService
let login: MqttLoginGiven

beforeEach(async () => {
  running = await startService()
  login = await running.provision('leak-1')
})
afterEach(() => running.stop())

const telemetry = (depth: number, fields?: Parameters<typeof publishBytes>[2]) =>
  publishBytes(`${login.topic}/telemetry`, `{"values":{"water.depth":${depth}}}`, fields)
const depths = () =>
  running
    .rows<{ body: string }>('select body from readings order by id')
    .map(({ body }) => (JSON.parse(body) as { v: Record<string, number> }).v['water.depth'])

/** Holds the data file as another process would, until let go. */
function holdDatabase(): () => void {
  const other = new BetterSqlite3(join(running.dataDir, 'shifen.db'), { timeout: 2_000 })
  other.exec('begin exclusive')
  return () => {
    other.exec('rollback')
    other.close()
  }
}

/** Measures the longest time the event loop stood still. */
function watchEventLoop(): () => number {
  let longestMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last)
    last = now
  }, 5)
  return () => {
    clearInterval(timer)
    return longestMs
  }
}

const ready = async () => (await running.service.fetch(new Request('http://localhost/readyz'))).status

describe('while another process holds the data file', () => {
  it('nothing is acknowledged, the service is not ready and its event loop runs; then each message counts once', async () => {
    const raw = await openSession(running.mqttPort, login)
    const release = holdDatabase()
    const longest = watchEventLoop()
    raw.sendBytes(telemetry(1, { messageId: 1 }))
    raw.sendBytes(telemetry(2, { messageId: 2, qos: 2 }))
    raw.sendBytes(telemetry(3, { messageId: 3 }))
    await sleep(700)
    expect(raw.received.map(({ cmd }) => cmd)).toEqual(['connack'])
    expect(await ready()).toBe(503)
    expect(depths()).toEqual([])
    raw.send({ cmd: 'pingreq' })
    expect(longest()).toBeLessThan(250)

    release()
    const answers = (await raw.take(4)).filter(({ cmd }) => cmd !== 'pingresp')
    expect(answers.map(({ cmd, messageId }) => `${cmd} ${messageId}`).sort()).toEqual([
      'puback 1',
      'puback 3',
      'pubrec 2',
    ])
    expect(depths().sort()).toEqual([1, 2, 3])
    expect(await ready()).toBe(200)
    await raw.leave()
  })

  it('a QoS 2 message sent again by the same session over another connection is taken once', async () => {
    const first = await openSession(running.mqttPort, login, { clean: false })
    const release = holdDatabase()
    first.sendBytes(telemetry(1, { messageId: 5, qos: 2 }))
    await sleep(100)
    first.drop()
    const second = await openSession(running.mqttPort, login, { clean: false })
    second.sendBytes(telemetry(1, { messageId: 5, qos: 2, dup: true }))
    await sleep(200)
    release()
    expect(await second.next()).toMatchObject({ cmd: 'pubrec', messageId: 5 })
    second.send({ cmd: 'pubrel', messageId: 5 })
    expect(await second.next()).toMatchObject({ cmd: 'pubcomp', messageId: 5 })
    expect(depths()).toEqual([1])
    await second.leave()
  })

  it('a new clean session has its own packet ids', async () => {
    const first = await openSession(running.mqttPort, login)
    const release = holdDatabase()
    first.sendBytes(telemetry(1, { messageId: 5, qos: 2 }))
    await sleep(100)
    first.drop()
    const second = await openSession(running.mqttPort, login)
    second.sendBytes(telemetry(2, { messageId: 5, qos: 2 }))
    await sleep(200)
    release()
    expect(await second.next()).toMatchObject({ cmd: 'pubrec', messageId: 5 })
    expect(depths()).toEqual([1, 2])
    await second.leave()
  })

  // Defect: a PUBLISH that is skipped for its length overtakes those that the broker's parser has not read yet.
  it('one that is too long keeps its place among the others', async () => {
    const raw = await openSession(running.mqttPort, login)
    const release = holdDatabase()
    raw.sendBytes(Buffer.concat([1, 2, 3, 4].map((messageId) => telemetry(1, { messageId }))))
    await sleep(100)
    raw.sendBytes(telemetry(5, { messageId: 5 }))
    raw.sendBytes(publishBytes(`${login.topic}/telemetry`, 'x'.repeat(300_000), { messageId: 6 }))
    await sleep(300)
    release()
    expect((await raw.take(6)).map(({ messageId }) => messageId)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('devices still come and go', async () => {
    const release = holdDatabase()
    const raw = await openSession(running.mqttPort, login)
    raw.sendBytes(telemetry(1))
    raw.drop()
    const again = await openSession(running.mqttPort, login)
    again.sendBytes(telemetry(2))
    release()
    expect(await again.next()).toMatchObject({ cmd: 'puback' })
    expect(depths().at(-1)).toBe(2)
    await again.leave()
  })
})

describe('acknowledgements', () => {
  it('come in the order of arrival, over many batches', async () => {
    const raw = await openSession(running.mqttPort, login)
    const ids = Array.from({ length: 20_000 }, (_, index) => index + 1)
    raw.sendBytes(Buffer.concat(ids.map((messageId) => telemetry(messageId / 10, { messageId }))))
    expect((await raw.take(ids.length)).map(({ messageId }) => messageId)).toEqual(ids)
    expect(depths()).toEqual(ids.map((id) => id / 10))
    await raw.leave()
  })

  it('mean that it is committed: another connection to the data file sees it at once', async () => {
    const raw = await openSession(running.mqttPort, login)
    for (let id = 1; id <= 200; id++) {
      raw.sendBytes(telemetry(id, { messageId: id }))
      await raw.next()
      expect(depths()).toHaveLength(id)
    }
    await raw.leave()
  })
})

describe('stopping', () => {
  it('publishes no wills: the devices did not go', async () => {
    const will = { topic: `${login.topic}/status`, payload: 'offline' }
    const raw = await openSession(running.mqttPort, login, { will })
    raw.sendBytes(publishBytes(`${login.topic}/status`, 'online'))
    await raw.next()
    const { dataDir } = running
    const other = new BetterSqlite3(join(dataDir, 'shifen.db'), { readonly: true })
    await running.service.stop()
    await raw.ended()
    expect(other.prepare('select body from readings').all()).toEqual([
      { body: '{"c":{"device.offline":"cleared"},"h":{"online":true}}' },
    ])
    other.close()
  })

  it('in the middle of a flood loses nothing that was acknowledged, and comes to an end', async () => {
    const sessions: RawMqtt[] = []
    for (let index = 0; index < 10; index++) {
      sessions.push(await openSession(running.mqttPort, login, { clientId: `leak-1/${index}` }))
    }
    const ids = Array.from({ length: 2_000 }, (_, index) => index + 1)
    const block = Buffer.concat(ids.map((messageId) => telemetry(messageId, { messageId })))
    const flood = sessions.map(async (raw) => {
      while (!raw.closed) {
        if (!raw.socket.write(block)) {
          await Promise.race([
            new Promise((resolve) => raw.socket.once('drain', resolve)),
            raw.ended().catch(() => undefined),
          ])
        }
        await sleep(1)
      }
    })
    await sleep(500)
    const other = new BetterSqlite3(join(running.dataDir, 'shifen.db'), { readonly: true })
    await running.service.stop()
    await Promise.all(flood)
    const acknowledged = sessions.flatMap(({ received }) => received.filter(({ cmd }) => cmd === 'puback')).length
    const [{ stored }] = other.prepare('select count(*) as stored from readings').all() as [{ stored: number }]
    other.close()
    expect(acknowledged).toBeGreaterThan(0)
    expect(stored).toBeGreaterThanOrEqual(acknowledged)
  })

  // Defect: a stop waits for the intake, whose write is tried again for as long as the file is held.
  it('while another process holds the data file comes to an end, and acknowledges nothing', async () => {
    const raw = await openSession(running.mqttPort, login)
    const release = holdDatabase()
    raw.sendBytes(telemetry(1))
    await sleep(200)
    try {
      const stopped = await Promise.race([running.service.stop().then(() => true), sleep(4_000).then(() => false)])
      expect(stopped).toBe(true)
      expect(raw.received.map(({ cmd }) => cmd)).toEqual(['connack'])
    } finally {
      release()
      await sleep(300)
    }
  })
})
