import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ticketSchema } from '../../../api/routes/schemas.ts'
import type { TicketView } from '../../../api/web/src/api/types.ts'
import { ADMIN_TOKEN, type ApiTest, startApi } from '../../support/api-client.ts'
import { type LiveClient, type LiveFrame, openLive } from '../../support/live-client.ts'
import { eventually } from '../../support/eventually.ts'

let api: ApiTest
const clients: LiveClient[] = []

beforeEach(async () => {
  api = await startApi()
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await api.end()
})

const open = async (options: Parameters<typeof openLive>[1] = {}) => {
  const client = await openLive(api.service, options)
  clients.push(client)
  return client
}
const report = async (title: string, rest: object = {}) =>
  (await api.post<TicketView>('/tickets', { site: 'default', category: 'other', title, ...rest })).body
const isTicket = (title: string) => (frame: LiveFrame) => frame.data.ticket?.titles.zh === title
const titles = (frames: readonly LiveFrame[]) => frames.flatMap(({ data }) => data.ticket?.titles.zh ?? [])
const openStreams = async () => Number(/^shifen_live_streams (\d+)$/m.exec((await api.get('root:/metrics')).text)?.[1])

describe('the live stream', () => {
  it('needs a login, and is an event stream that no proxy keeps', async () => {
    expect((await api.get('/live', null)).status).toBe(401)
    const request = new Request('http://localhost/api/v1/live', { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
    const response = await api.service.fetch(request)
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(response.headers.get('cache-control')).toMatch(/no-cache/)
    await response.body!.cancel()
  })

  it('begins with a snapshot of what is open', async () => {
    const ticket = await api.leak('leak-1')
    const gone = await report('over')
    await api.post(`/tickets/${gone.id}/cancel`, { note: 'mistaken' })
    const live = await open()
    const { event, id, data } = await live.until(() => true)
    expect({ event, serverTime: data.serverTime }).toEqual({
      event: 'snapshot',
      serverTime: '2026-11-23T02:00:00.000Z',
    })
    expect(id).toMatch(/-\d+$/)
    expect(data.tickets).toEqual([ticket])
    expect(data.alarms).toMatchObject([{ device: 'leak-1', state: 'unacked', ticket: ticket.id }])
  })

  it('then tells every change of a ticket and an alarm, each with an id, also that they are over', async () => {
    await api.device('leak-1')
    const live = await open()
    await api.publish('leak-1', 'event', { event: 'water.leak', active: true })
    const { data } = await live.until(({ event }) => event === 'ticket')
    const alarm = (await live.until(({ event }) => event === 'alarm')).data.alarm!
    expect(data.ticket).toMatchObject({ device: 'leak-1', state: 'pending_dispatch', alarms: [alarm.id] })
    expect(alarm).toMatchObject({ state: 'unacked', ticket: data.ticket!.id })

    for (const token of [ADMIN_TOKEN, await api.token('dispatcher')]) {
      await api.post(`/tickets/${data.ticket!.id}/cancel`, { note: 'dry' }, token)
    }
    await live.until((frame) => frame.data.ticket?.state === 'cancelled')
    await api.post(`/alarms/${alarm.id}/acknowledge`)
    await live.until((frame) => frame.data.alarm?.state === 'acked')
    await api.publish('leak-1', 'event', { event: 'water.leak', active: false })
    api.clock.advance(2_000)
    await api.service.tick()
    await live.until((frame) => frame.data.alarm?.state === 'normal')
    const ids = live.frames.map(({ id }) => id)
    expect(ids.every((id) => id !== null)).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('tells a breach when its clock runs out', async () => {
    const { id } = await api.leak('leak-1')
    const live = await open()
    api.clock.advance(600_000)
    await api.service.tick()
    const clocksOf = (frame: LiveFrame) =>
      frame.data.ticket?.clocks.map(({ milestone, state }) => `${milestone} ${state}`)
    await live.until((frame) => clocksOf(frame)?.includes('accept breached') ?? false)
    expect(live.frames.some((frame) => clocksOf(frame)?.includes('arrive breached'))).toBe(false)
    api.clock.advance(1)
    await api.service.tick()
    const breached = await live.until((frame) => clocksOf(frame)?.includes('arrive breached') ?? false)
    expect(breached.data).toMatchObject({ serverTime: '2026-11-23T02:10:00.001Z', ticket: { id } })
  })

  it('tells every role the same of a site, each ticket as whole as the list has it', async () => {
    const roles = ['viewer', 'responder', 'engineer'] as const
    const all = await Promise.all(roles.map(async (role) => open({ token: await api.token(role, ['default']) })))
    await Promise.all(all.map((live) => live.until(() => true)))
    const { id } = await api.leak('leak-roles')
    await api.post(`/tickets/${id}/assign`, { assignee: '王师傅' })
    const toldOf = async (live: LiveClient) => {
      await live.until((frame) => frame.data.ticket?.state === 'assigned')
      return live.frames.slice(1).map(({ event, data }) => ({ event, ...data }))
    }
    const [first, ...others] = await Promise.all(all.map(toldOf))
    for (const other of others) expect(other).toEqual(first)
    expect(first!.map(({ event }) => event)).toContain('alarm')
    const { items } = (await api.get<{ items: TicketView[] }>('/tickets?device=leak-roles')).body
    expect(first!.at(-1)!.ticket).toEqual(items[0])
    expect(Object.keys(first!.at(-1)!.ticket!).sort()).toEqual(Object.keys(ticketSchema.shape).sort())
  })

  it('shows a token only what its sites have', async () => {
    await api.post('/sites', { id: 'other', name: 'Other' })
    await api.leak('leak-other', 'other')
    const own = await api.leak('leak-own')
    const live = await open({ token: await api.token('viewer', ['default']) })
    const snapshot = await live.until(() => true)
    expect(snapshot.data.tickets).toEqual([own])
    expect(snapshot.data.alarms?.map(({ device }) => device)).toEqual(['leak-own'])
    await api.leak('leak-other-2', 'other')
    await report('mine')
    await live.until(isTicket('mine'))
    expect(JSON.stringify(live.frames)).not.toContain('leak-other')
  })
})

describe('every ten seconds a stream', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())

  it('tells the service’s time', async () => {
    const live = await open()
    await live.until(() => true)
    api.clock.advance(10_000)
    vi.advanceTimersByTime(10_000)
    const { data } = await live.until(({ event }) => event === 'time')
    expect(data.serverTime).toBe('2026-11-23T02:00:10.000Z')
  })

  it('ends where its token was revoked, and no other', async () => {
    const { body } = await api.post<{ id: string; token: string }>('/tokens', { name: 'leaver', role: 'viewer' })
    const [leaver, other] = [await open({ token: body.token }), await open()]
    await leaver.until(() => true)
    await api.ask('DELETE', `/tokens/${body.id}`)
    vi.advanceTimersByTime(10_000)
    await eventually(() => expect(leaver.ended).toBe(true))
    await report('after')
    await other.until(isTicket('after'))
    expect(titles(leaver.frames)).toEqual([])
  })
})

describe('the stream of a session', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())

  it('goes on for as long as somebody has it open', async () => {
    const answer = await api.ask('POST', '/session', { token: null, body: { token: ADMIN_TOKEN } })
    const cookie = /^shifen_session=[^;]+/.exec(answer.headers.get('set-cookie')!)![0]
    const live = await open({ cookie })
    for (let times = 1; times <= 4; times++) {
      api.clock.advance(7 * 3_600_000)
      vi.advanceTimersByTime(10_000)
      const now = new Date(api.clock.now()).toISOString()
      await live.until(({ event, data }) => event === 'time' && data.serverTime === now)
      // What was asked for before is done before.
      await api.token('viewer')
    }
    expect(live.ended).toBe(false)
    api.clock.advance(12 * 3_600_000)
    vi.advanceTimersByTime(10_000)
    await eventually(() => expect(live.ended).toBe(true))
  })
})

describe('a client that comes back', () => {
  it('resumes after its last event without a gap and without a snapshot', async () => {
    const first = await open()
    await report('a')
    const { id } = await first.until(isTicket('a'))
    await first.close()
    await report('b')
    await report('c')
    const second = await open({ lastEventId: id! })
    await second.until(isTicket('c'))
    await report('d')
    await second.until(isTicket('d'))
    expect(titles(second.frames)).toEqual(['b', 'c', 'd'])
    expect(second.frames.map(({ event }) => event)).not.toContain('snapshot')
  })

  it('learns the time at once where it missed nothing', async () => {
    const first = await open()
    const { id } = await first.until(() => true)
    await first.close()
    api.clock.advance(5_000)
    // The beat of every ten seconds must not answer in its place.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const second = await open({ lastEventId: id! })
    const { event, data } = await second.until(() => true)
    vi.useRealTimers()
    expect([event, data.serverTime]).toEqual(['time', '2026-11-23T02:00:05.000Z'])
  })

  it('loses and doubles nothing when it comes back in the middle of a burst, again and again', async () => {
    const burst = Promise.all(Array.from({ length: 300 }, (_, index) => report(`burst ${index}`)))
    const seen: string[] = []
    let lastEventId: string | undefined
    let known = new Set<string>()
    while (seen.length + known.size < 300) {
      const client = await open({ lastEventId })
      const wanted = seen.length + 7
      await eventually(() =>
        expect(titles(client.frames).length + seen.length).toBeGreaterThanOrEqual(Math.min(wanted, 300 - known.size)),
      )
      await client.close()
      if (lastEventId === undefined) known = new Set(client.frames[0]!.data.tickets!.map((ticket) => ticket.titles.zh))
      seen.push(...titles(client.frames).filter((title) => !known.has(title)))
      lastEventId = client.frames.findLast(({ id }) => id !== null)!.id!
    }
    await burst
    expect(new Set([...seen, ...known]).size).toBe(300)
    expect(seen).toHaveLength(new Set(seen).size)
  })

  it('gets a snapshot where its id is unknown: another process’s, nonsense, or of the future', async () => {
    await report('a')
    const { id } = await (await open()).until(() => true)
    const epoch = id!.slice(0, id!.lastIndexOf('-'))
    for (const lastEventId of ['', 'nonsense', `x${epoch}-1`, `${epoch}-999999`, `${epoch}--1`, `${epoch}-1e1`]) {
      const client = await open({ lastEventId })
      expect([lastEventId, (await client.until(() => true)).event]).toEqual([lastEventId, 'snapshot'])
    }
  })
})

describe('a stream that begins large', () => {
  const long = '漏'.repeat(4_000)
  const fill = async (count: number) => {
    for (let made = 0; made < count; made += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => report(`${made + index}`, { description: long })))
    }
  }

  it('sends a snapshot of more than a mebibyte', async () => {
    await fill(200)
    const live = await open()
    const { data } = await live.until(() => true)
    expect(data.tickets).toHaveLength(200)
    expect(live.ended).toBe(false)
  })

  it('resumes over more than a mebibyte of changes', async () => {
    const first = await open()
    const { id } = await first.until(() => true)
    await first.close()
    await fill(200)
    const second = await open({ lastEventId: id! })
    await eventually(() => expect(titles(second.frames)).toHaveLength(200))
    await report('last')
    await second.until(isTicket('last'))
  })
})

describe('a client that does not read', () => {
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  it('is dropped, so that memory stays bounded, while one that reads goes on', { timeout: 60_000 }, async () => {
    const { hostname, port } = new URL(api.service.addresses().http)
    const head = `GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`
    for (let index = 0; index < 10; index += 1) {
      const socket = connect({ host: hostname, port: Number(port) })
      socket.pause()
      socket.on('error', () => undefined)
      socket.write(head)
      sockets.push(socket)
    }
    await vi.waitFor(async () => expect(await openStreams()).toBe(10), { timeout: 5_000 })
    const live = await open()

    // 12 kB each: far more than what the system keeps for a socket and one mebibyte of ours.
    const { id } = await report('long', { description: '漏'.repeat(4_000) })
    const before = process.memoryUsage()
    let told = 0
    while ((await openStreams()) > 1) {
      expect(told).toBeLessThan(3_000)
      await Promise.all(Array.from({ length: 50 }, () => api.post(`/tickets/${id}/contact`)))
      told += 50
    }
    const after = process.memoryUsage()
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(50_000_000)
    await report('still here')
    await live.until(isTicket('still here'))
    expect(await openStreams()).toBe(1)
    // The connection itself is gone, not only its place in a list.
    for (const socket of sockets) {
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.resume()
      await closed
    }
  })

  it('is told goodbye when the service stops, and so is one that reads', async () => {
    const live = await open()
    await live.until(() => true)
    await api.service.stop()
    await eventually(() => expect(live.ended).toBe(true))
  })
})
