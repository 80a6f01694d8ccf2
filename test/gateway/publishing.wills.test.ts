import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { publishBytes } from '../support/mqtt.ts'
import { usePublishers } from '../support/publishers.ts'
import { type MqttLoginGiven } from '../support/service.ts'

const PATIENCE = { timeout: 10_000 }
const publishers = usePublishers()
const { device, session, readings, rejections } = publishers

describe('a will', () => {
  const seen = async ({ username }: MqttLoginGiven) => {
    const { body } = await publishers.running.api<{ health: { online?: boolean }; lastSeenAt: string }>(
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
    publishers.clock.advance(5_000)
    raw.drop()
    await expect.poll(async () => (await seen(login)).health.online, PATIENCE).toBe(false)
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
    await expect
      .poll(() => readings(login), PATIENCE)
      .toMatchObject([{ flags: 0, body: '{"c":{"water.leak":"active"}}' }])
    await publishers.running.service.tick()
    expect(publishers.running.rows('select id from alarms where device = ?', login.username)).toEqual([])
    expect(publishers.running.rows('select id from tickets where device = ?', login.username)).toEqual([])
  })

  it("on another's topic is a rejection", async () => {
    const [mine, theirs] = [await device(), await device()]
    const raw = await session(mine, { will: { topic: `${theirs.topic}/status`, payload: 'offline' } })
    raw.drop()
    await expect
      .poll(() => rejections(mine), PATIENCE)
      .toMatchObject([{ reason: 'not_allowed', topic: `${theirs.topic}/status` }])
    expect(readings(theirs)).toEqual([])
  })

  it('that makes no sense is a rejection', async () => {
    const login = await device()
    const raw = await session(login, { will: { topic: `${login.topic}/status`, payload: 'gone', qos: 2 } })
    raw.drop()
    await expect.poll(() => rejections(login), PATIENCE).toMatchObject([{ reason: 'invalid_value' }])
  })
})
