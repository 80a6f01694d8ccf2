import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  connectPacket,
  frame,
  openRaw,
  openSession,
  publishBytes,
  type RawMqtt,
  remainingLength,
} from '../support/mqtt.ts'
import { generate } from 'mqtt-packet'
import { manualClock } from '../../rules/clock.ts'
import { type MqttLoginGiven, START_MS, startService, type TestService } from '../support/service.ts'

const LIMIT_BYTES = 256 * 1024

let running: TestService
const clock = manualClock(START_MS)
const open: RawMqtt[] = []

beforeAll(async () => {
  running = await startService({ clock })
})
afterAll(async () => {
  for (const raw of open) raw.drop()
  await running.stop()
})

let devices = 0
/** A device of its own for each test, so that counts are its own. */
async function device(): Promise<MqttLoginGiven> {
  devices += 1
  return running.provision(`pub-${devices}`)
}
async function session(login: MqttLoginGiven, fields?: Parameters<typeof openSession>[2]): Promise<RawMqtt> {
  const raw = await openSession(running.mqttPort, login, fields)
  open.push(raw)
  return raw
}

interface ReadingRow {
  seq: number | null
  flags: number
  body: string
}
const readings = ({ username }: MqttLoginGiven) =>
  running.rows<ReadingRow>(
    'select seq, flags, body from readings where device_key = (select key from devices where id = ?) order by id',
    username,
  )
interface RejectionRow {
  reason: string
  topic: string
  size_bytes: number
}
const rejections = ({ username }: MqttLoginGiven) =>
  running.rows<RejectionRow>('select reason, topic, size_bytes from rejections where device = ? order by id', username)

const depth = (value: number) => JSON.stringify({ values: { 'water.depth': value } })
const depths = (login: MqttLoginGiven) =>
  readings(login).map(({ body }) => (JSON.parse(body) as { v: Record<string, number> }).v['water.depth'])
const telemetry = ({ topic }: MqttLoginGiven) => `${topic}/telemetry`

describe('a PUBLISH', () => {
  it('is stored and acknowledged, whatever its QoS', async () => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(publishBytes(telemetry(login), depth(0), { qos: 0 }))
    raw.sendBytes(publishBytes(telemetry(login), depth(1), { messageId: 1 }))
    raw.sendBytes(publishBytes(telemetry(login), depth(2), { messageId: 2, qos: 2 }))
    expect(await raw.take(2)).toMatchObject([
      { cmd: 'puback', messageId: 1 },
      { cmd: 'pubrec', messageId: 2 },
    ])
    raw.send({ cmd: 'pubrel', messageId: 2 })
    expect(await raw.next()).toMatchObject({ cmd: 'pubcomp', messageId: 2 })
    expect(depths(login)).toEqual([0, 1, 2])
  })

  it('with the retain flag is live', async () => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(publishBytes(telemetry(login), depth(1), { retain: true }))
    await raw.next()
    expect(readings(login)).toMatchObject([{ flags: 3 }])
  })

  it.each([60, 3_000])('%i in one write behind CONNECT are all acknowledged, in order', async (count) => {
    const login = await device()
    const raw = await openRaw(running.mqttPort)
    open.push(raw)
    const ids = Array.from({ length: count }, (_, index) => index + 1)
    const publishes = ids.map((messageId) => publishBytes(telemetry(login), depth(messageId), { messageId }))
    raw.sendBytes(Buffer.concat([generate(connectPacket(login)), ...publishes]))
    expect((await raw.next()).cmd).toBe('connack')
    expect((await raw.take(count)).map(({ messageId }) => messageId)).toEqual(ids)
    expect(depths(login)).toEqual(ids)
  })

  it('of a session that ends before the commit is stored all the same when it arrived', async () => {
    const login = await device()
    const raw = await session(login)
    for (let index = 0; index < 500; index++) {
      raw.sendBytes(publishBytes(telemetry(login), depth(index), { messageId: index + 1 }))
    }
    await raw.take(1)
    await raw.leave()
    const acknowledged = raw.received.filter(({ cmd }) => cmd === 'puback').length
    await expect.poll(() => depths(login).length).toBeGreaterThanOrEqual(acknowledged)
    expect(running.errors).toEqual([])
  })

  it('of one device is never attributed to another', async () => {
    const [mine, theirs] = [await device(), await device()]
    const raw = await session(mine)
    raw.sendBytes(publishBytes(telemetry(theirs), depth(1)))
    raw.sendBytes(publishBytes(`${theirs.topic}x/telemetry`, depth(1), { messageId: 2 }))
    await raw.take(2)
    expect(readings(theirs)).toEqual([])
    expect(rejections(theirs)).toEqual([])
    expect(rejections(mine).map(({ reason }) => reason)).toEqual(['not_allowed', 'not_allowed'])
  })
})

describe('a PUBLISH that makes no sense', () => {
  it.each([
    ['no JSON', 'telemetry', '{', 'invalid_json'],
    ['an empty payload', 'telemetry', '', 'empty'],
    ['no UTF-8', 'event', Buffer.from([0xff]), 'invalid_utf8'],
    ['a topic of its own that nobody knows', 'temperature', '21', 'unknown_topic'],
    ['line breaks in its topic', 'tele\nmetry', '{}', 'unknown_topic'],
    ['its own command topic', 'command', '{}', 'unknown_topic'],
    ['an unknown event', 'event', '{"event":"water.flood","active":true}', 'unknown_event'],
    ['an array of 10,001', 'telemetry', `[${Array(10_001).fill('{}').join(',')}]`, 'too_many_elements'],
    ['JSON as deep as it is long', 'telemetry', '['.repeat(100_000) + ']'.repeat(100_000), 'invalid_shape'],
    ['a name of Object.prototype', 'telemetry', '{"values":{"__proto__":1}}', 'unknown_point'],
  ])('%s is acknowledged and stored as a rejection, and the session goes on', async (_, channel, payload, reason) => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(publishBytes(`${login.topic}/${channel}`, payload))
    raw.sendBytes(publishBytes(telemetry(login), depth(7), { messageId: 2 }))
    expect(await raw.take(2)).toMatchObject([
      { cmd: 'puback', messageId: 1 },
      { cmd: 'puback', messageId: 2 },
    ])
    expect(rejections(login)).toMatchObject([{ reason, size_bytes: Buffer.from(payload as string).length }])
    expect(depths(login)).toEqual([7])
  })

  it.each(['', 'shifen', 'a//b', '$SYS/broker/uptime', `a/${'x'.repeat(60_000)}`, 'a/'.repeat(90), '小区/水'])(
    'one to a topic outside its rights (%#) is acknowledged and stored',
    async (topic) => {
      const login = await device()
      const raw = await session(login)
      raw.sendBytes(publishBytes(topic === '' ? login.topic : topic, 'x'))
      expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
      expect(rejections(login)).toMatchObject([{ reason: 'not_allowed', size_bytes: 1 }])
    },
  )

  it('more than 100 a minute outside its rights end the session, and a minute later it may again', async () => {
    const login = await device()
    const raw = await session(login)
    for (let id = 1; id <= 100; id++) raw.sendBytes(publishBytes('elsewhere', 'x', { messageId: id }))
    await raw.take(100)
    clock.advance(59_999)
    raw.sendBytes(publishBytes('elsewhere', 'x', { messageId: 101 }))
    await raw.ended()
    expect(rejections(login)).toHaveLength(101)

    const again = await session(login)
    for (let id = 1; id <= 100; id++) again.sendBytes(publishBytes('elsewhere', 'x', { messageId: id }))
    await again.take(100)
    clock.advance(60_000)
    again.sendBytes(publishBytes('elsewhere', 'x', { messageId: 101 }))
    expect(await again.next()).toMatchObject({ cmd: 'puback', messageId: 101 })
  })

  it('a leak with a bad battery value still alarms', async () => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(publishBytes(telemetry(login), '{"values":{"water.leak":true,"batteryPercent":"full"}}'))
    await raw.next()
    const { body } = await running.api<{ items: { device: string; state: string }[] }>('GET', '/alarms?limit=500')
    expect(body.items.filter((alarm) => alarm.device === login.username)).toMatchObject([{ state: 'unacked' }])
    expect(rejections(login)).toMatchObject([{ reason: 'invalid_value' }])
  })

  it('an event with data as deep as it is long alarms, and nobody else loses a message over it', async () => {
    const [bad, good] = [await device(), await device()]
    const [one, two] = [await session(bad), await session(good)]
    const data = '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000)
    one.sendBytes(publishBytes(`${bad.topic}/event`, `{"event":"water.leak","active":true,"data":${data}}`))
    two.sendBytes(publishBytes(telemetry(good), depth(1)))
    expect(await one.next()).toMatchObject({ cmd: 'puback' })
    expect(await two.next()).toMatchObject({ cmd: 'puback' })
    const { body } = await running.api<{ conditions: Record<string, { state: string }> }>(
      'GET',
      `/devices/${bad.username}`,
    )
    expect(body.conditions['water.leak']?.state).toBe('active')
    expect(running.errors).toEqual([])
  })
})

describe('arrays', () => {
  it('of 10,000 are stored in order, and only the last element is what is known', async () => {
    const login = await device()
    const raw = await session(login)
    const elements = Array.from({ length: 10_000 }, (_, index) => ({ values: { x: index } }))
    raw.sendBytes(publishBytes(telemetry(login), JSON.stringify(elements)))
    await raw.next()
    expect(readings(login).map(({ body }) => (JSON.parse(body) as { v: { x: number } }).v.x)).toEqual(
      elements.map(({ values }) => values.x),
    )
    expect(readings(login).filter(({ flags }) => flags === 3)).toHaveLength(1)
    const { body } = await running.api<{ points: Record<string, { value: number }> }>(
      'GET',
      `/devices/${login.username}`,
    )
    expect(body.points.x?.value).toBe(9_999)
  })

  it('with bad elements keep the good ones, and a leak in the past opens nothing', async () => {
    const login = await device()
    const raw = await session(login)
    const elements = [
      { values: { 'water.leak': true } },
      'bad',
      { values: { 'water.depth': 3 } },
      { values: { 'water.leak': false } },
    ]
    raw.sendBytes(publishBytes(telemetry(login), JSON.stringify(elements)))
    await raw.next()
    expect(readings(login).map(({ flags }) => flags)).toEqual([2, 2, 3])
    expect(rejections(login)).toMatchObject([{ reason: 'invalid_shape' }])
    expect(running.rows('select id from alarms where device = ?', login.username)).toEqual([])
    expect(running.rows('select id from tickets where device = ?', login.username)).toEqual([])
  })
})

describe('a device clock that is wrong', () => {
  it.each([
    ['ten years ahead', START_MS + 3_650 * 86_400_000],
    ['ten years behind', START_MS - 3_650 * 86_400_000],
    ['at 1970', 0],
    ['at the end of time', 8.64e15],
    ['at the beginning of time', -8.64e15],
  ])('%s: the message is live, its time is kept and counts for nothing', async (_, ts) => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(publishBytes(`${login.topic}/event`, JSON.stringify({ ts, event: 'water.leak', active: true })))
    raw.sendBytes(
      publishBytes(telemetry(login), JSON.stringify({ ts, values: { 'water.depth': 1 } }), { messageId: 2 }),
    )
    await raw.take(2)
    const times = running.rows<{ device_at: number }>(
      'select device_at from readings where device_key = (select key from devices where id = ?)',
      login.username,
    )
    expect(times.map((row) => row.device_at)).toEqual([ts, ts])
    const [ticket] = running.rows<{ opened_at: number }>(
      'select opened_at from tickets where device = ?',
      login.username,
    )
    expect(ticket?.opened_at).toBe(clock.now())
    const { body } = await running.api<{ points: Record<string, { at: string }> }>('GET', `/devices/${login.username}`)
    expect(body.points['water.depth']?.at).toBe(new Date(clock.now()).toISOString())
  })
})

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
    const { body } = await running.api<{ items: object[] }>('GET', `/rejections?device=${login.username}`)
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
    expect(running.errors).toEqual([])
  })

  it('announced with 256 MB and cut off leaves the service as it was', async () => {
    const login = await device()
    const others = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => session(login, { clientId: `${login.clientId}/${index}` })),
    )
    const before = process.memoryUsage().rss
    for (const raw of others) {
      raw.sendBytes(Buffer.concat([Buffer.from([0x32]), remainingLength(268_435_455), Buffer.alloc(4_000_000, 0x61)]))
    }
    await Promise.all(others.map((raw) => new Promise((resolve) => raw.socket.write('', resolve))))
    await sleep(200)
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
    for (const raw of others) raw.drop()
    const raw = await session(login)
    raw.sendBytes(publishBytes(telemetry(login), depth(1)))
    expect(await raw.next()).toMatchObject({ cmd: 'puback' })
    expect(rejections(login)).toEqual([])
  })
})

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

describe('a will', () => {
  const seen = async ({ username }: MqttLoginGiven) => {
    const { body } = await running.api<{ health: { online?: boolean }; lastSeenAt: string }>(
      'GET',
      `/devices/${username}`,
    )
    return body
  }

  it('tells that a device is gone, and that it was not heard', async () => {
    const login = await device()
    const raw = await session(login, { will: { topic: `${login.topic}/status`, payload: 'offline' } })
    raw.sendBytes(publishBytes(`${login.topic}/status`, 'online', { retain: true }))
    await raw.next()
    const before = await seen(login)
    expect(before.health.online).toBe(true)
    clock.advance(5_000)
    raw.drop()
    await expect.poll(async () => (await seen(login)).health.online).toBe(false)
    expect((await seen(login)).lastSeenAt).toBe(before.lastSeenAt)
    expect(readings(login).map(({ flags }) => flags)).toEqual([3, 1])
  })

  it('is not published after a goodbye', async () => {
    const login = await device()
    const raw = await session(login, { will: { topic: `${login.topic}/status`, payload: 'offline' } })
    raw.sendBytes(publishBytes(`${login.topic}/status`, 'online'))
    await raw.next()
    await raw.leave()
    await sleep(100)
    expect(readings(login)).toHaveLength(1)
  })

  it('is published when another session takes the place, before that one speaks', async () => {
    const login = await device()
    const will = { topic: `${login.topic}/status`, payload: 'offline' }
    await session(login, { will })
    const next = await session(login, { will })
    next.sendBytes(publishBytes(`${login.topic}/status`, 'online'))
    await next.next()
    expect((await seen(login)).health.online).toBe(true)
    expect(readings(login)).toHaveLength(2)
  })

  it('with a leak in it is stored and opens no alarm and no ticket', async () => {
    const login = await device()
    const will = { topic: `${login.topic}/event`, payload: '{"event":"water.leak","active":true}' }
    const raw = await session(login, { will })
    raw.drop()
    await expect.poll(() => readings(login)).toMatchObject([{ flags: 0, body: '{"c":{"water.leak":"active"}}' }])
    await running.service.tick()
    expect(running.rows('select id from alarms where device = ?', login.username)).toEqual([])
    expect(running.rows('select id from tickets where device = ?', login.username)).toEqual([])
  })

  it("on another's topic is a rejection", async () => {
    const [mine, theirs] = [await device(), await device()]
    const raw = await session(mine, { will: { topic: `${theirs.topic}/status`, payload: 'offline' } })
    raw.drop()
    await expect
      .poll(() => rejections(mine))
      .toMatchObject([{ reason: 'not_allowed', topic: `${theirs.topic}/status` }])
    expect(readings(theirs)).toEqual([])
  })

  it('that makes no sense is a rejection', async () => {
    const login = await device()
    const raw = await session(login, { will: { topic: `${login.topic}/status`, payload: 'gone', qos: 2 } })
    raw.drop()
    await expect.poll(() => rejections(login)).toMatchObject([{ reason: 'invalid_value' }])
  })
})
