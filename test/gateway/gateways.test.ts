import { beforeEach, describe, expect, it } from 'vitest'
import { publishBytes } from '../support/mqtt.ts'
import { usePublishers } from '../support/publishers.ts'
import type { MqttLoginGiven } from '../support/service.ts'

const publishers = usePublishers()
const { session } = publishers
const WET = JSON.stringify({ event: 'water.leak', active: true })
const PATIENCE = { timeout: 10_000 }

let made = 0
let gateway: MqttLoginGiven

async function addGateway(topics: string[], site = 'default'): Promise<MqttLoginGiven> {
  const body = { id: `gw-${(made += 1)}`, site, topics }
  const answer = await publishers.running.api<{ mqtt: MqttLoginGiven }>('POST', '/gateways', body)
  expect(answer.status).toBe(201)
  return answer.body.mqtt
}

const rejectionsOf = (id: string) =>
  publishers.running.rows<{ reason: string; detail: string; topic: string; size_bytes: number }>(
    'select reason, detail, topic, size_bytes from rejections where device = ? order by id',
    id,
  )
const ticketsOf = async (device: string) =>
  (await publishers.running.api<{ items: { device: string; category: string }[] }>('GET', `/tickets?device=${device}`))
    .body.items

beforeEach(async () => {
  gateway = await addGateway(['shifen/default/#', 'zigbee2mqtt/#'])
})

describe('a gateway', () => {
  it('has its devices discovered: an unknown wet sensor opens a ticket with its first message', async () => {
    const device = `unknown-${made}`
    const raw = await session(gateway)
    raw.sendBytes(publishBytes(`shifen/default/${device}/event`, WET))
    expect(await raw.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await ticketsOf(device)).toMatchObject([{ device, category: 'water_leak' }])
    const { body } = await publishers.running.api('GET', `/devices/${device}`)
    expect(body).toMatchObject({
      kind: 'water_leak',
      site: 'default',
      key: `native:${device}`,
      gateway: gateway.username,
      placed: false,
      conditions: { 'water.leak': { state: 'active' } },
    })
  })

  it('speaks for a device that was added by hand, of its own site', async () => {
    const own = await publishers.device()
    const raw = await session(gateway)
    raw.sendBytes(publishBytes(`${own.topic}/event`, WET))
    await raw.next()
    expect(await ticketsOf(own.username)).toHaveLength(1)
    const count = publishers.running.rows('select 1 from devices where devices.id = ?', own.username)
    expect(count).toHaveLength(1)
  })

  it.each([
    ['outside its topics', 'tasmota/x', 'not_allowed'],
    ['of another site', 'shifen/elsewhere/x/event', 'not_allowed'],
    ['of the broker itself', '$SYS/uptime', 'not_allowed'],
    ['longer than 256 bytes', `zigbee2mqtt/${'x'.repeat(300)}`, 'unknown_topic'],
  ])('a publish %s is acknowledged and stored as a rejection', async (_, topic, reason) => {
    const raw = await session(gateway)
    raw.sendBytes(publishBytes(topic, WET))
    expect(await raw.next()).toMatchObject({ cmd: 'puback' })
    expect(rejectionsOf(gateway.username)).toMatchObject([{ reason }])
  })

  it('more than 100 publishes a minute outside its topics end the session', async () => {
    const raw = await session(gateway)
    for (let id = 1; id <= 101; id++) raw.sendBytes(publishBytes('elsewhere', 'x', { messageId: id }))
    await raw.ended()
    expect(rejectionsOf(gateway.username)).toHaveLength(101)
  })

  it('may publish up to 8 MB where a device may 256 KB', async () => {
    const raw = await session(gateway)
    raw.sendBytes(publishBytes('zigbee2mqtt/bridge/x', `"${'x'.repeat(7_000_000)}"`))
    raw.sendBytes(publishBytes('zigbee2mqtt/bridge/x', 'x'.repeat(8 * 1024 * 1024 + 1), { messageId: 2 }))
    await raw.take(2)
    const tooLarge = rejectionsOf(gateway.username).filter(({ reason }) => reason === 'too_large')
    expect(tooLarge).toMatchObject([{ size_bytes: 8 * 1024 * 1024 + 1 }])
  })

  it('subscribes to its topics only, and hears its own programs and no other gateway', async () => {
    const other = await addGateway(['zigbee2mqtt/#'])
    const listener = await session(gateway, { clientId: `${gateway.clientId}/listener` })
    listener.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: ['zigbee2mqtt/#', '#', 'tasmota/#', 'zigbee2mqtt/+/set'].map((topic) => ({
        topic,
        qos: 1 as const,
      })),
    })
    expect(await listener.next()).toMatchObject({ cmd: 'suback', granted: [1, 128, 128, 1] })
    const stranger = await session(other)
    stranger.sendBytes(publishBytes('zigbee2mqtt/bridge/request/x', '{"from":"another"}'))
    await stranger.next()
    const bridge = await session(gateway)
    bridge.sendBytes(publishBytes('zigbee2mqtt/bridge/request/x', '{"from":"own"}'))
    await bridge.next()
    const heard = await listener.next()
    expect(heard).toMatchObject({ cmd: 'publish', topic: 'zigbee2mqtt/bridge/request/x' })
    expect(String((heard as { payload: Buffer }).payload)).toBe('{"from":"own"}')
  })

  it('does not come back at another site, whose it would speak for', async () => {
    await publishers.running.api('POST', '/sites', { id: 'north', name: 'North' })
    await publishers.running.api('DELETE', `/gateways/${gateway.username}`)
    const again = (site: string) =>
      publishers.running.api('POST', '/gateways', { id: gateway.username, site, topics: ['zigbee2mqtt/#'] })
    expect((await again('north')).status).toBe(409)
    expect((await again('default')).status).toBe(201)
  })

  it('hears no command to a device of the same name behind another gateway', async () => {
    const other = await addGateway(['zigbee2mqtt/#'])
    const [own, foreign] = [await session(gateway), await session(other)]
    const subscriptions = [{ topic: 'zigbee2mqtt/#', qos: 1 as const }]
    for (const raw of [own, foreign]) {
      raw.send({ cmd: 'subscribe', messageId: 1, subscriptions })
      await raw.next()
    }
    const name = `valve-${made}`
    own.sendBytes(publishBytes(`zigbee2mqtt/${name}`, '{"state":"ON"}'))
    await expect.poll(() => own.received.some(({ cmd }) => cmd === 'puback')).toBe(true)
    await publishers.running.api('PATCH', `/devices/z2m-${name}`, { kind: 'valve' })
    const { status } = await publishers.running.api('POST', `/devices/z2m-${name}/commands`, { command: 'close' })
    expect(status).toBe(202)
    const heard = (raw: typeof own) => raw.received.filter((packet) => packet.cmd === 'publish')
    const set = { topic: `zigbee2mqtt/${name}/set` }
    await expect.poll(() => heard(own), PATIENCE).toContainEqual(expect.objectContaining(set))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(heard(foreign)).toEqual([])
  })

  it('is cut off within a second when it is removed, and cannot log in again', async () => {
    const raw = await session(gateway)
    const { status } = await publishers.running.api('DELETE', `/gateways/${gateway.username}`)
    expect(status).toBe(204)
    await expect.poll(() => raw.closed, { timeout: 1_000 }).toBe(true)
    await expect(session(gateway)).rejects.toThrow(/login refused/)
  })

  it('gets a new password, and the old one ends', async () => {
    const path = `/gateways/${gateway.username}/credentials`
    const { body } = await publishers.running.api<{ mqtt: MqttLoginGiven }>('POST', path)
    await expect(session(gateway)).rejects.toThrow(/login refused/)
    expect((await session(body.mqtt)).closed).toBe(false)
  })

  it('has a will that says its link is gone, and a will alone never opens an emergency', async () => {
    const device = `willed-${made}`
    const raw = await session(gateway, { will: { topic: `shifen/default/${device}/event`, payload: WET } })
    raw.drop()
    const stored = () =>
      publishers.running.rows(
        'select flags from readings join devices on key = device_key where devices.id = ?',
        device,
      )
    await expect.poll(stored, PATIENCE).toEqual([{ flags: 0 }])
    expect(await ticketsOf(device)).toEqual([])
  })
})
