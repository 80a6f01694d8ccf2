import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectAsync } from 'mqtt'
import type { MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Packet } from '../../simulators/languages/language.ts'
import { linkDevice, pause, serviceApi, ServiceProblem } from '../../simulators/drivers.ts'
import type { DeviceLink } from '../../simulators/drivers.ts'
import { type LiveEvent, parseLiveEvent } from '../../simulators/follow.ts'
import { hasPrograms } from '../support/programs.ts'
import { mosquitto } from './mosquitto.ts'
import type { Mosquitto } from './mosquitto.ts'

const soon = { timeout: 10_000, interval: 20 }

describe('pause', () => {
  it('ends early with its signal and leaves nothing behind', async () => {
    expect(await pause(1, new AbortController().signal)).toBe(true)
    const ended = new AbortController()
    const long = pause(600_000, ended.signal)
    ended.abort()
    expect(await long).toBe(false)
    expect(await pause(1, ended.signal)).toBe(false)
  })
})

describe('a live event', () => {
  it('is read from its block', () => {
    expect(parseLiveEvent('id: 7\nevent: ticket\ndata: {"a":\ndata: 1}')).toEqual({ event: 'ticket', data: { a: 1 } })
    expect(parseLiveEvent('event: time\r\ndata:{"serverTime":"x"}')).toEqual({
      event: 'time',
      data: { serverTime: 'x' },
    })
    expect(parseLiveEvent(': a comment')).toBeNull()
  })
})

describe('the HTTP driver', () => {
  let server: Server
  let answer: (response: ServerResponse, path: string) => void
  const abort = new AbortController()
  const api = () => serviceApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'secret', abort.signal)

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.headers.authorization === 'Bearer secret') answer(response, request.url ?? '')
      else response.writeHead(401).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    abort.abort()
    server.closeAllConnections()
    server.close()
  })

  it('gives the answer, or the service’s own sentence', async () => {
    answer = (response, path) => response.end(JSON.stringify({ path }))
    expect(await api().request('GET', '/devices')).toEqual({ path: '/api/v1/devices' })
    answer = (response) => response.writeHead(409).end('{"title":"Conflict","detail":"the device is there already"}')
    const refused = api().request('POST', '/devices', { id: 'x' })
    await expect(refused).rejects.toThrow('the device is there already')
    await expect(refused).rejects.toBeInstanceOf(ServiceProblem)
    await expect(refused).rejects.toMatchObject({ status: 409 })
    answer = (response) => response.writeHead(502).end('<html>')
    await expect(api().request('GET', '/devices')).rejects.toThrow('Bad Gateway')
  })

  it('follows the stream over pieces and a break, and says so', async () => {
    let streams = 0
    answer = (response) => {
      streams += 1
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`event: snapshot\ndata: {"stream":${streams}}\n\nevent: ti`)
      setTimeout(() => {
        response.write('me\ndata: {"名":"张伟"}\n\n')
        if (streams === 1) setTimeout(() => response.destroy(), 50)
      }, 20)
    }
    const seen: LiveEvent[] = []
    const troubles: string[] = []
    const following = api().follow(
      (event) => seen.push(event),
      (trouble) => troubles.push(trouble),
    )
    await vi.waitFor(() => expect(seen).toHaveLength(4), soon)
    expect(seen.map(({ data }) => data)).toEqual([{ stream: 1 }, { 名: '张伟' }, { stream: 2 }, { 名: '张伟' }])
    expect(troubles).toEqual([expect.stringMatching(/\S/)])
    abort.abort()
    await following
  })
})

describe.skipIf(!hasPrograms('mosquitto', 'mosquitto_passwd'))('the MQTT driver (against Mosquitto)', () => {
  const login = { username: 'leak-1', password: 'right', clientId: 'leak-1', topic: 'shifen/riverside/leak-1' }
  const packet = (payload: string, once = false): Packet => ({
    device: 'leak-1',
    topic: `${login.topic}/${once ? 'event' : 'telemetry'}`,
    payload,
    once,
  })
  let broker: Mosquitto
  let watcher: MqttClient
  let link: DeviceLink | null = null
  let heard: string[]
  const logged: string[] = []

  const watch = async () => {
    watcher = await connectAsync(broker.url, { username: 'watcher', password: 'sees', reconnectPeriod: 100 })
    heard = []
    watcher.on('message', (topic, payload, { retain, qos }) => {
      heard.push(`${topic.split('/').at(-1)} ${payload.toString()} q${qos}${retain ? ' retained' : ''}`)
    })
    await watcher.subscribeAsync('shifen/#', { qos: 1 })
  }
  const open = (password = login.password) => {
    link = linkDevice({
      mqttUrl: broker.url,
      login: { ...login, password },
      reconnectMs: 200,
      whole: () => [packet('everything')],
      onTrouble: (reason) => logged.push(reason),
    })
    return link
  }

  beforeAll(async () => {
    broker = await mosquitto({ 'leak-1': 'right', watcher: 'sees' })
    await watch()
  })
  afterEach(async () => {
    await link?.close()
    link = null
    logged.length = 0
    heard.length = 0
  })
  afterAll(async () => {
    await watcher.endAsync(true)
    await broker.remove()
  })

  it('comes online, tells everything, publishes with QoS 1, and says goodbye', async () => {
    const device = open()
    device.send([packet('too early'), packet('a button', true)])
    await vi.waitFor(() => expect(device.connected()).toBe(true), soon)
    device.send([packet('later')])
    await vi.waitFor(() => expect(heard).toContain('telemetry later q1'), soon)
    await device.close()
    await vi.waitFor(() => expect(heard).toContain('status offline q1'), soon)
    expect(heard).toEqual([
      'status online q1',
      'telemetry everything q1',
      'event a button q1',
      'telemetry later q1',
      'status offline q1',
    ])
    const late = await connectAsync(broker.url, { username: 'watcher', password: 'sees' })
    const retained = new Promise<string>((resolve) => late.on('message', (_, payload) => resolve(payload.toString())))
    await late.subscribeAsync('shifen/+/+/status')
    expect(await retained).toBe('offline')
    await late.endAsync()
  })

  it('leaves a will', async () => {
    const device = open()
    await vi.waitFor(() => expect(heard).toContain('telemetry everything q1'), soon)
    // Another client with its id: the broker cuts the first one off without a goodbye.
    const thief = await connectAsync(broker.url, { ...login, reconnectPeriod: 0 })
    await vi.waitFor(() => expect(heard).toContain('status offline q1'), soon)
    await thief.endAsync(true)
    await vi.waitFor(() => expect(device.connected()).toBe(true), soon)
  })

  it('comes back by itself after the broker was gone, and tells what it could not', async () => {
    const device = open()
    await vi.waitFor(() => expect(heard).toContain('telemetry everything q1'), soon)
    await broker.stop()
    await vi.waitFor(() => expect(device.connected()).toBe(false), soon)
    device.send([packet('lost'), packet('pressed', true)])
    heard.length = 0
    await broker.start()
    await vi.waitFor(() => expect(watcher.connected).toBe(true), soon)
    await vi.waitFor(() => expect(heard.join()).toContain('pressed'), soon)
    expect(heard.join()).not.toContain('lost')
    const refusals = logged.filter((line) => line.includes('ECONNREFUSED'))
    expect(refusals.length).toBeLessThanOrEqual(1)
  })

  it('says once, in a sentence, that it is not let in, and still closes', async () => {
    const device = open('wrong')
    await vi.waitFor(() => expect(logged).toHaveLength(1), soon)
    expect(logged[0]).toMatch(/[Nn]ot authorized/)
    await pause(600, new AbortController().signal)
    expect(logged).toHaveLength(1)
    await device.close()
    expect(heard).toEqual([])
  })
})
