import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  connectBytes,
  connectPacket,
  frame,
  openRaw,
  openSession,
  publishBytes,
  type RawMqtt,
  remainingLength,
  returnCodeOf,
} from '../support/mqtt.ts'
import { type MqttLoginGiven, startService, type TestService } from '../support/service.ts'

let running: TestService
let leak: MqttLoginGiven
let other: MqttLoginGiven
const open: RawMqtt[] = []

beforeAll(async () => {
  running = await startService()
  leak = await running.provision('leak-1')
  other = await running.provision('leak-2')
})
afterAll(async () => {
  for (const raw of open) raw.drop()
  await running.stop()
})

async function session(login = leak, fields?: Parameters<typeof openSession>[2]): Promise<RawMqtt> {
  const raw = await openSession(running.mqttPort, login, fields)
  open.push(raw)
  return raw
}

const PATIENCE = { timeout: 10_000 }
const WITH_LOGIN = 0xc0
const CLEAN = 0x02
const WILL = 0x04
const code = (bytes: Uint8Array) => returnCodeOf(running.mqttPort, bytes)
const connect = (flags: number, ...fields: (string | Uint8Array)[]) => connectBytes({ flags, fields })

async function stillServes(): Promise<void> {
  const raw = await session(other, { clientId: `${other.clientId}/check` })
  raw.sendBytes(publishBytes(`${other.topic}/telemetry`, '{"values":{"water.depth":1}}', { messageId: 9 }))
  expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 9 })
  await raw.leave()
}

describe('a login', () => {
  it('with the given user name, password and client id is accepted', async () => {
    expect(await code(connect(WITH_LOGIN | CLEAN, leak.clientId, leak.username, leak.password))).toBe(0)
  })

  it('may add to its client id after a slash, or leave it empty with a clean session', async () => {
    const { clientId, username, password } = leak
    expect(await code(connect(WITH_LOGIN | CLEAN, `${clientId}/anything else`, username, password))).toBe(0)
    expect(await code(connect(WITH_LOGIN | CLEAN, '', username, password))).toBe(0)
  })

  it.each([
    ['a wrong password', () => connect(WITH_LOGIN | CLEAN, leak.clientId, leak.username, 'wrong'), 4],
    ['an empty password', () => connect(WITH_LOGIN | CLEAN, leak.clientId, leak.username, ''), 4],
    ["another device's password", () => connect(WITH_LOGIN | CLEAN, leak.clientId, leak.username, other.password), 4],
    ['an unknown user', () => connect(WITH_LOGIN | CLEAN, 'leak-9', 'leak-9', leak.password), 4],
    ['an empty user name', () => connect(WITH_LOGIN | CLEAN, leak.clientId, '', leak.password), 4],
    [
      'a user name that is no UTF-8',
      () => connect(0xc2, leak.clientId, new Uint8Array([0xff, 0xfe]), leak.password),
      4,
    ],
    ['neither user name nor password', () => connect(CLEAN, leak.clientId), 4],
    ['a user name without password', () => connect(0x82, leak.clientId, leak.username), 4],
    ['a password without user name', () => connect(0x42, leak.clientId, leak.password), 4],
    ["another device's client id", () => connect(WITH_LOGIN | CLEAN, other.clientId, leak.username, leak.password), 2],
    ['an id that only begins alike', () => connect(WITH_LOGIN | CLEAN, 'leak-11', leak.username, leak.password), 2],
    ['an empty id, session kept', () => connect(WITH_LOGIN, '', leak.username, leak.password), 2],
    ['NUL in the client id', () => connect(WITH_LOGIN | CLEAN, 'leak-1/\0', leak.username, leak.password), 2],
    ['a line break in the client id', () => connect(WITH_LOGIN | CLEAN, 'leak-1/\n', leak.username, leak.password), 2],
    [
      'a client id that is no UTF-8',
      () => connect(0xc2, Buffer.from('leak-1/\xff', 'latin1'), leak.username, leak.password),
      2,
    ],
    [
      'a client id of 300 characters',
      () => connect(0xc2, `leak-1/${'x'.repeat(300)}`, leak.username, leak.password),
      2,
    ],
    ['MQTT 5', () => connectBytes({ level: 5, flags: 0xc2, fields: [leak.clientId, leak.username, leak.password] }), 1],
    [
      'MQTT 3.1',
      () =>
        connectBytes({
          protocol: 'MQIsdp',
          level: 3,
          flags: 0xc2,
          fields: [leak.clientId, leak.username, leak.password],
        }),
      1,
    ],
  ])('with %s is refused', async (_, bytes, expected) => {
    expect(await code(bytes())).toBe(expected)
    expect(running.errors).toEqual([])
  })

  it.each([
    ['another protocol name', () => connectBytes({ protocol: 'AMQP', flags: 0xc2, fields: ['leak-1'] })],
    [
      'an unknown level',
      () => connectBytes({ level: 9, flags: 0xc2, fields: [leak.clientId, leak.username, leak.password] }),
    ],
    ['the reserved flag', () => connect(0xc3, leak.clientId, leak.username, leak.password)],
    ['a password field that is missing', () => connect(WITH_LOGIN | CLEAN, leak.clientId, leak.username)],
    ['a field longer than its packet', () => frame(0x10, Buffer.from('\0\x04MQTT\x04\xc2\0\0\xff\xffx', 'latin1'))],
    ['reserved bits in its first byte', () => frame(0x1f, Buffer.from('\0\x04MQTT\x04\x02\0\0\0\0', 'latin1'))],
    ['nothing in it', () => Buffer.from([0x10, 0])],
    ['another packet before it', () => publishBytes(`${leak.topic}/status`, 'online')],
    ['a TLS hello instead', () => Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc])],
    ['HTTP instead', () => Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a client id of 5 KB', () => connect(0xc2, `leak-1/${'x'.repeat(5_000)}`, leak.username, leak.password)],
  ])('with %s ends the connection without an answer', async (_, bytes) => {
    expect(await code(bytes())).toBeNull()
    await stillServes()
  })

  it('does not get far with an announced CONNECT of 256 MB', async () => {
    const raw = await openRaw(running.mqttPort)
    raw.sendBytes(Buffer.concat([Buffer.from([0x10]), remainingLength(268_435_455)]))
    await raw.ended()
  })

  it('a second CONNECT ends the session', async () => {
    const raw = await session()
    raw.send(connectPacket(leak))
    await raw.ended()
  })

  it('with the same client id takes the place of the one before', async () => {
    const first = await session()
    const second = await session()
    await first.ended()
    second.send({ cmd: 'pingreq' })
    expect((await second.next()).cmd).toBe('pingresp')
    await second.leave()
  })

  it('under two ids of one device are two sessions', async () => {
    const first = await session(leak, { clientId: 'leak-1/a' })
    const second = await session(leak, { clientId: 'leak-1/b' })
    for (const raw of [first, second]) {
      raw.send({ cmd: 'pingreq' })
      expect((await raw.next()).cmd).toBe('pingresp')
      await raw.leave()
    }
  })

  it.each([
    [
      'will QoS 3',
      () => connect(WITH_LOGIN | CLEAN | WILL | 0x18, leak.clientId, 'a', 'x', leak.username, leak.password),
    ],
    ['a wildcard in the will topic', () => connect(0xc6, leak.clientId, 'shifen/#', 'x', leak.username, leak.password)],
    ['an empty will topic', () => connect(0xc6, leak.clientId, '', 'x', leak.username, leak.password)],
    ['NUL in the will topic', () => connect(0xc6, leak.clientId, 'a\0', 'x', leak.username, leak.password)],
    [
      'a will topic of 300 characters',
      () => connect(0xc6, leak.clientId, 'a'.repeat(300), 'x', leak.username, leak.password),
    ],
  ])('with %s is refused', async (_, bytes) => {
    expect(await code(bytes())).toBe(5)
  })
})

describe('a credential', () => {
  it('that is revoked ends its sessions within a second, and its password is of no use', async () => {
    const login = await running.provision('revoked-1')
    const sessions = [await session(login), await session(login, { clientId: 'revoked-1/b' })]
    const { status } = await running.api('DELETE', '/devices/revoked-1/credentials')
    expect(status).toBe(204)
    await Promise.race([Promise.all(sessions.map((raw) => raw.ended())), sleep(1_000)])
    expect(sessions.map(({ closed }) => closed)).toEqual([true, true])
    expect(await code(connect(0xc2, login.clientId, login.username, login.password))).toBe(4)
    await stillServes()
  })

  it('that is renewed ends its sessions, and only the new password is accepted', async () => {
    const login = await running.provision('renewed-1')
    const before = await session(login)
    const { body } = await running.api<{ mqtt: MqttLoginGiven }>('POST', '/devices/renewed-1/credentials')
    await Promise.race([before.ended(), sleep(1_000)])
    expect(before.closed).toBe(true)
    expect(await code(connect(0xc2, login.clientId, login.username, login.password))).toBe(4)
    expect(await code(connect(0xc2, login.clientId, login.username, body.mqtt.password))).toBe(0)
  })

  it('of a retired device ends with it', async () => {
    const login = await running.provision('retired-1')
    const raw = await session(login, { will: { topic: `${login.topic}/status`, payload: 'offline' } })
    expect((await running.api('DELETE', '/devices/retired-1')).status).toBe(204)
    await raw.ended()
    expect(await code(connect(0xc2, login.clientId, login.username, login.password))).toBe(4)
    await stillServes()
    expect(running.errors).toEqual([])
  })
})

describe('subscriptions', () => {
  const granted = async (raw: RawMqtt, ...topics: string[]) => {
    raw.send({ cmd: 'subscribe', messageId: 5, subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })) })
    const answer = await raw.next()
    expect(answer).toMatchObject({ cmd: 'suback', messageId: 5 })
    return (answer as unknown as { granted: number[] }).granted
  }

  it('to the own commands are granted, to anything else refused', async () => {
    const raw = await session()
    expect(await granted(raw, `${leak.topic}/command`)).toEqual([1])
    for (const topic of [
      '#',
      '+',
      '+/+/+/+',
      '$SYS/#',
      '$SYS/broker/uptime',
      `${leak.topic}/#`,
      `${leak.topic}/telemetry`,
      `${leak.topic}/command/reply`,
      `${leak.topic}/command/`,
      `${other.topic}/command`,
      'shifen/default/+/command',
      `$share/group/${leak.topic}/command`,
      '$share/group/#',
      '__proto__',
    ]) {
      expect(await granted(raw, topic), topic).toEqual([128])
    }
    await raw.leave()
  })

  it('are answered each by itself where several are asked for at once', async () => {
    const raw = await session()
    expect(await granted(raw, '#', `${leak.topic}/command`, `${other.topic}/command`)).toEqual([128, 1, 128])
    await raw.leave()
  })

  it('bring nobody what devices publish, not live and not retained', async () => {
    const listener = await session(other)
    await granted(listener, '#', 'shifen/#', `${leak.topic}/command`, `${leak.topic}/status`, `${other.topic}/command`)
    const speaker = await session()
    await granted(speaker, `${leak.topic}/command`, `${leak.topic}/status`)
    const topics = ['status', 'telemetry', 'command', 'command/reply']
    for (const [index, channel] of topics.entries()) {
      speaker.sendBytes(publishBytes(`${leak.topic}/${channel}`, 'online', { messageId: index + 1, retain: true }))
    }
    speaker.sendBytes(publishBytes(`${other.topic}/command`, '{}', { messageId: 8, retain: true }))
    expect((await speaker.take(5)).map(({ cmd }) => cmd)).toEqual(Array(5).fill('puback'))
    await granted(listener, `${other.topic}/command`)
    const late = await session(leak, { clientId: 'leak-1/late' })
    await granted(late, `${leak.topic}/command`, `${leak.topic}/status`)
    await sleep(100)
    for (const raw of [listener, speaker, late]) {
      expect(raw.received.filter(({ cmd }) => cmd === 'publish')).toEqual([])
      await raw.leave()
    }
  })
})

describe('a packet that breaks MQTT', () => {
  const topic = () => `${leak.topic}/telemetry`
  it.each([
    ['a PUBLISH with a wildcard in its topic', () => publishBytes(`${leak.topic}/+`, 'x')],
    ['a PUBLISH with # in its topic', () => publishBytes(`${leak.topic}/#`, 'x')],
    ['a PUBLISH with an empty topic', () => publishBytes('', 'x')],
    ['a PUBLISH with packet id 0 and QoS 1', () => publishBytes(topic(), 'x', { messageId: 0 })],
    ['a PUBLISH with packet id 0 and QoS 2', () => publishBytes(topic(), 'x', { messageId: 0, qos: 2 })],
    ['a PUBLISH with QoS 3', () => publishBytes(topic(), 'x', { qos: 3 })],
    ['a topic that is no UTF-8', () => publishBytes(Buffer.from(`${leak.topic}/\xff`, 'latin1'), 'x')],
    ['a topic with NUL', () => publishBytes(`${leak.topic}/\0`, 'x')],
    ['a topic longer than its packet', () => frame(0x32, Buffer.from([0xff, 0xff, 0x61, 0, 1]))],
    ['a PUBLISH without packet id', () => frame(0x32, Buffer.from([0, 1, 0x61]))],
    ['an empty PUBLISH', () => frame(0x32, Buffer.alloc(0))],
    ['a malformed length', () => Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ['a SUBSCRIBE of nothing', () => frame(0x82, Buffer.from([0, 1]))],
    ['a SUBSCRIBE with reserved bits', () => frame(0x80, Buffer.from([0, 1, 0, 1, 0x61, 0]))],
    ['a SUBSCRIBE with QoS 3', () => frame(0x82, Buffer.from([0, 1, 0, 1, 0x61, 3]))],
    ['a SUBSCRIBE with # in the middle', () => frame(0x82, Buffer.from('\0\x01\0\x05a/#/b\x01', 'latin1'))],
    ['an empty SUBSCRIBE', () => frame(0x82, Buffer.alloc(0))],
    ['an empty UNSUBSCRIBE', () => frame(0xa2, Buffer.alloc(0))],
    ['an empty PUBREL', () => frame(0x62, Buffer.alloc(0))],
    ['a CONNACK from a client', () => frame(0x20, Buffer.from([0, 0]))],
    ['a packet of kind 0', () => frame(0x00, Buffer.alloc(0))],
    ['a packet of kind 15', () => frame(0xf0, Buffer.alloc(0))],
    ['a SUBSCRIBE of 100 KB', () => frame(0x82, Buffer.alloc(100_000, 1))],
  ])('%s ends the session, and the service lives', async (_, bytes) => {
    const raw = await session()
    raw.sendBytes(bytes())
    await raw.ended()
    await stillServes()
    expect(running.errors).toEqual([])
  })
})

describe('very many', () => {
  it('500 devices that come, are cut off and come again are all let in', async () => {
    const logins = await Promise.all(Array.from({ length: 500 }, (_, index) => running.provision(`many-${index}`)))
    for (let round = 0; round < 3; round++) {
      const sessions = await Promise.all(logins.map((login) => openSession(running.mqttPort, login)))
      for (const raw of sessions) raw.sendBytes(publishBytes(`many/is/not/mine`, 'x', { qos: 0 }))
      for (const raw of sessions) raw.drop()
    }
    const last = await Promise.all(logins.map((login) => openSession(running.mqttPort, login)))
    for (const [index, raw] of last.entries()) {
      raw.sendBytes(publishBytes(`${logins[index]!.topic}/status`, 'online', { messageId: 3 }))
    }
    for (const raw of last) expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 3 })
    await Promise.all(last.map((raw) => raw.leave()))
    await stillServes()
  })

  it('connections that end in the middle of their login leave nothing behind', async () => {
    const bytes = connect(0xc2, leak.clientId, leak.username, leak.password)
    const attempts = Array.from({ length: 300 }, async (_, index) => {
      const raw = await openRaw(running.mqttPort)
      raw.sendBytes(bytes.subarray(0, index % 3 === 0 ? bytes.length : index % bytes.length))
      if (index % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
      raw.drop()
    })
    await Promise.all(attempts)
    await expect
      .poll(async () => {
        const text = await (await running.service.fetch(new Request('http://localhost/metrics'))).text()
        return /^shifen_mqtt_connections (\d+)/m.exec(text)?.[1]
      }, PATIENCE)
      .toBe('0')
    await stillServes()
  })
})
