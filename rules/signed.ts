import { createHmac, timingSafeEqual } from 'node:crypto'

/** Fields that were given out in a link and come back unchanged, or not at all. Each use has signatures of its own. */
export type SignedUse = 'accept' | 'follow-up' | 'survey'

const TOKEN_MAX = 600

/** Two parts in base64url, what it says and its HMAC-SHA256, so that it is short enough for a text message. */
export function sign(use: SignedUse, fields: readonly (string | number)[], key: Buffer): string {
  const said = Buffer.from(JSON.stringify(fields)).toString('base64url')
  return `${said}.${macOf(use, said, key).toString('base64url')}`
}

/** Compares in constant time, and reads nothing that was not signed for this use: then it is `null`. */
export function readSigned(use: SignedUse, token: string, key: Buffer): unknown {
  const [said = '', mac = '', ...more] = token.length <= TOKEN_MAX ? token.split('.') : []
  const given = Buffer.from(mac, 'base64url')
  const right = macOf(use, said, key)
  // The decoder is lenient; one link has one spelling, or it could be used twice.
  const isSpelledSo = more.length === 0 && given.toString('base64url') === mac
  if (!isSpelledSo || given.length !== right.length || !timingSafeEqual(given, right)) return null
  return JSON.parse(Buffer.from(said, 'base64url').toString()) as unknown
}

const macOf = (use: SignedUse, said: string, key: Buffer) => createHmac('sha256', key).update(`${use}:${said}`).digest()
