/** What channels need of the world outside: one request, one letter. Neither ever throws. */

export interface OutgoingRequest {
  url: string
  method: 'GET' | 'POST' | 'PUT'
  headers: Readonly<Record<string, string>>
  /** `''`: without one. */
  body: string
}

/**
 * What came back, header names in lower case. `ok: false`: no answer that counts, and why, without the address in it;
 * `retry: false`: the same request will not do better (an address inside, a redirect).
 */
export type Answer =
  | { ok: true; status: number; headers: Readonly<Record<string, string>>; body: string }
  | { ok: false; reason: string; retry: boolean }

export type Post = (request: OutgoingRequest) => Promise<Answer>

export interface Letter {
  server: {
    host: string
    port: number
    /** `tls`: from the first byte (465); `starttls`: it must be upgraded (587); `none`: never, inside a building. */
    security: 'tls' | 'starttls' | 'none'
    user: string | null
    password: string | null
  }
  from: string
  to: readonly string[]
  subject: string
  text: string
  html: string
  /** With its angle brackets; the same at every try. */
  messageId: string
}

/** `status`: the SMTP code, where the server answered. */
export type Posted = { ok: true; answer: string } | { ok: false; reason: string; status: number | null; retry: boolean }

export type Mail = (letter: Letter) => Promise<Posted>

/** Over HTTP or HTTPS, and without a login in it, which would be shown and logged. */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}
