import { generate, parser as createParser, type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import {
  createAckReader,
  DISCONNECT,
  encodeConnect,
  encodePublish,
  encodePublishRing,
} from '../../../simulators/bench/packets.ts'

const credentials = {
  clientId: 'leak-01',
  username: 'leak-01',
  password: 'a long secret – 密码',
  topic: 'shifen/s/leak-01',
}

function parse(bytes: Buffer): Packet[] {
  const packets: Packet[] = []
  const parser = createParser()
  parser.on('packet', (packet) => packets.push(packet))
  parser.on('error', (error: Error) => {
    throw error
  })
  expect(parser.parse(bytes)).toBe(0)
  return packets
}

describe('encodeConnect', () => {
  it('is a clean session of MQTT 3.1.1 with user name, password and keep alive', () => {
    const [packet, ...others] = parse(encodeConnect(credentials, 300))
    expect(others).toEqual([])
    expect(packet).toMatchObject({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 300,
      clientId: credentials.clientId,
      username: credentials.username,
    })
    expect((packet as { password: Buffer }).password.toString()).toBe(credentials.password)
    expect(packet).not.toHaveProperty('will')
  })
})

describe('encodePublish', () => {
  it.each([0, 1, 100, 113, 127, 128, 16_360, 16_383, 16_384, 2_097_152])('frames a payload of %i bytes', (length) => {
    const payload = Buffer.alloc(length, 'x')
    const [packet] = parse(encodePublish('shifen/s/d/telemetry', payload, 65_535))
    expect(packet).toMatchObject({ cmd: 'publish', qos: 1, dup: false, retain: false, messageId: 65_535 })
    expect(packet).toMatchObject({ topic: 'shifen/s/d/telemetry' })
    expect((packet as { payload: Buffer }).payload.equals(payload)).toBe(true)
  })

  it.each([0, 65_536])('refuses packet id %i', (packetId) => {
    expect(() => encodePublish('t', Buffer.alloc(1), packetId)).toThrow(RangeError)
  })
})

describe('encodePublishRing', () => {
  it('holds one packet for each payload, back to back, numbered from 1', () => {
    const payloads = Array.from({ length: 300 }, (_, index) => Buffer.from(`{"v":${index + 1_000}}`))
    const ring = encodePublishRing('shifen/s/d/telemetry', payloads)
    expect(ring.slots).toBe(300)
    expect(ring.bytes.length).toBe(300 * ring.packetBytes)
    const packets = parse(ring.bytes) as { messageId: number; payload: Buffer }[]
    expect(packets.map((packet) => packet.messageId)).toEqual(payloads.map((_, index) => index + 1))
    expect(packets.map((packet) => packet.payload.toString())).toEqual(payloads.map(String))
    expect(parse(ring.bytes.subarray(299 * ring.packetBytes))).toMatchObject([{ messageId: 300 }])
  })

  it('refuses payloads of different lengths', () => {
    expect(() => encodePublishRing('t', [Buffer.alloc(3), Buffer.alloc(4)])).toThrow(RangeError)
  })
})

it('says goodbye as MQTT does', () => {
  expect(parse(DISCONNECT)).toMatchObject([{ cmd: 'disconnect' }])
})

describe('createAckReader', () => {
  const stream = Buffer.concat([
    generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
    generate({ cmd: 'puback', messageId: 1 }),
    generate({ cmd: 'pingresp' }),
    generate({ cmd: 'puback', messageId: 0x4002 }),
    generate({ cmd: 'suback', messageId: 7, granted: [1, 1, 0] }),
    generate({ cmd: 'puback', messageId: 0x40 }),
    generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(200, 0x40), qos: 0, dup: false, retain: false }),
    generate({ cmd: 'puback', messageId: 65_535 }),
    generate({ cmd: 'connack', returnCode: 5, sessionPresent: false }),
  ])

  function read(chunks: Buffer[]): string[] {
    const seen: string[] = []
    const take = createAckReader({
      connack: (code) => seen.push(`connack ${code}`),
      puback: (packetId) => seen.push(`puback ${packetId}`),
    })
    const reused = Buffer.alloc(stream.length)
    for (const chunk of chunks) {
      chunk.copy(reused)
      take(reused, chunk.length)
      reused.fill(0xff)
    }
    return seen
  }

  const expected = ['connack 0', 'puback 1', 'puback 16386', 'puback 64', 'puback 65535', 'connack 5']

  it('finds every acknowledgement and skips the rest', () => {
    expect(read([stream])).toEqual(expected)
  })

  it('does so wherever the stream is cut', () => {
    expect(read(Array.from(stream, (byte) => Buffer.from([byte])))).toEqual(expected)
    for (let cut = 1; cut < stream.length; cut++) {
      expect(read([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(expected)
    }
  })

  it('refuses a length that MQTT does not have', () => {
    expect(() => read([Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])])).toThrow('not MQTT')
  })
})
