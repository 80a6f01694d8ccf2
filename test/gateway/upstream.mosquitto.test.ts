import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectMqtt } from 'mqtt'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { createIngest, type CommittedBatch } from '../../gateway/ingest.ts'
import { createUpstream } from '../../gateway/upstream.ts'
import { EngineBench } from '../support/engine.ts'
import { mqttTap } from '../support/mqtt-tap.ts'
import { NumberedDevice } from '../support/numbered-device.ts'
import { temporaryFolder } from '../support/process.ts'
import { hasPrograms } from '../support/programs.ts'
import { startService, type TestService } from '../support/service.ts'
import { type Mosquitto, mosquitto, PERSISTENT } from '../simulators/mosquitto.ts'

const USERS = { shifen: 'password of the service', device: 'password of devices' }
const WITHIN = { timeout: 15_000, interval: 25 }

let ending: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const end of ending.reverse()) await end()
  ending = []
})

async function startMosquitto(settings?: readonly string[], users: Record<string, string> = USERS): Promise<Mosquitto> {
  const broker = await mosquitto(users, settings)
  ending.push(() => broker.remove())
  return broker
}

/** The service beside Mosquitto, as its configuration file would have it. */
async function serve(brokers: readonly object[], dataDir?: string): Promise<TestService> {
  const folder = temporaryFolder()
  ending.push(() => folder.remove())
  const file = join(folder.path, 'shifen.yaml')
  writeFileSync(file, JSON.stringify({ brokers }))
  const config = loadConfig(file, {})
  const service = await startService({ mqtt: false, brokers: config.brokers, ...(dataDir ? { dataDir } : {}) })
  ending.push(() => service.stop())
  return service
}

const main = (port: number, more: object = {}) => ({
  name: 'main',
  url: `mqtt://shifen:${encodeURIComponent(USERS.shifen)}@127.0.0.1:${port}`,
  ...more,
})

async function readiness({ service }: TestService): Promise<{ status: number; broker: string }> {
  const answer = await service.fetch(new Request('http://localhost/readyz'))
  return { status: answer.status, broker: ((await answer.json()) as { checks: { broker: string } }).checks.broker }
}
const untilReady = (running: TestService) =>
  vi.waitFor(async () => expect(await readiness(running)).toEqual({ status: 200, broker: 'ok' }), WITHIN)

async function publish(broker: Mosquitto, topic: string, payload: string, ...more: string[]): Promise<void> {
  const login = ['-h', '127.0.0.1', '-p', String(broker.port), '-u', 'device', '-P', USERS.device]
  const child = spawn('mosquitto_pub', [...login, '-q', '1', '-t', topic, '-m', payload, ...more])
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(0)
}

const wet = (active: boolean) => JSON.stringify({ event: 'water.leak', active })
interface Listed {
  items: { id: string; device: string; state: string; ageUnknown: boolean; active: boolean }[]
}
const ticketsOf = async (running: TestService, device: string) =>
  (await running.api<Listed>('GET', `/tickets?device=${device}`)).body.items
const alarmsOf = async (running: TestService, device: string) =>
  (await running.api<Listed>('GET', `/alarms?device=${device}`)).body.items
const numberOf = ({ topic, payload }: { topic: string; payload: unknown }) =>
  `${topic.split('/')[2]} ${(JSON.parse(String(payload)) as { seq: number }).seq}`

/** How often each numbered message (`device seq`) is in the data file; a later look reads only what came since. */
function storedNumbers(running: TestService): () => ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  let last = 0
  return () => {
    const rows = running.rows<{ row: number; device: string; seq: number }>(
      `select readings.id as row, devices.id as device, seq
       from readings join devices on devices.key = device_key where readings.id > ? and seq is not null`,
      last,
    )
    for (const { row, device, seq } of rows) {
      last = Math.max(last, row)
      const number = `${device} ${seq}`
      times.set(number, (times.get(number) ?? 0) + 1)
    }
    return times
  }
}

const timesOf = (messages: readonly { topic: string; payload: unknown }[]): ReadonlyMap<string, number> => {
  const times = new Map<string, number>()
  for (const number of messages.map(numberOf)) times.set(number, (times.get(number) ?? 0) + 1)
  return times
}

describe.skipIf(!hasPrograms('mosquitto', 'mosquitto_pub'))('a real Mosquitto as outside broker', () => {
  it.each([
    [4, 'mqttv311'],
    [4, 'mqttv5'],
    [5, 'mqttv311'],
    [5, 'mqttv5'],
  ])('asked in MQTT %i passes on what a device says in %s: one ticket', async (protocolVersion, version) => {
    const broker = await startMosquitto()
    const running = await serve([main(broker.port, { protocolVersion })])
    await untilReady(running)
    const properties = version === 'mqttv5' ? ['-D', 'publish', 'user-property', 'floor', 'B2'] : []
    for (let time = 1; time <= 3; time++) {
      await publish(broker, 'shifen/default/leak-1/event', wet(true), '-V', version, ...properties)
    }
    await vi.waitFor(async () => expect(await ticketsOf(running, 'leak-1')).toHaveLength(1), WITHIN)
    expect(running.rows('select gateway, family, site from devices')).toEqual([
      { gateway: 'broker:main', family: 'native', site: 'default' },
    ])
    expect(await alarmsOf(running, 'leak-1')).toMatchObject([{ ageUnknown: false }])
    const metrics = await (await running.service.fetch(new Request('http://localhost/metrics'))).text()
    expect(metrics).toMatch(/^shifen_brokers_connected 1$/m)
    expect(running.service.addresses().mqtt).toBe(null)
  })

  it('may be several, each with its site; what another site is unknown for is a rejection', async () => {
    const [east, west] = [await startMosquitto(), await startMosquitto()]
    const running = await serve([
      main(east.port),
      { ...main(west.port), name: 'west', topics: ['shifen/west/#', 'nobody/knows'], site: 'west' },
    ])
    await untilReady(running)
    await publish(east, 'shifen/default/leak-1/event', wet(true))
    await publish(west, 'shifen/default/leak-2/event', wet(true))
    await publish(west, 'shifen/west/leak-3/event', wet(true))
    await vi.waitFor(async () => expect(await ticketsOf(running, 'leak-1')).toHaveLength(1), WITHIN)
    const refused = () => running.rows('select reason, device from rejections')
    await vi.waitFor(() => expect(refused()).toEqual([{ reason: 'unknown_site', device: 'broker:west' }]), WITHIN)
    expect(running.rows('select id from devices')).toEqual([{ id: 'leak-1' }])

    await running.api('POST', '/sites', { id: 'west', name: 'West' })
    await publish(west, 'shifen/west/leak-3/event', wet(true))
    await vi.waitFor(async () => expect(await ticketsOf(running, 'leak-3')).toHaveLength(1), WITHIN)
  })

  it('that refuses the login makes the service not ready, in words and without the password', async () => {
    const broker = await startMosquitto(undefined, { shifen: 'another' })
    const running = await serve([main(broker.port)])
    await vi.waitFor(async () => {
      expect(await readiness(running)).toEqual({
        status: 503,
        broker: 'broker:main: it refuses the login (Not authorized); check username and password',
      })
    }, WITHIN)
    expect((await running.service.fetch(new Request('http://localhost/healthz'))).status).toBe(200)
  })

  it('delivers what came while the service was down', async () => {
    const broker = await startMosquitto()
    const folder = temporaryFolder()
    ending.unshift(() => folder.remove())
    const first = await serve([main(broker.port)], folder.path)
    await untilReady(first)
    await first.stop()
    await publish(broker, 'shifen/default/leak-1/event', wet(true), '-V', 'mqttv5')
    const second = await serve([main(broker.port)], folder.path)
    await vi.waitFor(async () => expect(await ticketsOf(second, 'leak-1')).toHaveLength(1), WITHIN)
  })
})

describe.skipIf(!hasPrograms('mosquitto', 'mosquitto_pub'))('what Mosquitto kept', () => {
  const topic = 'shifen/default/leak-1/event'

  it('opens a ticket of unknown age, and nothing more when it is delivered again after the device dried', async () => {
    const broker = await startMosquitto()
    const folder = temporaryFolder()
    ending.unshift(() => folder.remove())
    await publish(broker, topic, wet(true), '-r')
    let running = await serve([main(broker.port)], folder.path)
    await vi.waitFor(
      async () => expect(await ticketsOf(running, 'leak-1')).toMatchObject([{ ageUnknown: true }]),
      WITHIN,
    )
    await publish(broker, topic, wet(false))
    const alarm = () => alarmsOf(running, 'leak-1')
    await vi.waitFor(async () => expect(await alarm()).toMatchObject([{ active: false }]), WITHIN)
    const received = () => Number(/^shifen_messages_received_total (\d+)$/m.exec(text)?.[1])
    let text = ''
    for (let time = 1; time <= 2; time++) {
      await running.stop()
      running = await serve([main(broker.port)], folder.path)
      await untilReady(running)
      await vi.waitFor(async () => {
        text = await (await running.service.fetch(new Request('http://localhost/metrics'))).text()
        expect(received()).toBe(1)
      }, WITHIN)
    }
    expect(await alarm()).toMatchObject([{ active: false, ageUnknown: true }])
    expect(await ticketsOf(running, 'leak-1')).toHaveLength(1)
    // What the device itself says is live again.
    await publish(broker, topic, wet(true))
    await vi.waitFor(
      async () => expect(await alarm()).toContainEqual(expect.objectContaining({ active: true })),
      WITHIN,
    )
  })

  it('counts when its site exists, also where it was refused before', async () => {
    const broker = await startMosquitto()
    const folder = temporaryFolder()
    ending.unshift(() => folder.remove())
    await publish(broker, 'shifen/west/leak-1/event', wet(true), '-r')
    let running = await serve([main(broker.port)], folder.path)
    const refused = () => running.rows('select reason from rejections')
    await vi.waitFor(() => expect(refused()).toEqual([{ reason: 'unknown_site' }]), WITHIN)
    await running.api('POST', '/sites', { id: 'west', name: 'West' })
    await running.stop()
    running = await serve([main(broker.port)], folder.path)
    await vi.waitFor(async () => expect(await ticketsOf(running, 'leak-1')).toHaveLength(1), WITHIN)
  })

  it('changes nothing where it is recorded already', async () => {
    const broker = await startMosquitto()
    const folder = temporaryFolder()
    ending.unshift(() => folder.remove())
    let running = await serve([main(broker.port)], folder.path)
    await untilReady(running)
    await publish(broker, topic, wet(true), '-r')
    await vi.waitFor(
      async () => expect(await ticketsOf(running, 'leak-1')).toMatchObject([{ ageUnknown: false }]),
      WITHIN,
    )
    await running.stop()
    running = await serve([main(broker.port)], folder.path)
    await untilReady(running)
    await publish(broker, 'shifen/default/leak-2/event', wet(true))
    await vi.waitFor(async () => expect(await ticketsOf(running, 'leak-2')).toHaveLength(1), WITHIN)
    expect(await ticketsOf(running, 'leak-1')).toHaveLength(1)
    expect(running.rows('select count(*) as events from events')).toEqual([{ events: 2 }])
  })
})

describe.skipIf(!hasPrograms('mosquitto', 'mosquitto_pub'))('a stream of numbered messages through Mosquitto', () => {
  const MESSAGES = 1_500
  const IN_FLIGHT = 40
  const payload = (seq: number) => JSON.stringify({ seq, values: { 'energy.active.import': seq } })

  /** MQTT 3.1.1: sends what is not acknowledged again after it has connected anew. */
  function meter1(): NumberedDevice {
    const login = { clientId: 'meter-1', username: 'device', password: USERS.device, topic: 'shifen/default/meter-1' }
    let sent = 0
    const device = new NumberedDevice(login, IN_FLIGHT)
    device.publishFrom(() => (sent === MESSAGES ? null : { channel: 'telemetry', payload: payload(++sent) }))
    ending.push(() => device.close())
    return device
  }

  /** MQTT 5: reconnects and sends again by itself. Resolves when all are acknowledged. */
  async function meter2(broker: Mosquitto): Promise<void> {
    const client = connectMqtt(broker.url, {
      ...{ username: 'device', password: USERS.device, clientId: 'meter-2' },
      ...{ protocolVersion: 5, clean: false, reconnectPeriod: 200 },
    })
    ending.push(() => client.endAsync(true))
    let sent = 0
    const publishing = Array.from({ length: IN_FLIGHT }, async () => {
      while (sent < MESSAGES) {
        const properties = { messageExpiryInterval: 600, userProperties: { floor: 'B2' } }
        await client.publishAsync('shifen/default/meter-2/telemetry', payload(++sent), { qos: 1, properties })
      }
    })
    await Promise.all(publishing)
  }

  it('that is killed and started again in the middle: what it delivered is stored', async () => {
    const broker = await startMosquitto([...PERSISTENT, 'max_queued_messages 0'])
    const tap = await mqttTap(broker.port)
    ending.push(() => tap.close())
    const running = await serve([main(tap.port)])
    await untilReady(running)
    const stored = storedNumbers(running)
    const device = meter1()
    const address = { host: '127.0.0.1', port: broker.port }
    await device.connect(address)
    const modern = meter2(broker)
    for (const share of [0.3, 0.6]) {
      await vi.waitFor(() => expect(tap.delivered.length).toBeGreaterThan(2 * MESSAGES * share), WITHIN)
      await broker.stop()
      device.close()
      await broker.start()
      await untilReady(running)
      await device.connect(address)
    }
    await Promise.all([device.settled(), modern])
    await vi.waitFor(() => {
      expect([stored().has(`meter-1 ${MESSAGES}`), stored().has(`meter-2 ${MESSAGES}`)]).toEqual([true, true])
      expect([...timesOf(tap.delivered).keys()].filter((number) => !stored().has(number))).toEqual([])
    }, WITHIN)
    const delivered = timesOf(tap.delivered)
    // Mosquitto forgets some of our last PUBACKs and delivers again; nothing is doubled beyond that.
    expect([...stored()].filter(([number, times]) => times > (delivered.get(number) ?? 0))).toEqual([])
    // What is missing Mosquitto had acknowledged in its last moments and never delivered.
    expect(stored().size).toBeGreaterThan(2 * MESSAGES * 0.95)
  }, 60_000)

  it('shares commits: far fewer of them than messages', async () => {
    const broker = await startMosquitto(['persistence false', 'max_inflight_messages 0'])
    const engine = await EngineBench.open()
    ending.push(() => engine.close())
    const batches: CommittedBatch[] = []
    const ingest = createIngest({
      engine: engine.engine,
      binding: () => ({}),
      onRequest: () => undefined,
      onBatch: (batch) => void batches.push(batch),
      onPressure: () => undefined,
    })
    const { brokers } = loadConfig(null, { SHIFEN_MQTT_URL: main(broker.port).url })
    const upstream = createUpstream({
      broker: { ...brokers[0]!, clientId: 'shifen-test' },
      ingest,
      clock: engine.clock,
      random: () => 0,
      onTrouble: () => undefined,
    })
    ending.push(() => upstream.close())
    upstream.start()
    await vi.waitFor(() => expect(upstream.trouble()).toBe(null), WITHIN)
    await meter1().connect({ host: '127.0.0.1', port: broker.port })
    const committed = () => batches.reduce((sum, { packets }) => sum + packets, 0)
    await vi.waitFor(() => expect(committed()).toBe(MESSAGES), WITHIN)
    expect(await engine.count('readings')).toBe(MESSAGES)
    expect(batches.length).toBeLessThan(MESSAGES / 4)
  })
})

describe.skipIf(!hasPrograms('mosquitto', 'mosquitto_pub', 'openssl'))('mqtts', () => {
  it('needs a certificate that our authority signed, on both sides where the broker asks', async () => {
    const folder = temporaryFolder()
    ending.push(() => folder.remove())
    const files = certificates(folder.path)
    const broker = await startMosquitto([
      ...[`cafile ${files.ca}`, `certfile ${files.brokerCert}`, `keyfile ${files.brokerKey}`],
      ...['require_certificate true', 'persistence false'],
    ])
    const url = main(broker.port).url.replace('mqtt:', 'mqtts:').replace('127.0.0.1', 'localhost')
    const given = { ...main(broker.port), url, caFile: files.ca, certFile: files.clientCert, keyFile: files.clientKey }
    const running = await serve([given])
    await untilReady(running)

    const stranger = await serve([{ ...main(broker.port), url }])
    const words = async () => (await readiness(stranger)).broker
    await vi.waitFor(async () => expect(await words()).toMatch(/certificate or TLS is not accepted.*caFile/), WITHIN)
    const anonymous = await serve([{ ...main(broker.port), url, caFile: files.ca }])
    await vi.waitFor(async () => expect((await readiness(anonymous)).broker).not.toMatch(/not connected yet/), WITHIN)
    await sleep(500)
    expect((await readiness(anonymous)).status).toBe(503)
    // Only where it is said by name.
    const careless = await serve([{ ...given, caFile: undefined, verifyCertificate: false, clientId: 'careless' }])
    await untilReady(careless)
  })
})

/** An authority, and what it signed: a broker at localhost and a client. */
function certificates(folder: string) {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority')
  for (const [name, subject] of [
    ['broker', 'localhost'],
    ['client', 'shifen'],
  ] as const) {
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', `subjectAltName=DNS:${subject}`]
    openssl(
      'req',
      '-x509',
      ...key,
      ...signed,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${subject}`,
    )
  }
  return {
    ca: at('ca.pem'),
    brokerCert: at('broker.pem'),
    brokerKey: at('broker.key'),
    clientCert: at('client.pem'),
    clientKey: at('client.key'),
  }
}
