import { createHmac, timingSafeEqual } from 'node:crypto'

/** Crockford's base 32: no letter that is taken for a digit or another letter. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 8
const BITS = 5

/** What the label at a device says: who read it was there. The same for as long as the key is; `K7Q2-9XMD`. */
export function arrivalCode(device: string, key: Buffer): string {
  const mac = createHmac('sha256', key).update(`arrival:${device}`).digest()
  let bits = BigInt(`0x${mac.subarray(0, (LENGTH * BITS) / 8).toString('hex')}`)
  let code = ''
  for (let place = 0; place < LENGTH; place++) {
    code = LETTERS[Number(bits & 31n)]! + code
    bits >>= BigInt(BITS)
  }
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`
}

/** Which of these devices' label it is; `null`: none's. Small letters, hyphens and what looks alike do not matter. */
export function deviceOfCode(code: string, devices: Iterable<string>, key: Buffer): string | null {
  const given = Buffer.from(plain(code))
  let found: string | null = null
  for (const device of devices) {
    const right = Buffer.from(plain(arrivalCode(device, key)))
    if (given.length === right.length && timingSafeEqual(given, right)) found = device
  }
  return found
}

const plain = (code: string) =>
  code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
