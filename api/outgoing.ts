import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Answer, OutgoingRequest } from '../rules/notify/post.ts'
import type { Doors } from './notices.ts'
import type { Guard, Vetted } from './outgoing-guard.ts'
import { createMail } from './outgoing-mail.ts'

const WITHIN_MS = 5_000
const ANSWER_MAX_BYTES = 64 * 1024
const REQUEST_MAX_BYTES = 256 * 1024
/** A target that does not answer holds its own sockets for 5 s and nobody else's. */
const AGENT = { keepAlive: true, maxSockets: 16, maxTotalSockets: 512, maxFreeSockets: 2, timeout: 30_000 }

/**
 * The one door to addresses that people type in. The name is resolved once and judged, and the connection goes to what
 * was judged: a name that answers otherwise a moment later gets nobody in. No redirects, no proxies. The name, the
 * connection and the answer have `withinMs` together.
 */
export function createOutgoing(guard: Guard, withinMs = WITHIN_MS): Doors {
  const agents = { 'http:': new HttpAgent(AGENT), 'https:': new HttpsAgent(AGENT) }
  const ending = new AbortController()

  async function ask(asked: OutgoingRequest, signal: AbortSignal): Promise<Answer> {
    const url = new URL(asked.url)
    const judged = await orAborted(guard(url.hostname), signal)
    if (!judged.ok) return judged
    const secure = url.protocol === 'https:'
    const body = Buffer.from(asked.body)
    const options: RequestOptions = {
      method: asked.method,
      agent: agents[secure ? 'https:' : 'http:'],
      headers: { 'user-agent': 'shifen', ...asked.headers, ...(body.length > 0 && { 'content-length': body.length }) },
      lookup: pinned(judged.addresses),
      signal,
    }
    for (let again = false; ; again = true) {
      const sending = (secure ? httpsRequest : httpRequest)(url, options)
      try {
        return await answerTo(sending.end(body))
      } catch (error) {
        // The other side closed a connection that was kept open, just as it was used again.
        if (again || !sending.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
      }
    }
  }

  return {
    async post(asked) {
      const refused = refusalOf(asked)
      if (refused !== null) return { ok: false, reason: refused, retry: false }
      const timeout = AbortSignal.timeout(withinMs)
      try {
        return await ask(asked, AbortSignal.any([timeout, ending.signal]))
      } catch (error) {
        if (timeout.aborted) return { ok: false, reason: `no answer within ${withinMs / 1_000} s`, retry: true }
        const { code, message } = error as NodeJS.ErrnoException
        return { ok: false, reason: `no connection (${code ?? message})`, retry: code !== 'ERR_INVALID_CHAR' }
      }
    },
    mail: createMail(guard, withinMs, ending.signal),
    close() {
      ending.abort()
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** In words what is wrong with a request before it is sent; without the address, which may be a secret. */
function refusalOf({ url, body }: OutgoingRequest): string | null {
  if (!URL.canParse(url)) return 'the address is not a URL'
  const { protocol, username, password } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return 'the address must begin with http:// or https://'
  if (username !== '' || password !== '') return 'the address must not have user:password@ in it'
  if (Buffer.byteLength(body) > REQUEST_MAX_BYTES) return `a request has at most ${REQUEST_MAX_BYTES / 1_024} KB`
  return null
}

/** Answers what was judged, whatever the name stands for by now. */
function pinned(addresses: readonly [Vetted, ...Vetted[]]): LookupFunction {
  return (_name, { all }, answer) => {
    if (all === true) answer(null, [...addresses])
    else answer(null, addresses[0].address, addresses[0].family)
  }
}

function answerTo(sending: ReturnType<typeof httpRequest>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sending.on('error', reject)
    sending.on('response', (response: IncomingMessage) => {
      const status = response.statusCode ?? 0
      if (status >= 300 && status < 400) {
        sending.destroy()
        const reason = `it answered ${status} and points elsewhere; write the address that it points to`
        return resolve({ ok: false, reason, retry: false })
      }
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('error', reject)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= ANSWER_MAX_BYTES) return void chunks.push(chunk)
        sending.destroy()
        const reason = `it answered ${status} with more than ${ANSWER_MAX_BYTES / 1_024} KB`
        resolve({ ok: false, reason, retry: true })
      })
      response.on('end', () => {
        const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
        const body = Buffer.concat(chunks).toString('utf8')
        resolve({ ok: true, status, headers: Object.fromEntries(headers) as Record<string, string>, body })
      })
    })
  })
}

/** A name server that does not answer cannot be called off; it is not waited for. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(new Error('called off'))
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}
