import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Credentials } from '../../simulators/bench/packets.ts'
import { startService, temporaryFolder, type ServiceProcess } from '../support/process.ts'

interface Command {
  id: string
  state: string
  expiresAt: string
}

let folder: ReturnType<typeof temporaryFolder>
let running: ServiceProcess | null = null

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await running?.kill()
  running = null
  folder.remove()
})

describe('killed with a command on its way', { timeout: 60_000 }, () => {
  it('the next process sends it again under its id, and its expiry has not moved', async () => {
    running = await startService(folder.path)
    const about = { site: 'default', zone: 'B2' }
    const add = async (id: string, kind: string) =>
      (await running!.api<{ mqtt: Credentials }>('POST', '/devices', { ...about, id, kind })).mqtt
    const [leak, valve] = [await add('leak-1', 'water_leak'), await add('valve-1', 'valve')]
    const sensor = await connectAsync(running.mqtt.url, leak)
    await sensor.publishAsync(`shifen/default/leak-1/event`, '{"event":"water.leak","active":true}', { qos: 1 })
    sensor.end(true)
    const commands = async () => (await running!.api<{ items: Command[] }>('GET', '/devices/valve-1/commands')).items
    const [before] = await commands()
    await running.kill()

    running = await startService(folder.path)
    const motor = await connectAsync(running.mqtt.url, valve)
    const heard: string[] = []
    motor.on('message', (_topic, payload) => void heard.push(payload.toString()))
    await motor.subscribeAsync('shifen/default/valve-1/command', { qos: 1 })
    await expect.poll(() => heard[0], { timeout: 10_000 }).toBe(JSON.stringify({ id: before!.id, command: 'close' }))
    const reply = JSON.stringify({ id: before!.id, ok: true })
    await motor.publishAsync('shifen/default/valve-1/command/reply', reply, { qos: 1 })
    motor.end(true)
    expect(await commands()).toMatchObject([{ id: before!.id, state: 'done', expiresAt: before!.expiresAt }])
  })
})
