import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../../rules/clock.ts'
import { type ConnectFields, openSession, publishBytes, type RawMqtt } from '../support/mqtt.ts'
import { type MqttLoginGiven, START_MS, startService, type TestService } from '../support/service.ts'

interface Command {
  id: string
  state: string
  attempts: number
}

const clock = manualClock(START_MS)
const open: RawMqtt[] = []
let running: TestService
let made = 0

beforeAll(async () => {
  running = await startService({ clock })
})
afterAll(async () => {
  for (const raw of open) raw.drop()
  await running.stop()
})

const newValve = () => running.provision(`valve-${(made += 1)}`, 'valve')
const tell = async (device: string, command = 'close') =>
  (await running.api<Command>('POST', `/devices/${device}/commands`, { command })).body
const now = async (device: string, id: string) =>
  (await running.api<Command>('GET', `/devices/${device}/commands/${id}`)).body

async function session(login: MqttLoginGiven, fields?: ConnectFields): Promise<RawMqtt> {
  const raw = await openSession(running.mqttPort, login, fields)
  open.push(raw)
  return raw
}
async function listen(raw: RawMqtt, topic: string): Promise<unknown> {
  raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
  return ((await raw.next()) as { granted: unknown }).granted
}
/** The ids of the commands that came, oldest first. */
const heard = (raw: RawMqtt) =>
  raw.received.flatMap((packet) => {
    if (packet.cmd !== 'publish') return []
    return [(JSON.parse(packet.payload.toString()) as { id: string }).id]
  })
const until = (raw: RawMqtt, ids: string[]) => expect.poll(() => heard(raw), { timeout: 5_000 }).toEqual(ids)
const answer = async (raw: RawMqtt, topic: string, body: object) => {
  raw.sendBytes(publishBytes(`${topic}/command/reply`, JSON.stringify(body), { messageId: 9 }))
  await expect.poll(() => raw.received.some(({ cmd }) => cmd === 'puback'), { timeout: 5_000 }).toBe(true)
}

describe('a command over MQTT', () => {
  it('reaches the device that listens, again and again with one id until it answers', async () => {
    const valve = await newValve()
    const raw = await session(valve)
    expect(await listen(raw, `${valve.topic}/command`)).toEqual([1])
    const { id } = await tell(valve.username)
    await until(raw, [id])
    for (const passedMs of [1_000, 2_000]) {
      clock.advance(passedMs)
      await running.service.tick()
    }
    await until(raw, [id, id, id])
    await answer(raw, valve.topic, { id, ok: true })
    expect(await now(valve.username, id)).toMatchObject({ state: 'done', attempts: 3 })
  })

  it('waits for a device that is away, and reaches it as soon as it subscribes', async () => {
    const valve = await newValve()
    const { id } = await tell(valve.username)
    clock.advance(1_000)
    const raw = await session(valve)
    await listen(raw, `${valve.topic}/command`)
    await until(raw, [id])
    expect((await now(valve.username, id)).attempts).toBe(2)
  })

  it('is kept by no session: who comes back to a kept one hears what is open, and nothing that has ended', async () => {
    const valve = await newValve()
    const kept = await session(valve, { clean: false })
    await listen(kept, `${valve.topic}/command`)
    await kept.leave()
    const opening = await tell(valve.username, 'open')
    const { id } = await tell(valve.username, 'close')
    clock.advance(1_000)
    const back = await session(valve, { clean: false })
    await until(back, [id])
    expect((await now(valve.username, opening.id)).state).toBe('superseded')
    clock.advance(60_000)
    await running.service.tick()
    await back.leave()
    expect((await now(valve.username, id)).state).toBe('expired')
    const late = await session(valve, { clean: false })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(heard(late)).toEqual([])
  })

  it('is heard by its device alone, and answered by nobody else', async () => {
    const [valve, other] = [await newValve(), await newValve()]
    const stranger = await session(other)
    expect(await listen(stranger, `${valve.topic}/command`)).toEqual([128])
    await listen(stranger, `${other.topic}/command`)
    const { id } = await tell(valve.username)
    await answer(stranger, other.topic, { id, ok: true })
    await answer(stranger, valve.topic, { id, ok: true })
    const reasons = () =>
      running
        .rows<{ reason: string }>('select reason from rejections where device = ? order by id', other.username)
        .map(({ reason }) => reason)
    await expect.poll(reasons, { timeout: 5_000 }).toEqual(['unknown_command', 'not_allowed'])
    expect(heard(stranger)).toEqual([])
    expect((await now(valve.username, id)).state).toBe('sent')
  })

  it('goes through the gateway to a device behind it, and its reply comes back that way', async () => {
    const { body } = await running.api<{ mqtt: MqttLoginGiven }>('POST', '/gateways', {
      id: 'gw-valves',
      site: 'default',
      topics: ['shifen/default/#'],
    })
    const raw = await session(body.mqtt)
    raw.sendBytes(publishBytes('shifen/default/behind/event', '{"event":"valve.open","active":true}'))
    await raw.next()
    await running.api('PATCH', '/devices/behind', { kind: 'valve' })
    const { id } = await tell('behind')
    clock.advance(1_000)
    await listen(raw, 'shifen/default/+/command')
    await until(raw, [id])
    await answer(raw, 'shifen/default/behind', { id, ok: true })
    await expect.poll(async () => (await now('behind', id)).state, { timeout: 5_000 }).toBe('done')
    expect(running.errors).toEqual([])
  })

  it('of a malformed reply is left open, and the reply is a rejection', async () => {
    const valve = await newValve()
    const raw = await session(valve)
    const { id } = await tell(valve.username)
    await answer(raw, valve.topic, { id, ok: 'yes' })
    expect((await now(valve.username, id)).state).toBe('sent')
    const rows = running.rows('select reason from rejections where device = ?', valve.username)
    expect(rows).toEqual([{ reason: 'invalid_value' }])
  })
})
