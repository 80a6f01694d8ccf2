import type { TicketAction } from '../../../../rules/model.ts'
import type { AlarmAction, AlarmView, Page, SessionInfo, SiteInfo, TicketActionBody, TicketView } from './types.ts'

const TIMEOUT_MS = 15_000

/** The service answered, and refused (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number
  constructor(status: number, title: string, detail: string) {
    super(detail || title || `HTTP ${status}`)
    this.name = 'ApiProblem'
    this.status = status
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

export type Client = ReturnType<typeof createClient>

/** The API, typed. Every call throws `ApiProblem` or `Unreachable`. The session travels in an HttpOnly cookie. */
export function createClient({ baseUrl, fetch, onUnauthorized }: ClientOptions) {
  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
    const request: RequestInit = { method, signal: abort.signal }
    // A form of another site cannot set this header, which is how the service tells our requests from forged ones.
    request.headers = method === 'GET' ? headers : { 'X-Shifen-Request': '1', ...headers }
    if (body !== undefined) {
      request.headers = { 'Content-Type': 'application/json', ...request.headers }
      request.body = JSON.stringify(body)
    }
    try {
      const response = await fetch(baseUrl + path, request)
      return { response, text: await response.text() }
    } catch (error) {
      throw new Unreachable(error)
    } finally {
      clearTimeout(timer)
    }
  }

  async function call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const { response, text } = await send(method, path, body, headers)
    if (!response.ok) {
      if (response.status === 401) onUnauthorized()
      throw problemOf(response.status, text)
    }
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  const act = <T>(path: string, body: object, idempotencyKey: string) =>
    call<T>('POST', path, body, { 'Idempotency-Key': idempotencyKey })

  return {
    session: () => call<SessionInfo>('GET', 'session'),
    signIn: (token: string) => call<SessionInfo>('POST', 'session', { token }),
    signOut: () => call<undefined>('DELETE', 'session'),
    sites: () => call<Page<SiteInfo>>('GET', 'sites?limit=500'),
    actOnTicket: (id: string, action: TicketAction, body: TicketActionBody, idempotencyKey: string) =>
      act<TicketView>(`tickets/${encodeURIComponent(id)}/${action}`, body, idempotencyKey),
    actOnAlarm: (id: string, action: AlarmAction, idempotencyKey: string) =>
      act<AlarmView>(`alarms/${encodeURIComponent(id)}/${action}`, {}, idempotencyKey),

    /** Opens the event stream and returns its body; `lastEventId` asks to go on from there. */
    async live(lastEventId: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
      const headers: Record<string, string> = { Accept: 'text/event-stream' }
      if (lastEventId !== null) headers['Last-Event-ID'] = lastEventId
      const response = await fetch(baseUrl + 'live', { headers, signal })
      if (response.ok && response.body) return response.body
      if (response.status === 401) onUnauthorized()
      throw problemOf(response.status, await response.text())
    },
  }
}

function problemOf(status: number, text: string): ApiProblem {
  try {
    const { title, detail } = JSON.parse(text) as { title?: unknown; detail?: unknown }
    return new ApiProblem(status, typeof title === 'string' ? title : '', typeof detail === 'string' ? detail : '')
  } catch {
    return new ApiProblem(status, '', '')
  }
}
