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

/** In constant time; small letters, spaces, dashes and letters read for digits (O for 0, I and L for 1) are fine. */
export function isSpokenCode(given: string, of: string, key: Buffer): boolean {
  const meant = given.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  const right = Buffer.from(spokenCode(of, key))
  const asked = Buffer.from(meant)
  return asked.length === right.length && timingSafeEqual(asked, right)
}
