import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePacket as decode, type Packet } from '../../gateway/decode.ts'
import { REJECTION_REASONS } from '../../rules/model.ts'
import { plainContext } from '../support/memory.ts'

const RECEIVED_MS = 1_795_000_000_000

function packet(topic: string, payload: string | Uint8Array, more: Partial<Packet> = {}): Packet {
  return {
    topic,
    payload: Buffer.from(payload as string),
    receivedAt: RECEIVED_MS,
    device: 'leak-1',
    site: 'default',
    will: false,
    ...more,
  }
}

const decodePacket = (each: Packet) => decode(each, plainContext())
const own = (channel: string) => `shifen/default/leak-1/${channel}`

describe('decoding a packet', () => {
  it('an empty list of faults ends each by its own code', () => {
    const content = JSON.stringify({ carMode: 'normal', faultSignals: [] })
    const { messages } = decodePacket(packet('bacnet/389001/lift,2001', content, { device: null, gateway: 'g1' }))
    const codes = messages[0]!.conditions.map(({ code }) => code)
    expect(codes).toContain('elevator.door_fault')
    expect(codes).not.toContain('elevator.*')
  })

  it('never throws, whatever the topic and the bytes', () => {
    const topics = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...['telemetry', 'event', 'status', 'command', 'command/reply'].map(own)),
    )
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json({ maxDepth: 5 }).map((text) => Buffer.from(text)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(topics, payloads, fc.boolean(), (topic, payload, will) => {
        const { messages, rejections } = decodePacket(packet(topic, payload, { will }))
        expect(messages.length + rejections.length).toBeGreaterThan(0)
        for (const { reason, detail } of rejections) {
          expect(REJECTION_REASONS).toContain(reason)
          expect(detail).not.toBe('')
        }
        for (const { receivedAt, device } of messages) expect([receivedAt, device]).toEqual([RECEIVED_MS, 'leak-1'])
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['an empty payload', own('telemetry'), '', 'empty'],
    ['a topic of no family', 'zigbee2mqtt/kitchen', '{}', 'unknown_topic'],
    ['its own command topic', own('command'), '{}', 'unknown_topic'],
    ['bytes that are not UTF-8', own('telemetry'), new Uint8Array([0x7b, 0xff, 0x7d]), 'invalid_utf8'],
    ['text that is not JSON', own('event'), '{"event":', 'invalid_json'],
    ['NaN as a token', own('telemetry'), '{"values":{"water.depth":NaN}}', 'invalid_json'],
  ])('%s is a rejection with its reason', (_, topic, payload, reason) => {
    const { messages, rejections } = decodePacket(packet(topic, payload))
    expect(messages).toEqual([])
    expect(rejections).toMatchObject([{ reason, topic, device: 'leak-1', site: 'default', receivedAt: RECEIVED_MS }])
    expect(rejections[0]!.sizeBytes).toBe(Buffer.from(payload as string).length)
  })

  it('takes the device from the login, not from the topic', () => {
    const { messages } = decodePacket(packet('shifen/other/someone/status', 'online'))
    expect(messages[0]?.device).toBe('leak-1')
  })

  it('reads a payload that lies in the middle of a larger buffer', () => {
    const around = Buffer.from('xxx{"values":{"water.depth":2}}yyy')
    const { messages } = decodePacket({ ...packet(own('telemetry'), ''), payload: around.subarray(3, -3) })
    expect(messages[0]?.measurements).toEqual([{ name: 'water.depth', value: 2, unit: 'm' }])
  })

  it('what the broker refused is a rejection, whatever it says', () => {
    const refused = { reason: 'too_large' as const, detail: 'too long', sizeBytes: 1_000_000 }
    const { messages, rejections } = decodePacket(
      packet(own('event'), '{"event":"water.leak","active":true}', { refused }),
    )
    expect(messages).toEqual([])
    expect(rejections).toMatchObject([{ reason: 'too_large', sizeBytes: 1_000_000 }])
  })

  it('tells of many faults in one rejection, with the first ten and how many more', () => {
    const values = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`water.x${index}`, 1]))
    const { messages, rejections } = decodePacket(packet(own('telemetry'), JSON.stringify({ values })))
    expect(messages).toEqual([])
    expect(rejections).toHaveLength(1)
    expect(rejections[0]!.detail).toContain('water.x9 ')
    expect(rejections[0]!.detail).not.toContain('water.x10')
    expect(rejections[0]!.detail).toMatch(/; and 15 more$/)
  })

  it('keeps what is good of a message beside the rejection of what is not', () => {
    const body = { values: { 'water.leak': true, batteryPercent: 250 } }
    const { messages, rejections } = decodePacket(packet(own('telemetry'), JSON.stringify(body)))
    expect(messages).toMatchObject([{ live: true, conditions: [{ code: 'water.leak', state: 'active' }], health: {} }])
    expect(rejections.map(({ reason }) => reason)).toEqual(['invalid_value'])
    expect(rejections[0]!.detail).toContain('batteryPercent')
  })

  it('in an array only the last element is live', () => {
    const body = [1, 2, 3].map((depth) => ({ ts: depth * 1000, values: { 'water.depth': depth } }))
    const { messages, rejections } = decodePacket(packet(own('telemetry'), JSON.stringify(body)))
    expect(rejections).toEqual([])
    expect(messages.map(({ live, deviceAt }) => [live, deviceAt])).toEqual([
      [false, 1000],
      [false, 2000],
      [true, 3000],
    ])
  })

  it('a will is never live, except for its status, and its device was not heard', () => {
    const leak = decodePacket(packet(own('event'), '{"event":"water.leak","active":true}', { will: true }))
    expect(leak.messages).toMatchObject([{ live: false, heard: false }])
    const gone = decodePacket(packet(own('status'), 'offline', { will: true }))
    expect(gone.messages).toMatchObject([{ live: true, heard: false, health: { online: false } }])
    expect(decodePacket(packet(own('status'), 'offline')).messages).toMatchObject([{ live: true, heard: true }])
  })

  it('carries a reply to the engine, from the device itself and from a gateway', () => {
    const reply = { id: 'c1', ok: true, message: 'closed' }
    const text = JSON.stringify(reply)
    expect(decodePacket(packet(own('command/reply'), text)).messages).toMatchObject([{ device: 'leak-1', reply }])
    const passedOn = packet(own('command/reply'), text, { device: null, gateway: 'gw' })
    expect(decodePacket(passedOn).messages).toMatchObject([{ device: 'leak-1', discovered: { gateway: 'gw' }, reply }])
    expect(decodePacket(packet(own('status'), 'online')).messages[0]).not.toHaveProperty('reply')
  })
})
