import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startService, temporaryFolder, type ServiceProcess } from '../support/process.ts'
import { hasPrograms } from '../support/programs.ts'
import type { AlarmView, Page, TicketView } from '../../api/web/src/api/types.ts'

const LEAK = '{"event":"water.leak","active":true}'
const WITHIN = { timeout: 10_000, interval: 50 }

interface Login {
  username: string
  password: string
  clientId: string
  topic: string
}

describe.skipIf(!hasPrograms('mosquitto_pub', 'mosquitto_sub'))('a device that really exists', () => {
  const folder = temporaryFolder()
  let service: ServiceProcess

  beforeAll(async () => {
    service = await startService(join(folder.path, 'data'))
  })
  afterAll(async () => {
    await service.stop()
    folder.remove()
  })

  const provision = async (id: string): Promise<Login> => {
    const device = { id, site: 'default', kind: 'water_leak', location: 'B2 pump room' }
    return (await service.api<{ mqtt: Login }>('POST', '/devices', device)).mqtt
  }
  const common = ({ username, password, clientId }: Login) => [
    ...['-h', service.mqtt.host, '-p', String(service.mqtt.port)],
    ...['-i', clientId, '-u', username, '-P', password, '-V', 'mqttv311'],
  ]
  const run = async (program: string, args: string[], input?: string) => {
    const child = spawn(program, args)
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    child.stderr.on('data', (text: Buffer) => (output += text.toString()))
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number]
    return { code, output }
  }
  const publish = (login: Login, qos: 1 | 2) =>
    run('mosquitto_pub', [...common(login), '-q', String(qos), '-t', `${login.topic}/event`, '-m', LEAK])
  const ticketsOf = async (device: string) =>
    (await service.api<Page<TicketView>>('GET', `/tickets?device=${device}`)).items
  const alarmsOf = async (device: string) =>
    (await service.api<Page<AlarmView>>('GET', `/alarms?device=${device}`)).items

  it.each([1, 2] as const)(
    'opens one ticket with exactly ten minutes to arrive, however often it says so (QoS %i)',
    async (qos) => {
      const id = `leak-qos-${qos}`
      const login = await provision(id)
      const before = Date.now()
      expect(await publish(login, qos)).toEqual({ code: 0, output: '' })
      const after = Date.now()

      const tickets = await ticketsOf(id)
      const alarms = await alarmsOf(id)
      expect([tickets.length, alarms.length]).toEqual([1, 1])
      const [ticket, alarm] = [tickets[0]!, alarms[0]!]
      expect(ticket).toMatchObject({
        state: 'pending_dispatch',
        priority: 'critical',
        category: 'water_leak',
        origin: 'alarm',
        location: 'B2 pump room',
        device: id,
        alarms: [alarm.id],
      })
      expect(ticket.number).toMatch(/^\d{8}-\d{4}$/)
      expect(ticket.openedAt).toBe(alarm.raisedAt)
      const openedMs = Date.parse(ticket.openedAt)
      expect(openedMs).toBeGreaterThanOrEqual(before)
      expect(openedMs).toBeLessThanOrEqual(after)
      expect(await service.api('GET', `/devices/${id}`)).toMatchObject({
        conditions: { 'water.leak': { state: 'active', since: ticket.openedAt } },
      })
      const withinMs = Object.fromEntries(
        ticket.clocks.map((clock) => [clock.milestone, Date.parse(clock.dueAt) - openedMs]),
      )
      expect(withinMs).toEqual({ accept: 180_000, arrive: 600_000, complete: 48 * 3_600_000 })
      expect(alarm).toMatchObject({ state: 'unacked', active: true, count: 1, messages: 1, ticket: ticket.id })

      // -l sends each line of its input as a message of its own.
      const hundred = `${LEAK}\n`.repeat(100)
      const args = [...common(login), '-q', String(qos), '-t', `${login.topic}/event`, '-l']
      expect(await run('mosquitto_pub', args, hundred)).toEqual({ code: 0, output: '' })

      await vi.waitFor(async () => expect((await alarmsOf(id))[0]!.messages).toBe(101), WITHIN)
      expect(await alarmsOf(id)).toEqual([{ ...alarm, messages: 101 }])
      expect(await ticketsOf(id)).toEqual([ticket])
    },
  )

  it('may subscribe to its own commands and to nothing else', async () => {
    const login = await provision('leak-sub')
    const subscribe = (topic: string) => run('mosquitto_sub', [...common(login), '-q', '1', '-d', '-E', '-t', topic])
    const own = await subscribe(`${login.topic}/command`)
    expect(own.output).toMatch(/Subscribed \(mid: \d+\): 1/)
    expect(own.output).not.toMatch(/denied/)
    for (const topic of ['#', 'shifen/#', '$SYS/#', `${login.topic}/#`, 'shifen/default/leak-qos-1/command']) {
      expect((await subscribe(topic)).output, topic).toMatch(/Subscribed \(mid: \d+\): 128/)
    }
  })

  it('is not let in with a wrong password, nor in the name of another device', async () => {
    const login = await provision('leak-login')
    const wrong = await publish({ ...login, password: 'not-it' }, 1)
    expect(wrong.code).not.toBe(0)
    expect(wrong.output).toMatch(/not authori[sz]ed|bad user name or password/i)
    const other = await publish({ ...login, clientId: 'leak-qos-1' }, 1)
    expect(other.code).not.toBe(0)
    expect(other.output).toMatch(/identifier rejected/i)
    expect(await ticketsOf('leak-login')).toEqual([])
  })
})
