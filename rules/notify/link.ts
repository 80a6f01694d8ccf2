import { createHmac, timingSafeEqual } from 'node:crypto'
import { HOUR_MS } from '../model.ts'
import type { LinkOf } from './message.ts'

/** Lets its holder accept one ticket for one responder, once, until it expires. */
export interface AcceptLink {
  ticket: string
  responder: string
  notice: string
  expiresAt: number
}

export type ReadLink = { ok: true; link: AcceptLink } | { ok: false; why: 'invalid' | 'expired' }

const EXPIRES_AFTER_MS = 2 * HOUR_MS
const TOKEN_MAX = 600

/** Two parts in base64url, what it says and its HMAC-SHA256, so that it is short enough for a text message. */
export function signLink({ ticket, responder, notice, expiresAt }: AcceptLink, key: Buffer): string {
  const said = Buffer.from(JSON.stringify([ticket, responder, notice, expiresAt])).toString('base64url')
  return `${said}.${macOf(said, key).toString('base64url')}`
}

/** Compares in constant time, and reads nothing that was not signed. Expired from `expiresAt` on. */
export function readLink(token: string, key: Buffer, now: number): ReadLink {
  const [said = '', mac = '', ...more] = token.length <= TOKEN_MAX ? token.split('.') : []
  const given = Buffer.from(mac, 'base64url')
  const right = macOf(said, key)
  // The decoder is lenient; one link has one spelling, or it could be used twice.
  const isSpelledSo = more.length === 0 && given.toString('base64url') === mac
  if (!isSpelledSo || given.length !== right.length || !timingSafeEqual(given, right))
    return { ok: false, why: 'invalid' }
  const fields = JSON.parse(Buffer.from(said, 'base64url').toString()) as [string, string, string, number]
  const [ticket, responder, notice, expiresAt] = fields
  if (now >= expiresAt) return { ok: false, why: 'expired' }
  return { ok: true, link: { ticket, responder, notice, expiresAt } }
}

const macOf = (said: string, key: Buffer) => createHmac('sha256', key).update(`accept:${said}`).digest()

/**
 * Of a notice that calls somebody to a ticket, and the same at every try. `publicUrl` answers where people reach the
 * service, without a slash at its end.
 */
export function createLinkOf(key: Buffer, publicUrl: () => string): LinkOf {
  return ({ id, kind, ticket, recipient, createdAt }) => {
    if (kind !== 'ticket.call' || ticket === null || recipient === null) return null
    const link = { ticket, responder: recipient, notice: id, expiresAt: createdAt + EXPIRES_AFTER_MS }
    return `${publicUrl()}/accept/${signLink(link, key)}`
  }
}
