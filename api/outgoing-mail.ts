import { createTransport } from 'nodemailer'
import { isIP } from 'node:net'
import type { Letter, Mail, Posted } from '../rules/notify/post.ts'
import type { Guard } from './outgoing-guard.ts'

/**
 * Letters through any SMTP server, at the address that was judged; its certificate must still have its name. To
 * connect, to greet and every answer have `stepWithinMs` each, and all of it twice that.
 */
export function createMail(guard: Guard, stepWithinMs: number, ending: AbortSignal): Mail {
  const withinMs = 2 * stepWithinMs

  async function post(letter: Letter): Promise<Posted> {
    const judged = await guard(letter.server.host)
    if (!judged.ok) return { ...judged, status: null }
    const transport = transportTo(judged.addresses[0].address, letter.server, stepWithinMs)
    const { from, to, subject, text, html, messageId } = letter
    const sending = transport.sendMail({ from, to: [...to], subject, text, html, messageId })
    return sending.then(({ response }): Posted => ({ ok: true, answer: response }), failureOf)
  }

  return (letter) => {
    const timeout = AbortSignal.timeout(withinMs)
    const over = new Promise<Posted>((resolve) => {
      const reason = () => (timeout.aborted ? `no answer within ${withinMs / 1_000} s` : 'the service stops')
      const broken = () => resolve({ ok: false, reason: reason(), status: null, retry: true })
      AbortSignal.any([timeout, ending]).addEventListener('abort', broken, { once: true })
    })
    return Promise.race([post(letter).catch(failureOf), over])
  }
}

function transportTo(address: string, { host, port, security, user, password }: Letter['server'], withinMs: number) {
  return createTransport({
    host: address,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(isIP(host) === 0 && { tls: { servername: host } }),
    ...(user !== null && { auth: { user, pass: password ?? '' } }),
    connectionTimeout: withinMs,
    greetingTimeout: withinMs,
    socketTimeout: withinMs,
    // A letter is only what it says: no file and no page is read into it.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function failureOf(error: NodeJS.ErrnoException & { responseCode?: number; response?: string }): Posted {
  const { responseCode, response, code, message } = error
  if (responseCode !== undefined) return { ok: false, reason: response ?? message, status: responseCode, retry: true }
  // A wrong login or certificate stays wrong; a connection may come back.
  return { ok: false, reason: `${code ?? 'failed'}: ${message}`, status: null, retry: code !== 'EAUTH' }
}
