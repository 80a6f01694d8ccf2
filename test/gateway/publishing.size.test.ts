import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { frame, publishBytes, remainingLength } from '../support/mqtt.ts'
import { depth, heldBytes, telemetry, usePublishers } from '../support/publishers.ts'

const LIMIT_BYTES = 256 * 1024
const publishers = usePublishers()
const { device, session, rejections, depths } = publishers

describe('a PUBLISH that is too long', () => {
  const filled = (sizeBytes: number) => {
    const shell = JSON.stringify({ values: { 'water.depth': 4 }, filler: '' })
    return shell.replace('""', `"${'x'.repeat(sizeBytes - shell.length)}"`)
  }

  it('a payload of exactly 256 KB is taken', async () => {
    const login = await device()
    const raw = await session(login)
    const payload = filled(LIMIT_BYTES)
    expect(Buffer.byteLength(payload)).toBe(LIMIT_BYTES)
    raw.sendBytes(publishBytes(telemetry(login), payload))
    expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(depths(login)).toEqual([4])
    expect(rejections(login)).toEqual([])
  })

  it('a payload of one byte more is a rejection `too_large`', async () => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(publishBytes(telemetry(login), filled(LIMIT_BYTES + 1)))
    expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(depths(login)).toEqual([])
    expect(rejections(login)).toMatchObject([{ reason: 'too_large', size_bytes: LIMIT_BYTES + 1 }])
  })

  it.each([0, 1, 2] as const)('1 MB with QoS %i is skipped, stored as a rejection and acknowledged', async (qos) => {
    const login = await device()
    const raw = await session(login)
    const bytes = publishBytes(telemetry(login), filled(1024 * 1024), { qos, messageId: 5 })
    for (let at = 0; at < bytes.length; at += 100_000) {
      raw.sendBytes(bytes.subarray(at, at + 100_000))
      await sleep(1)
    }
    if (qos === 1) expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 5 })
    if (qos === 2) {
      expect(await raw.next()).toMatchObject({ cmd: 'pubrec', messageId: 5 })
      raw.send({ cmd: 'pubrel', messageId: 5 })
      expect(await raw.next()).toMatchObject({ cmd: 'pubcomp', messageId: 5 })
    }
    raw.sendBytes(publishBytes(telemetry(login), depth(6), { messageId: 6 }))
    expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 6 })
    expect(rejections(login)).toEqual([{ reason: 'too_large', topic: telemetry(login), size_bytes: 1024 * 1024 }])
    expect(depths(login)).toEqual([6])
    const { body } = await publishers.running.api<{ items: object[] }>('GET', `/rejections?device=${login.username}`)
    expect(body.items).toMatchObject([{ reason: 'too_large' }])
  })

  it('keeps its place: acknowledgements come in the order of the messages', async () => {
    const login = await device()
    const raw = await session(login)
    const parts = [1, 2, 3, 4, 5].map((messageId) =>
      publishBytes(telemetry(login), messageId % 2 === 0 ? filled(300_000) : depth(messageId), { messageId }),
    )
    raw.sendBytes(Buffer.concat(parts))
    expect((await raw.take(5)).map(({ messageId }) => messageId)).toEqual([1, 2, 3, 4, 5])
  })

  it.each([
    ['packet id 0', () => publishBytes('shifen/x', 'x'.repeat(300_000), { messageId: 0 })],
    ['QoS 3', () => publishBytes('shifen/x', 'x'.repeat(300_000), { qos: 3 })],
    ['an empty topic', () => publishBytes('', 'x'.repeat(300_000))],
    ['a wildcard', () => publishBytes('shifen/#', 'x'.repeat(300_000))],
    ['NUL in its topic', () => publishBytes('shifen/\0', 'x'.repeat(300_000))],
    ['a topic that is no UTF-8', () => publishBytes(Buffer.from('a\xff', 'latin1'), 'x'.repeat(300_000))],
    ['a topic longer than the packet id allows', () => frame(0x32, Buffer.alloc(300_000, 0xff))],
  ])('and breaks MQTT with %s ends the session', async (_, bytes) => {
    const raw = await session(await device())
    raw.sendBytes(bytes())
    await raw.ended()
    expect(publishers.running.errors).toEqual([])
  })

  it('announced with 256 MB and cut off leaves the service as it was', async () => {
    const login = await device()
    const others = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => session(login, { clientId: `${login.clientId}/${index}` })),
    )
    const before = heldBytes()
    const announced = Buffer.concat([Buffer.from([0x32]), remainingLength(268_435_455)])
    for (const raw of others) {
      raw.sendBytes(announced)
      for (let sent = 0; sent < 64; sent++) {
        await new Promise((resolve) => raw.socket.write(Buffer.alloc(65_536, 0x61), resolve))
      }
    }
    await sleep(200)
    expect(heldBytes() - before).toBeLessThan(20 * 1024 * 1024)
    for (const raw of others) raw.drop()
    const raw = await session(login)
    raw.sendBytes(publishBytes(telemetry(login), depth(1)))
    expect(await raw.next()).toMatchObject({ cmd: 'puback' })
    expect(rejections(login)).toEqual([])
  })
})
