import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { Doors } from '../../api/notices.ts'
import { createGuard, type Lookup } from '../../api/outgoing-guard.ts'
import { createOutgoing } from '../../api/outgoing.ts'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))

async function target(listener: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, server }
}

function door(allow = ['127.0.0.1'], lookup?: Lookup, withinMs?: number): Doors {
  const made = createOutgoing(createGuard(allow, lookup), withinMs)
  closing.push(() => made.close())
  return made
}

/** Far more than the sockets on the way hold. */
const ENOUGH = 32 * 1024 * 1024

const POST = { method: 'POST' as const, headers: { 'content-type': 'text/plain' }, body: '水' }

it('asks once and answers what came back', async () => {
  const seen: IncomingMessage[] = []
  const { port } = await target((request, response) => {
    seen.push(request)
    response.writeHead(429, { 'Retry-After': '7', 'x-a': 'b' }).end('slow down')
  })
  const answer = await door().post({ ...POST, url: `http://127.0.0.1:${port}/a?b=c` })
  expect(answer).toMatchObject({ ok: true, status: 429, headers: { 'retry-after': '7' }, body: 'slow down' })
  expect(seen[0]).toMatchObject({
    method: 'POST',
    url: '/a?b=c',
    headers: { 'content-length': '3', 'user-agent': 'shifen' },
  })
})

it('does not follow, least of all to where secrets of the cloud are', async () => {
  const { port } = await target((_request, response) =>
    response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  )
  expect(await door().post({ ...POST, url: `http://127.0.0.1:${port}/` })).toEqual({
    ok: false,
    reason: 'it answered 307 and points elsewhere; write the address that it points to',
    retry: false,
  })
})

it('goes to the address that was judged, though the name means another one a moment later', async () => {
  const { port } = await target((request, response) => response.end(request.headers.host))
  const asked: string[] = []
  // Like a name server of an attacker: the first answer is the good one, and every later one is inside.
  const rebinding: Lookup = (name) => {
    asked.push(name)
    const address = asked.length === 1 ? '127.0.0.1' : '10.255.255.1'
    return Promise.resolve([{ address, family: 4 }])
  }
  const { post } = door(['rebind.example'], rebinding)
  const answer = await post({ ...POST, url: `http://rebind.example:${port}/` })
  expect(answer).toMatchObject({ ok: true, body: `rebind.example:${port}` })
  expect(asked).toEqual(['rebind.example'])
})

it('reaches nothing inside, whatever the address looks like', async () => {
  let asked = 0
  const { port } = await target((_request, response) => {
    asked++
    response.end()
  })
  const { post } = door([], () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]))
  const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::ffff:127.0.0.1]', 'localhost', 'any.example']
  for (const host of hosts) {
    const answer = await post({ ...POST, url: `http://${host}:${port}/` })
    expect(answer).toMatchObject({ ok: false, retry: false, reason: expect.stringMatching(/not a public/) as string })
  }
  for (const url of ['ftp://x.example/', 'file:///etc/passwd', 'http://u:p@x.example/', 'x']) {
    expect(await post({ ...POST, url })).toMatchObject({ ok: false, retry: false })
  }
  expect(asked).toBe(0)
})

it('stops reading an answer without an end', async () => {
  let written = 0
  const { port } = await target((_request, response) => {
    const more = () => {
      while (written < ENOUGH && response.write(Buffer.alloc(16_384))) written += 16_384
    }
    response.on('drain', more)
    more()
  })
  const before = process.memoryUsage().arrayBuffers
  expect(await door().post({ ...POST, url: `http://127.0.0.1:${port}/` })).toEqual({
    ok: false,
    reason: 'it answered 200 with more than 64 KB',
    retry: true,
  })
  expect(written).toBeLessThan(ENOUGH)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(ENOUGH)
})

it('waits for nobody: who does not answer, who answers by the drop, who is not there', async () => {
  const silent = await target(() => undefined)
  const dripping = await target((_request, response) => {
    const drip = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(drip))
  })
  const { post } = door(['127.0.0.1', 'stuck.example'], () => new Promise(() => undefined), 200)
  const late = { ok: false, reason: 'no answer within 0.2 s', retry: true }
  for (const port of [silent.port, dripping.port]) {
    expect(await post({ ...POST, url: `http://127.0.0.1:${port}/` })).toEqual(late)
  }
  expect(await post({ ...POST, url: 'http://stuck.example/' })).toEqual(late)

  const closed = createTcpServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  const gone = await post({ ...POST, url: `http://127.0.0.1:${port}/` })
  expect(gone).toEqual({ ok: false, reason: 'no connection (ECONNREFUSED)', retry: true })
})

it('asks again at once where a connection that was kept open turns out to be closed', async () => {
  let asked = 0
  const { port } = await target((request, response) => {
    // The second request comes over the connection of the first, and finds it reset.
    if (++asked === 2) request.socket.resetAndDestroy()
    else response.end('here')
  })
  const { post } = door()
  const url = `http://127.0.0.1:${port}/`
  expect(await post({ ...POST, url })).toMatchObject({ ok: true })
  expect(await post({ ...POST, url })).toMatchObject({ ok: true, body: 'here' })
  expect(asked).toBe(3)
})

it('sends nothing that is too large or would break the request', async () => {
  const { post } = door()
  const large = await post({ ...POST, url: 'http://127.0.0.1:1/', body: 'x'.repeat(256 * 1024 + 1) })
  expect(large).toEqual({ ok: false, reason: 'a request has at most 256 KB', retry: false })
  const broken = await post({ ...POST, url: 'http://127.0.0.1:1/', headers: { a: 'b\r\nc: d' } })
  expect(broken).toMatchObject({ ok: false, retry: false })
})

it('breaks off what runs when the service ends', async () => {
  const silent = await target(() => undefined)
  const { post, close } = door()
  const running = post({ ...POST, url: `http://127.0.0.1:${silent.port}/` })
  await once(silent.server, 'request')
  close()
  expect(await running).toMatchObject({ ok: false, retry: true })
})
