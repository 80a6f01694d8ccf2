import { describe, expect, it, vi } from 'vitest'
import { publishBytes } from '../support/mqtt.ts'
import { depth, heldBytes, telemetry, usePublishers } from '../support/publishers.ts'
import { type MqttLoginGiven } from '../support/service.ts'

const publishers = usePublishers()
const { device, session, depths } = publishers

describe('QoS 2', () => {
  const twice = (login: MqttLoginGiven, messageId = 7) =>
    [false, true].map((dup) => publishBytes(telemetry(login), depth(messageId), { qos: 2, messageId, dup }))

  it('sent again before PUBREL is taken once, however fast it comes', async () => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(Buffer.concat([...twice(login), ...twice(login)]))
    expect((await raw.take(4)).map(({ cmd, messageId }) => [cmd, messageId])).toEqual(Array(4).fill(['pubrec', 7]))
    raw.sendBytes(twice(login)[1]!)
    expect(await raw.next()).toMatchObject({ cmd: 'pubrec', messageId: 7 })
    expect(depths(login)).toEqual([7])
  })

  it('after PUBREL the same packet id is a new message', async () => {
    const login = await device()
    const raw = await session(login)
    for (let round = 0; round < 3; round++) {
      raw.sendBytes(twice(login)[0]!)
      expect(await raw.next()).toMatchObject({ cmd: 'pubrec' })
      raw.send({ cmd: 'pubrel', messageId: 7 })
      expect(await raw.next()).toMatchObject({ cmd: 'pubcomp' })
    }
    expect(depths(login)).toEqual([7, 7, 7])
  })

  it('sent again after a reconnect that keeps the session is taken once', async () => {
    const login = await device()
    const first = await session(login, { clean: false })
    first.sendBytes(twice(login)[0]!)
    await first.next()
    first.drop()
    const second = await session(login, { clean: false })
    second.sendBytes(twice(login)[1]!)
    expect(await second.next()).toMatchObject({ cmd: 'pubrec', messageId: 7 })
    second.send({ cmd: 'pubrel', messageId: 7 })
    expect(await second.next()).toMatchObject({ cmd: 'pubcomp', messageId: 7 })
    expect(depths(login)).toEqual([7])
  })

  it('in a new clean session the same packet id is a new message', async () => {
    const login = await device()
    const first = await session(login)
    first.sendBytes(twice(login)[0]!)
    await first.next()
    first.drop()
    const second = await session(login)
    second.sendBytes(twice(login)[0]!)
    await second.next()
    expect(depths(login)).toEqual([7, 7])
  })

  it('that is never released costs next to no memory', async () => {
    const login = await device()
    const raw = await session(login)
    const before = heldBytes()
    for (let messageId = 1; messageId <= 400; messageId++) {
      raw.sendBytes(publishBytes(telemetry(login), Buffer.alloc(200_000, 0x61), { qos: 2, messageId }))
      expect(await raw.next()).toMatchObject({ cmd: 'pubrec', messageId })
    }
    await vi.waitFor(() => expect(heldBytes() - before).toBeLessThan(20 * 1024 * 1024), { timeout: 10_000 })
  })

  it('a PUBREL of nothing is answered', async () => {
    const raw = await session(await device())
    raw.send({ cmd: 'pubrel', messageId: 99 })
    expect(await raw.next()).toMatchObject({ cmd: 'pubcomp', messageId: 99 })
  })

  it('many at once are each taken once', async () => {
    const login = await device()
    const raw = await session(login)
    const ids = Array.from({ length: 200 }, (_, index) => index + 1)
    raw.sendBytes(Buffer.concat(ids.flatMap((messageId) => twice(login, messageId))))
    await raw.take(400)
    for (const messageId of ids) raw.send({ cmd: 'pubrel', messageId })
    expect((await raw.take(200)).map(({ cmd }) => cmd)).toEqual(Array(200).fill('pubcomp'))
    expect(depths(login).sort((a, b) => a! - b!)).toEqual(ids)
  })
})
