import type { RefusalFacts, RefusalReason } from '../../../../rules/model.ts'
import type { FieldFault } from './types.ts'

const TIMEOUT_MS = 15_000
const UPLOAD_TIMEOUT_MS = 120_000

/** What the service told when it refused (RFC 9457). */
export interface Told {
  status: number
  /** In English. */
  detail: string
  /** Stable; `null` where only the sentence says why. */
  reason: RefusalReason | null
  facts: RefusalFacts
}

/** The service answered, and refused. */
export class ApiProblem extends Error {
  readonly told: Told
  /** Of single fields; empty where the whole request was refused. */
  readonly errors: readonly FieldFault[]
  constructor(told: Told, errors: readonly FieldFault[] = []) {
    super(told.detail || `HTTP ${told.status}`)
    this.name = 'ApiProblem'
    this.told = told
    this.errors = errors
  }
  get status(): number {
    return this.told.status
  }
}

/** No answer: whether the request was carried out is not known. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('no answer from the service', { cause })
    this.name = 'Unreachable'
  }
}

export interface ClientOptions {
  /** Address of `/api/v1/`, with the final slash. */
  baseUrl: string
  fetch: typeof fetch
  /** Called once for each answer of 401, before the error is thrown. */
  onUnauthorized: () => void
}

export interface SendOptions {
  /** The same key with the same request is done once, however often it is sent. */
  idempotencyKey?: string
  /** An ETag: refused with 412 where somebody changed it since. */
  ifMatch?: string
  signal?: AbortSignal
}

export interface Download {
  blob: Blob
  /** As the service calls the file. */
  name: string
}

/** What carries requests; the files beside it say which there are. Calls throw `ApiProblem` or `Unreachable`. */
export interface Client {
  get<T>(path: string, signal?: AbortSignal): Promise<T>
  send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown, options?: SendOptions): Promise<T>
  /** Bytes, such as a photo. */
  upload<T>(path: string, bytes: Blob, options?: SendOptions): Promise<T>
  /** Where something is that the browser itself is to fetch: a picture, a file to keep. */
  addressOf(path: string): string
  /** A file that comes in pieces; `onBytes` hears how much of it is here. Refusals as elsewhere. */
  download(path: string, onBytes: (received: number) => void, signal: AbortSignal): Promise<Download>
  /** Opens the event stream and returns its body; `lastEventId` asks to go on from there. */
  live(lastEventId: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
}

/** The session travels in an HttpOnly cookie. */
export function createClient({ baseUrl, fetch, onUnauthorized }: ClientOptions): Client {
  async function exchange(path: string, request: RequestInit, timeoutMs: number, signal?: AbortSignal) {
    const abort = new AbortController()
    const giveUp = () => abort.abort()
    const timer = setTimeout(giveUp, timeoutMs)
    signal?.addEventListener('abort', giveUp)
    if (signal?.aborted) giveUp()
    try {
      const response = await fetch(baseUrl + path, { ...request, signal: abort.signal })
      return { response, text: await response.text() }
    } catch (error) {
      throw new Unreachable(error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async function call<T>(path: string, request: RequestInit, timeoutMs = TIMEOUT_MS, signal?: AbortSignal): Promise<T> {
    const { response, text } = await exchange(path, request, timeoutMs, signal)
    if (!response.ok) {
      if (response.status === 401) onUnauthorized()
      throw problemOf(response.status, text)
    }
    try {
      return (text === '' ? undefined : JSON.parse(text)) as T
    } catch (error) {
      // Not the service: the login page of somebody's network answers everything with 200.
      throw new Unreachable(error)
    }
  }

  // A form of another site cannot set X-Shifen-Request, which is how the service tells our requests from forged ones.
  const headersOf = ({ idempotencyKey, ifMatch }: SendOptions): Record<string, string> => ({
    'X-Shifen-Request': '1',
    ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
    ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
  })

  return {
    get: (path, signal) => call(path, { method: 'GET' }, TIMEOUT_MS, signal),
    send(method, path, body, options = {}) {
      const headers = headersOf(options)
      if (body === undefined) return call(path, { method, headers }, TIMEOUT_MS, options.signal)
      const json = { ...headers, 'Content-Type': 'application/json' }
      return call(path, { method, headers: json, body: JSON.stringify(body) }, TIMEOUT_MS, options.signal)
    },
    upload(path, bytes, options = {}) {
      const headers = { ...headersOf(options), 'Content-Type': bytes.type }
      return call(path, { method: 'POST', headers, body: bytes }, UPLOAD_TIMEOUT_MS, options.signal)
    },
    addressOf: (path) => baseUrl + path,
    async download(path, onBytes, signal) {
      const response = await fetch(baseUrl + path, { signal }).catch((error: unknown) => {
        throw new Unreachable(error)
      })
      if (!response.ok || !response.body) {
        if (response.status === 401) onUnauthorized()
        throw problemOf(response.status, await response.text())
      }
      const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'download'
      try {
        return { blob: new Blob(await piecesOf(response.body, onBytes)), name }
      } catch (error) {
        throw new Unreachable(error)
      }
    },
    async live(lastEventId, signal) {
      const headers: Record<string, string> = { Accept: 'text/event-stream' }
      if (lastEventId !== null) headers['Last-Event-ID'] = lastEventId
      const response = await fetch(baseUrl + 'live', { headers, signal })
      if (response.ok && response.body && isEventStream(response)) return response.body
      if (response.status === 401) onUnauthorized()
      throw problemOf(response.status, await response.text())
    },
  }
}

const isEventStream = ({ headers }: Response) => headers.get('content-type')?.startsWith('text/event-stream')

async function piecesOf(
  body: ReadableStream<Uint8Array>,
  onBytes: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const reader = body.getReader()
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let received = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return pieces
    pieces.push(value.slice())
    received += value.byteLength
    onBytes(received)
  }
}

function problemOf(status: number, text: string): ApiProblem {
  try {
    const {
      title,
      detail,
      reason = null,
      facts = {},
      errors = [],
    } = JSON.parse(text) as Partial<Told> & {
      title?: string
      errors?: readonly FieldFault[]
    }
    return new ApiProblem({ status, detail: detail || title || '', reason, facts }, errors)
  } catch {
    return new ApiProblem({ status, detail: '', reason: null, facts: {} })
  }
}
