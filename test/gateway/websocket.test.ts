import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { connectAsync, type IClientOptions } from 'mqtt'
import { generate } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connectPacket, publishBytes } from '../support/mqtt.ts'
import { type MqttLoginGiven, startService, type TestService } from '../support/service.ts'

let running: TestService
let login: MqttLoginGiven

beforeAll(async () => {
  running = await startService()
  login = await running.provision('meter-1', 'power_meter')
})
afterAll(() => running.stop())

const url = (path: string) => running.httpUrl.replace('http:', 'ws:') + path

function options(more: IClientOptions = {}): IClientOptions {
  const { username, password, clientId } = login
  return { username, password, clientId, protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5_000, ...more }
}

/** Sends bytes to the HTTP port and answers the first line that comes back; empty where the connection ends. */
async function firstLine(bytes: string): Promise<string> {
  const { hostname, port } = new URL(running.httpUrl)
  const socket = connectSocket(Number(port), hostname)
  socket.on('error', () => undefined)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    socket.end()
  })
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString().split('\r\n')[0] ?? ''
}

const upgrade = (target: string, more = '') =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`

async function serves(): Promise<void> {
  const client = await connectAsync(url('/mqtt'), options({ clientId: 'meter-1/check' }))
  await client.publishAsync(`${login.topic}/telemetry`, '{"values":{"voltage.l1":230}}', { qos: 1 })
  await client.endAsync()
}

describe('MQTT over WebSocket', () => {
  it('publishes with every QoS, and is stored when acknowledged', async () => {
    const client = await connectAsync(url('/mqtt'), options())
    for (const qos of [0, 1, 2] as const) {
      await client.publishAsync(`${login.topic}/telemetry`, `{"values":{"voltage.l1":23${qos}}}`, { qos })
    }
    const rows = running.rows<{ body: string }>('select body from readings order by id')
    expect(rows.map(({ body }) => body)).toEqual([0, 1, 2].map((qos) => `{"v":{"voltage.l1":23${qos}}}`))
    await client.endAsync()
  })

  it('subscribes to its own commands only', async () => {
    const client = await connectAsync(url('/mqtt'), options())
    const [own] = await client.subscribeAsync(`${login.topic}/command`, { qos: 1 })
    expect(own?.qos).toBe(1)
    await expect(client.subscribeAsync('#')).rejects.toThrow()
    await client.endAsync()
  })

  it('answers with the subprotocol mqtt where it is offered', async () => {
    for (const [offered, chosen] of [
      [['mqtt'], 'mqtt'],
      [['other', 'mqtt'], 'mqtt'],
    ] as const) {
      const socket = new WebSocket(url('/mqtt'), [...offered])
      await once(socket, 'open')
      expect(socket.protocol).toBe(chosen)
      socket.terminate()
    }
  })

  it('refuses a wrong password', async () => {
    await expect(connectAsync(url('/mqtt'), options({ password: 'wrong' }))).rejects.toMatchObject({ code: 4 })
  })

  it('takes packets that are cut across messages, and many in one message', async () => {
    const socket = new WebSocket(url('/mqtt'), ['mqtt'])
    await once(socket, 'open')
    const answers: Buffer[] = []
    socket.on('message', (data: Buffer) => answers.push(data))
    const publishes = Array.from({ length: 2_000 }, (_, index) =>
      publishBytes(`${login.topic}/telemetry`, '{"values":{"voltage.l1":1}}', { messageId: index + 1 }),
    )
    const bytes = Buffer.concat([generate(connectPacket(login, { clientId: 'meter-1/cut' })), ...publishes])
    socket.send(bytes.subarray(0, 7))
    socket.send(bytes.subarray(7, 100))
    socket.send(bytes.subarray(100))
    await expect.poll(() => Buffer.concat(answers).length, { timeout: 10_000 }).toBe(4 + 2_000 * 4)
    socket.terminate()
  })

  it('skips a PUBLISH that is too long and goes on', async () => {
    const client = await connectAsync(url('/mqtt'), options())
    await client.publishAsync(`${login.topic}/telemetry`, 'x'.repeat(1024 * 1024), { qos: 1 })
    await client.publishAsync(`${login.topic}/telemetry`, '{"values":{"voltage.l1":230}}', { qos: 1 })
    expect(running.rows('select reason from rejections')).toEqual([{ reason: 'too_large' }])
    await client.endAsync()
  })

  it.each(['/', '/mqtt/', '/MQTT', '/api/v1/live', '/mqtt2'])('is not at %s', async (path) => {
    expect(await firstLine(upgrade(path))).toBe('HTTP/1.1 404 Not Found')
  })

  it('is at /mqtt with any query', async () => {
    expect(await firstLine(upgrade('/mqtt?x=1'))).toBe('HTTP/1.1 101 Switching Protocols')
  })

  it.each([
    ['two slashes', upgrade('//')],
    ['an address without a host', upgrade('http://')],
    ['a host that is none', upgrade('http://[/mqtt')],
    ['a port that is none', upgrade('//host:port/mqtt')],
    ['a star', upgrade('*')],
    ['no key', 'GET /mqtt HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['another version', upgrade('/mqtt').replace('Version: 13', 'Version: 1')],
    ['a broken list of subprotocols', upgrade('/mqtt', 'Sec-WebSocket-Protocol: ,,;;\r\n')],
    ['POST', upgrade('/mqtt').replace('GET', 'POST')],
  ])('a request with %s is refused, and the service lives', async (_, bytes) => {
    expect(await firstLine(bytes)).toMatch(/^HTTP\/1\.1 4\d\d |^$/)
    await serves()
  })

  it.each([
    ['text', (socket: WebSocket) => socket.send('hello')],
    ['an empty message', (socket: WebSocket) => socket.send(Buffer.alloc(0))],
    ['a message of 3 MB', (socket: WebSocket) => socket.send(Buffer.alloc(3 * 1024 * 1024))],
    [
      'a reserved bit',
      (socket: WebSocket) => void (socket as unknown as Inner)._socket.write(Buffer.from([0xff, 0xff])),
    ],
    ['an end in the middle', (socket: WebSocket) => void (socket as unknown as Inner)._socket.end(Buffer.from([0x82]))],
  ])('%s before login does no harm', async (_, act) => {
    const socket = new WebSocket(url('/mqtt'), ['mqtt'])
    socket.on('error', () => undefined)
    await once(socket, 'open')
    act(socket)
    await serves()
    socket.terminate()
    expect(running.errors).toEqual([])
  })
})

interface Inner {
  _socket: { write(bytes: Buffer): void; end(bytes: Buffer): void }
}
