import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { generate as encode, parser as createParser, type Packet } from 'mqtt-packet'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generate, type LoadJob } from '../../../simulators/bench/generator.ts'
import { telemetry } from '../../../simulators/bench/messages.ts'
import { findMosquitto, startMosquitto, type Mosquitto } from '../../../simulators/bench/mosquitto.ts'

const clients = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const id = `meter-${index}`
    return { clientId: id, username: id, password: 'secret', topic: `shifen/default/${id}` }
  })

const program = findMosquitto()
const withoutMosquitto = program === null && process.env.SHIFEN_TEST_ALL !== '1'

describe.skipIf(withoutMosquitto)('the load generator on Mosquitto', () => {
  let folder: string
  let mosquitto: Mosquitto

  beforeAll(async () => {
    if (program === null) throw new Error('mosquitto is not installed')
    folder = await mkdtemp(join(tmpdir(), 'shifen-test-'))
    mosquitto = await startMosquitto(program, folder)
  })
  afterAll(async () => {
    await mosquitto?.stop()
    if (folder) await rm(folder, { recursive: true })
  })

  const job = (overrides: Partial<LoadJob>): LoadJob => ({
    address: mosquitto.address,
    clients: clients(20),
    message: 'one-point',
    window: 16,
    pace: { kind: 'full_window' },
    warmUpMs: 50,
    measureMs: 300,
    ...overrides,
  })

  it('gets every message acknowledged that it sent', async () => {
    const result = await generate(job({}))
    expect(result.acknowledged).toBe(result.sent)
    expect(result.sent).toBeGreaterThan(20 * 16)
    expect(result.measured).toBeGreaterThan(0)
    expect(result.measured).toBeLessThan(result.acknowledged)
    expect(result.latency.count).toBe(result.measured)
  })

  it('sends what it says, as a subscriber sees it', async () => {
    const subscriber = await connectAsync(`mqtt://127.0.0.1:${mosquitto.address.port}`)
    try {
      const arrived: string[] = []
      subscriber.on('message', (topic, payload) => arrived.push(`${topic} ${payload.toString()}`))
      await subscriber.subscribeAsync('shifen/#', { qos: 1 })
      const pace = { kind: 'rate', messagesPerSecond: 2_000 } as const
      const result = await generate(job({ clients: clients(3), message: 'ten-point', pace }))
      await expect.poll(() => arrived.length, { timeout: 5_000 }).toBe(result.sent)
      expect(result.acknowledged).toBe(result.sent)
      const payloads = telemetry('ten-point').payloads
      const first = arrived.filter((line) => line.startsWith('shifen/default/meter-0/telemetry '))
      expect(first.slice(0, 3)).toEqual(
        payloads.slice(0, 3).map((payload) => `shifen/default/meter-0/telemetry ${payload.toString()}`),
      )
    } finally {
      await subscriber.endAsync()
    }
  })

  it('sends nothing when idle, until it is stopped', async () => {
    let stop: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => (stop = resolve))
    const idle = job({ pace: { kind: 'idle' }, warmUpMs: 0, measureMs: null })
    const result = await generate(idle, { stopped, onStarted: () => setTimeout(stop, 100) })
    expect(result).toMatchObject({ sent: 0, acknowledged: 0, measured: 0 })
    expect(result.measuredMs).toBeGreaterThan(90)
  })
})

describe('the load generator on a server that fails', () => {
  let server: Server
  afterEach(() => server.close())

  /** Answers each packet with what `answer` gives: bytes, nothing, or a closed connection. */
  async function serve(answer: (packet: Packet) => Buffer | undefined | 'close'): Promise<LoadJob> {
    server = createServer((socket) => {
      const parser = createParser()
      parser.on('packet', (packet) => {
        const bytes = answer(packet)
        if (bytes === 'close') socket.destroy()
        else if (bytes) socket.write(bytes)
      })
      socket.on('data', (bytes) => parser.parse(bytes))
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return {
      address: { host: '127.0.0.1', port },
      clients: clients(1),
      message: 'one-point',
      window: 4,
      pace: { kind: 'full_window' },
      warmUpMs: 0,
      measureMs: 10_000,
    }
  }
  const welcome = encode({ cmd: 'connack', returnCode: 0, sessionPresent: false })

  it('fails when a login is refused', async () => {
    const job = await serve(() => encode({ cmd: 'connack', returnCode: 5, sessionPresent: false }))
    await expect(generate(job)).rejects.toThrow('login of meter-0 refused (5)')
  })

  it('fails when its connection is closed', async () => {
    const job = await serve((packet) => (packet.cmd === 'connect' ? welcome : 'close'))
    await expect(generate(job)).rejects.toThrow('connection of meter-0')
  })

  it('fails when another message is acknowledged than the one due', async () => {
    const job = await serve((packet) => (packet.cmd === 'connect' ? welcome : encode({ cmd: 'puback', messageId: 2 })))
    await expect(generate(job)).rejects.toThrow('PUBACK for packet 2 where 1 was due')
  })

  it('fails when a message is acknowledged twice', async () => {
    const job = await serve((packet) => {
      if (packet.cmd === 'connect') return welcome
      const ack = encode({ cmd: 'puback', messageId: (packet as { messageId: number }).messageId })
      return Buffer.concat([ack, ack])
    })
    await expect(generate(job)).rejects.toThrow('PUBACK for packet 1 where 2 was due')
  })
})
