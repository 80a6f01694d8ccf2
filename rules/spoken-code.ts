import { createHmac, timingSafeEqual } from 'node:crypto'

/** Crockford's base 32: without I, L, O and U, which are misread. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const BITS_EACH = 5
const LENGTH = 8

/** 40 bits of an HMAC: eight letters and digits that can be read out by telephone or off a label. */
export function spokenCode(of: string, key: Buffer): string {
  const mac = createHmac('sha256', key).update(of).digest()
  let code = ''
  for (let at = 0; at < LENGTH; at++) {
    const bit = at * BITS_EACH
    const pair = mac.readUInt16BE(bit >> 3)
    code += LETTERS[(pair >> (16 - BITS_EACH - (bit & 7))) & 31]
  }
  return code
}

/** What is taken for another when it is read out or off a label, and for which. */
const READ_AS: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', Z: '2', S: '5', B: '8', U: 'V' }

function asRead(code: string): string {
  const bare = code.toUpperCase().replace(/[\s-]/g, '')
  return bare.replace(/[OILZSBU]/g, (each) => READ_AS[each]!)
}

/** In constant time; small letters, spaces, dashes and what looks alike (O for 0, I and L for 1, B for 8) are fine. */
export function isSpokenCode(given: string, of: string, key: Buffer): boolean {
  const right = Buffer.from(asRead(spokenCode(of, key)))
  const asked = Buffer.from(asRead(given))
  return asked.length === right.length && timingSafeEqual(asked, right)
}
