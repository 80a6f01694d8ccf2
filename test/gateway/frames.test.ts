import { generate, type IPublishPacket, type Packet, parser as createParser } from 'mqtt-packet'
import { duplexPair, type Duplex } from 'node:stream'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { CONNECT_MAX_BYTES, MqttFrames } from '../../gateway/frames.ts'
import { frame, publishBytes, remainingLength } from '../support/mqtt.ts'

const MAX_BYTES = 1_000
const LOGIN = { username: 'leak-1', password: 'secret', clientId: 'leak-1', topic: 'shifen/default/leak-1' }
const CONNECT = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: LOGIN.clientId,
  keepalive: 0,
})

interface Line {
  device: Duplex
  frames: MqttFrames
  /** What passed, put together. */
  passed: () => Buffer
  /** What passed whole. */
  packets: Packet[]
  /** What passed shortened, and the length of the payload that it came with. */
  oversized: (IPublishPacket & { sizeBytes: number })[]
  /** Everything in its order. */
  order: Packet[]
  error: () => string | null
}

const lines: Line[] = []
afterEach(() => {
  for (const { device, frames } of lines.splice(0)) {
    device.destroy()
    frames.destroy()
  }
})

/** A device's end, the frames, and a parser behind them that reads as the broker does: `open` after CONNECT. */
function line({ open = true } = {}): Line {
  const [device, service] = duplexPair()
  const chunks: Buffer[] = []
  const packets: Packet[] = []
  const oversized: Line['oversized'] = []
  const order: Packet[] = []
  let error: string | null = null
  const frames = new MqttFrames(service, { publishMaxBytes: MAX_BYTES })
  frames.on('error', (failure: Error) => (error = failure.message))
  device.on('error', () => undefined)
  const parser = createParser()
  parser.on('error', () => undefined)
  parser.on('packet', (packet) => {
    const sizeBytes = packet.cmd === 'publish' ? frames.nextPublish() : null
    if (packet.cmd === 'publish' && sizeBytes !== null) oversized.push({ ...packet, sizeBytes })
    else packets.push(packet)
    order.push(packet)
    if (packet.cmd === 'connect' && open) frames.open()
  })
  frames.on('readable', () => {
    for (let chunk = frames.read() as Buffer | null; chunk !== null; chunk = frames.read() as Buffer | null) {
      chunks.push(chunk)
      parser.parse(chunk)
    }
  })
  const made = { device, frames, passed: () => Buffer.concat(chunks), packets, oversized, order, error: () => error }
  lines.push(made)
  return made
}

/** Lets streams pass on what they hold. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function write(device: Duplex, bytes: Buffer, size: number): Promise<void> {
  for (let at = 0; at < bytes.length && !device.destroyed; at += size) {
    if (!device.write(bytes.subarray(at, at + size))) await settle()
  }
  await settle()
}

const small = (messageId: number) => publishBytes(LOGIN.topic, `message ${messageId}`, { messageId })
const large = (messageId: number, qos: 0 | 1 | 2 = 1, length = 5_000) =>
  publishBytes(LOGIN.topic, 'x'.repeat(length), { messageId, qos })
const told = (packets: readonly Packet[]) => packets.slice(1).map((packet) => packet.messageId)

describe('frames of a session', () => {
  const stream = Buffer.concat([
    CONNECT,
    small(1),
    large(2),
    small(3),
    frame(0xc0, Buffer.alloc(0)),
    large(4, 2),
    small(5),
  ])

  it('pass the same however the stream is cut, and what is too long is shortened in its place', async () => {
    for (const size of [1, 2, 3, 7, 64, 1_000, 4_096, stream.length]) {
      const { device, packets, oversized, order } = line()
      await write(device, stream, size)
      expect(order.slice(1).map(({ cmd, messageId }) => messageId ?? cmd)).toEqual([1, 2, 3, 'pingreq', 4, 5])
      expect(oversized.every(({ payload }) => payload.length === 1024)).toBe(true)
      expect(packets.map(({ cmd }) => cmd)).toEqual(['connect', 'publish', 'publish', 'pingreq', 'publish'])
      expect(oversized.map(({ qos, messageId, topic, sizeBytes }) => [qos, messageId, topic, sizeBytes])).toEqual([
        [1, 2, LOGIN.topic, 5_000],
        [2, 4, LOGIN.topic, 5_000],
      ])
    }
  })

  it('pass the same when cut in two at any byte', async () => {
    const short = Buffer.concat([CONNECT, small(1), large(2, 1, 1_200), small(3)])
    for (let at = 1; at < short.length; at++) {
      const { device, packets, oversized } = line()
      device.write(short.subarray(0, at))
      await settle()
      device.write(short.subarray(at))
      await settle()
      expect(told(packets)).toEqual([1, 3])
      expect(oversized).toMatchObject([{ messageId: 2, sizeBytes: 1_200 }])
    }
  })

  it('pass the same for any packets cut anywhere', async () => {
    const part = fc.record({ length: fc.integer({ min: 0, max: 3_000 }), qos: fc.constantFrom(0, 1, 2) })
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 5_000 }), async (parts, size) => {
        const { device, packets, oversized } = line()
        const bytes = parts.map(({ length, qos }, index) => large(index + 1, qos, length))
        await write(device, Buffer.concat([CONNECT, ...bytes]), size)
        const body = (index: number) => bytes[index]!.length - 1 - remainingLength(bytes[index]!.length - 4).length
        const fits = parts.map((_, index) => body(index) <= MAX_BYTES)
        expect(packets.slice(1).map((packet) => (packet as { payload: Buffer }).payload.length)).toEqual(
          parts.filter((_, index) => fits[index]).map(({ length }) => length),
        )
        expect(oversized.map(({ sizeBytes }) => sizeBytes)).toEqual(
          parts.filter((_, index) => !fits[index]).map(({ length }) => length),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('a PUBLISH of exactly the limit passes and one byte more is skipped', async () => {
    const beside = 2 + LOGIN.topic.length + 2
    const { device, packets, oversized } = line()
    await write(
      device,
      Buffer.concat([CONNECT, large(1, 1, MAX_BYTES - beside), large(2, 1, MAX_BYTES - beside + 1)]),
      999,
    )
    expect(told(packets)).toEqual([1])
    expect(oversized).toMatchObject([{ messageId: 2 }])
  })

  it('keeps only the first bytes of what it skips, and goes on after 20 MB', async () => {
    const { device, packets, oversized } = line()
    await write(device, Buffer.concat([CONNECT, large(7, 1, 20_000_000), small(8)]), 65_536)
    expect(oversized).toMatchObject([{ messageId: 7, sizeBytes: 20_000_000 }])
    expect(oversized[0]!.payload.toString()).toBe('x'.repeat(1024))
    expect(told(packets)).toEqual([8])
  })

  it('what is announced and not sent costs nothing', async () => {
    const { device, frames, oversized } = line()
    await write(
      device,
      Buffer.concat([CONNECT, Buffer.from([0x32]), remainingLength(268_435_455), Buffer.alloc(10_000)]),
      4_096,
    )
    expect(frames.readableLength).toBe(0)
    expect(oversized).toEqual([])
    expect(frames.destroyed).toBe(false)
  })

  it('a topic that runs beyond its oversized packet ends the session', async () => {
    const { device, frames, oversized, packets } = line()
    const body = Buffer.concat([Buffer.from([0xff, 0xff]), Buffer.alloc(3_000, 0x61)])
    await write(device, Buffer.concat([CONNECT, frame(0x32, body), small(2)]), 500)
    expect(frames.destroyed).toBe(true)
    expect([oversized, told(packets)]).toEqual([[], []])
  })

  it.each([
    ['a length of five bytes', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['a SUBSCRIBE of 100 KB', frame(0x82, Buffer.alloc(100_000))],
    ['a packet of no known kind of 100 KB', frame(0xf0, Buffer.alloc(100_000))],
  ])('%s ends the session', async (_, bytes) => {
    const { device, frames } = line()
    await write(device, Buffer.concat([CONNECT, bytes]), 64)
    expect(frames.destroyed).toBe(true)
  })

  it('held back, nothing is lost and nothing passes until it is let go', async () => {
    const { device, frames, packets } = line()
    await write(device, CONNECT, 64)
    frames.hold(true)
    device.write(Buffer.concat([small(1), small(2)]))
    await settle()
    expect(told(packets)).toEqual([])
    frames.hold(false)
    await settle()
    expect(told(packets)).toEqual([1, 2])
  })
})

describe('frames before login', () => {
  it('only CONNECT passes, and what follows waits for the login', async () => {
    const { device, frames, packets } = line({ open: false })
    await write(
      device,
      Buffer.concat([CONNECT, ...Array.from({ length: 3_000 }, (_, index) => small(index + 1))]),
      60_000,
    )
    expect(packets.map(({ cmd }) => cmd)).toEqual(['connect'])
    frames.open()
    await settle()
    expect(told(packets)).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1))
  })

  it.each([
    ['a PUBLISH', small(1)],
    ['a PINGREQ', frame(0xc0, Buffer.alloc(0))],
    ['a packet of no kind', Buffer.from([0x00, 0x00])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['an empty CONNECT', Buffer.from([0x10, 0x00])],
    ['an announced CONNECT of 256 MB', Buffer.concat([Buffer.from([0x10]), remainingLength(268_435_455)])],
    ['a CONNECT beyond 4 KB', frame(0x10, Buffer.alloc(CONNECT_MAX_BYTES))],
    ['a malformed length', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x00])],
  ])('%s ends the connection and nothing of it passes', async (_, bytes) => {
    for (const size of [1, bytes.length]) {
      const { device, frames, passed, error } = line()
      await write(device, bytes, size)
      expect(frames.destroyed).toBe(true)
      expect(error()).not.toBeNull()
      expect(passed().length).toBe(0)
    }
  })

  it('a CONNECT of exactly 4 KB passes', async () => {
    const { device, frames, passed } = line()
    const bytes = frame(0x10, Buffer.alloc(CONNECT_MAX_BYTES - 3))
    expect(bytes.length).toBe(CONNECT_MAX_BYTES)
    await write(device, bytes, 100)
    expect(passed().length).toBe(CONNECT_MAX_BYTES)
    expect(frames.destroyed).toBe(false)
  })

  it('more than can wait ends the connection', async () => {
    const { device, frames } = line({ open: false })
    device.write(CONNECT)
    await settle()
    const before = frames.destroyed
    for (let count = 0; count < 100 && !device.destroyed; count++) device.write(Buffer.alloc(65_536, 0x30))
    await settle()
    expect(before).toBe(false)
    expect(frames.readableLength).toBe(0)
  })
})

describe('the other direction', () => {
  it('what the broker writes arrives, and the end of what the device says is told', async () => {
    const { device, frames } = line()
    const arrived: Buffer[] = []
    device.on('data', (chunk: Buffer) => arrived.push(chunk))
    const bytes = Buffer.alloc(500_000, 'a')
    await new Promise<void>((resolve) => void frames.write(bytes, () => resolve()))
    await settle()
    expect(Buffer.concat(arrived).equals(bytes)).toBe(true)
    device.end()
    await settle()
    expect(frames.readableEnded).toBe(true)
  })
})

describe('a PUBLISH of MQTT 5 that is too long', () => {
  it.each([0, 20, 300, 5_000])('passes without its properties (%i bytes of them)', (remarkBytes) => {
    const [broker, service] = duplexPair()
    const frames = new MqttFrames(service, { publishMaxBytes: MAX_BYTES, withProperties: true })
    frames.open()
    const parser = createParser({ protocolVersion: 5 })
    const packets: Packet[] = []
    parser.on('packet', (packet) => void packets.push(packet))
    frames.on('data', (bytes: Buffer) => parser.parse(bytes))
    const properties = remarkBytes === 0 ? {} : { userProperties: { remark: 'r'.repeat(remarkBytes) } }
    const publish = {
      cmd: 'publish',
      topic: 't/x',
      qos: 1,
      dup: false,
      retain: true,
      messageId: 7,
      properties,
    } as const
    const long = generate({ ...publish, payload: 'p'.repeat(20_000) }, { protocolVersion: 5 })
    const short = generate({ ...publish, messageId: 8, properties: {}, payload: 'short' }, { protocolVersion: 5 })
    for (let from = 0; from < long.length; from += 700) broker.write(long.subarray(from, from + 700))
    broker.write(short)
    return new Promise<void>((resolve) => void setTimeout(resolve, 50)).then(() => {
      expect(packets).toMatchObject([
        { topic: 't/x', qos: 1, retain: true, messageId: 7 },
        { messageId: 8, payload: Buffer.from('short') },
      ])
      expect(String((packets[0] as IPublishPacket).payload)).toMatch(/^p{1,1024}$/)
      expect([frames.nextPublish(), frames.nextPublish()]).toEqual([20_000, null])
      broker.destroy()
      frames.destroy()
    })
  })
})
