import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, vi } from 'vitest'
import { followService, type LiveEvent, parseLiveEvent } from '../../simulators/follow.ts'

it('reads an event from its block', () => {
  expect(parseLiveEvent('id: 7\nevent: ticket\ndata: {"a":\ndata: 1}')).toEqual({ event: 'ticket', data: { a: 1 } })
  const time = { event: 'time', data: { serverTime: 'x' } }
  expect(parseLiveEvent('event: time\r\ndata:{"serverTime":"x"}')).toEqual(time)
  expect(parseLiveEvent(': a comment')).toBeNull()
})

it('follows the stream over pieces and a break, and says so', async () => {
  let streams = 0
  const server = createServer((_request, response) => {
    streams += 1
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`event: snapshot\ndata: {"stream":${streams}}\n\nevent: ti`)
    setTimeout(() => {
      response.write('me\ndata: {"名":"张伟"}\n\n')
      if (streams === 1) setTimeout(() => response.destroy(), 50)
    }, 20)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const [seen, troubles]: [LiveEvent[], string[]] = [[], []]
  const ending = new AbortController()
  const following = followService({
    ...{ httpUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'any', signal: ending.signal },
    onEvent: (event) => seen.push(event),
    onTrouble: (why) => troubles.push(why),
  })
  await vi.waitFor(() => expect(seen).toHaveLength(4), { timeout: 10_000, interval: 20 })
  expect(seen.map(({ data }) => data)).toEqual([{ stream: 1 }, { 名: '张伟' }, { stream: 2 }, { 名: '张伟' }])
  expect(troubles).toEqual([expect.stringMatching(/\S/)])
  ending.abort()
  await following
  server.closeAllConnections()
  server.close()
})
