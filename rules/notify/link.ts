import { HOUR_MS } from '../model.ts'
import { readSigned, sign } from '../signed.ts'
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

export function signLink({ ticket, responder, notice, expiresAt }: AcceptLink, key: Buffer): string {
  return sign('accept', [ticket, responder, notice, expiresAt], key)
}

/** Expired from `expiresAt` on. */
export function readLink(token: string, key: Buffer, now: number): ReadLink {
  const fields = readSigned('accept', token, key) as [string, string, string, number] | null
  if (fields === null) return { ok: false, why: 'invalid' }
  const [ticket, responder, notice, expiresAt] = fields
  if (now >= expiresAt) return { ok: false, why: 'expired' }
  return { ok: true, link: { ticket, responder, notice, expiresAt } }
}

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
