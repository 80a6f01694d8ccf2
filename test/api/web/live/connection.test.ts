import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { ApiProblem, createClient } from '../../../../api/web/src/api/client.ts'
import type { LiveEvent } from '../../../../api/web/src/api/types.ts'
import { actOnTicket } from '../../../../api/web/src/api/tickets.ts'
import { keepConnected, waitMsAfter } from '../../../../api/web/src/live/connection.ts'
import type { ConnectionState } from '../../../../api/web/src/live/connection.ts'
import { eventually } from '../../../support/eventually.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const endings: (() => void)[] = []
afterEach(() => {
  for (const end of endings.splice(0)) end()
})

/** A service whose n-th stream is answered by the n-th answer, the last one over and over; and a page connected to it. */
async function connect(answers: Answer[], silenceMs = 5_000) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)]!
    requests.push(request)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let unauthorized = 0
  const baseUrl = `http://127.0.0.1:${port}/api/v1/`
  const client = createClient({ baseUrl, fetch, onUnauthorized: () => (unauthorized += 1) })
  const events: LiveEvent[] = []
  const states: ConnectionState[] = []
  let opened = 0
  const connection = keepConnected({
    open(lastEventId, signal) {
      opened += 1
      return client.live(lastEventId, signal)
    },
    onOpen: () => {},
    onEvents: (fresh) => events.push(...fresh),
    onState: (state) => states.push(state),
    random: () => 0,
    firstWaitMs: 20,
    silenceMs,
  })
  endings.push(() => {
    connection.close()
    server.closeAllConnections()
    server.close()
  })
  return { requests, events, states, connection, opened: () => opened, unauthorized: () => unauthorized }
}

const time = (id: number, serverTime: string) => `id: ${id}\nevent: time\ndata: {"serverTime":"${serverTime}"}\n\n`

const stream =
  (text: string, end = false): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(text)
    if (end) response.end()
  }

it('goes on after the service went away, from the last event id', async () => {
  const dropped: Answer = (request, response) => {
    stream(time(41, 'a') + time(42, 'b'))(request, response)
    setTimeout(() => response.destroy(), 20)
  }
  const unavailable: Answer = (_request, response) => response.writeHead(503).end()
  const { requests, events, states } = await connect([dropped, unavailable, stream(time(43, 'c'))])
  await eventually(() => expect(events).toHaveLength(3))
  expect(events.map(({ serverTime }) => serverTime)).toEqual(['a', 'b', 'c'])
  expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '42', '42'])
  expect(states).toEqual(['connecting', 'live', 'waiting', 'connecting', 'waiting', 'connecting', 'live'])
})

it('asks for a snapshot after an event that it could not read', async () => {
  const broken: Answer = (request, response) => {
    stream(time(1, 'a'))(request, response)
    setTimeout(() => response.write('id: 2\nevent: ticket\ndata: {"ticket"\n\n'), 30)
  }
  const { requests, events, states } = await connect([broken, stream(time(3, 'b'))])
  await eventually(() => expect(events.map(({ serverTime }) => serverTime)).toEqual(['a', 'b']))
  expect(states.slice(0, 3)).toEqual(['connecting', 'live', 'waiting'])
  expect(requests[1]!.headers['last-event-id']).toBeUndefined()
})

it('leaves a stream that has fallen silent', async () => {
  const { requests, states } = await connect([stream(time(1, 'a'))], 100)
  await eventually(() => expect(requests.length).toBeGreaterThan(1))
  expect(states.slice(0, 3)).toEqual(['connecting', 'live', 'waiting'])
})

it('leaves a stream for a new one when it is told to, at once', async () => {
  const { requests, events, connection } = await connect([stream(time(1, 'a')), stream(time(2, 'b'))])
  await eventually(() => expect(events).toHaveLength(1))
  connection.renew()
  await eventually(() => expect(events).toHaveLength(2))
  expect(requests[1]!.headers['last-event-id']).toBe('1')
})

it('does not take the login page of a network for the service', async () => {
  const portal: Answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Wi-Fi</h1>')
  }
  const { events, states } = await connect([portal, stream(time(1, 'a'))])
  await eventually(() => expect(events).toHaveLength(1))
  expect(states).toEqual(['connecting', 'waiting', 'connecting', 'live'])
})

it('tells of a 401, once', async () => {
  const expired: Answer = (_request, response) => response.writeHead(401).end()
  const { events, unauthorized } = await connect([expired, stream(time(1, 'a'))])
  await eventually(() => expect(events).toHaveLength(1))
  expect(unauthorized()).toBe(1)
})

it('opens nothing more once closed', async () => {
  const { requests, opened, connection } = await connect([stream(time(1, 'a'), true)])
  await eventually(() => expect(requests.length).toBeGreaterThan(0))
  connection.close()
  // Counted where the page opens: a request on its way to the service may still arrive there after the closing.
  const before = opened()
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(opened()).toBe(before)
})

it('waits twice as long each time up to 15 s, half of it by chance', () => {
  expect([0, 1, 2, 4, 5, 400].map((failures) => waitMsAfter(failures, 500, () => 0))).toEqual([
    250, 500, 1_000, 4_000, 7_500, 7_500,
  ])
  expect(waitMsAfter(2, 500, () => 0.999_999)).toBeCloseTo(2_000, 0)
})

it('turns a problem into its words', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(409, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ type: 'x', title: 'Conflict', status: 409, detail: 'not in this state' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  endings.push(() => server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/`
  const client = createClient({ baseUrl, fetch, onUnauthorized: () => {} })
  const refused = actOnTicket(client, '1', 'accept', {}, 'key')
  await expect(refused).rejects.toThrow('not in this state')
  await expect(refused).rejects.toBeInstanceOf(ApiProblem)
})
