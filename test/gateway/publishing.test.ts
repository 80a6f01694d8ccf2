import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { connectPacket, openRaw, publishBytes } from '../support/mqtt.ts'
import { depth, telemetry, usePublishers } from '../support/publishers.ts'
import { START_MS } from '../support/service.ts'

const PATIENCE = { timeout: 10_000 }
const publishers = usePublishers()
const { device, session, readings, rejections, depths } = publishers

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
    const raw = await openRaw(publishers.running.mqttPort)
    const ids = Array.from({ length: count }, (_, index) => index + 1)
    const publishes = ids.map((messageId) => publishBytes(telemetry(login), depth(messageId), { messageId }))
    raw.sendBytes(Buffer.concat([generate(connectPacket(login)), ...publishes]))
    expect((await raw.next()).cmd).toBe('connack')
    expect((await raw.take(count)).map(({ messageId }) => messageId)).toEqual(ids)
    expect(depths(login)).toEqual(ids)
    await raw.leave()
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
    await expect.poll(() => depths(login).length, PATIENCE).toBeGreaterThanOrEqual(acknowledged)
    expect(publishers.running.errors).toEqual([])
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
    publishers.clock.advance(59_999)
    raw.sendBytes(publishBytes('elsewhere', 'x', { messageId: 101 }))
    await raw.ended()
    expect(rejections(login)).toHaveLength(101)

    const again = await session(login)
    for (let id = 1; id <= 100; id++) again.sendBytes(publishBytes('elsewhere', 'x', { messageId: id }))
    await again.take(100)
    publishers.clock.advance(60_000)
    again.sendBytes(publishBytes('elsewhere', 'x', { messageId: 101 }))
    expect(await again.next()).toMatchObject({ cmd: 'puback', messageId: 101 })
  })

  it('a leak with a bad battery value still alarms', async () => {
    const login = await device()
    const raw = await session(login)
    raw.sendBytes(publishBytes(telemetry(login), '{"values":{"water.leak":true,"batteryPercent":"full"}}'))
    await raw.next()
    const { body } = await publishers.running.api<{ items: { device: string; state: string }[] }>(
      'GET',
      '/alarms?limit=500',
    )
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
    const { body } = await publishers.running.api<{ conditions: Record<string, { state: string }> }>(
      'GET',
      `/devices/${bad.username}`,
    )
    expect(body.conditions['water.leak']?.state).toBe('active')
    expect(publishers.running.errors).toEqual([])
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
    const { body } = await publishers.running.api<{ points: Record<string, { value: number }> }>(
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
    expect(publishers.running.rows('select id from alarms where device = ?', login.username)).toEqual([])
    expect(publishers.running.rows('select id from tickets where device = ?', login.username)).toEqual([])
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
    const times = publishers.running.rows<{ device_at: number }>(
      'select device_at from readings where device_key = (select key from devices where id = ?)',
      login.username,
    )
    expect(times.map((row) => row.device_at)).toEqual([ts, ts])
    const [ticket] = publishers.running.rows<{ opened_at: number }>(
      'select opened_at from tickets where device = ?',
      login.username,
    )
    expect(ticket?.opened_at).toBe(publishers.clock.now())
    const { body } = await publishers.running.api<{ points: Record<string, { at: string }> }>(
      'GET',
      `/devices/${login.username}`,
    )
    expect(body.points['water.depth']?.at).toBe(new Date(publishers.clock.now()).toISOString())
  })
})
