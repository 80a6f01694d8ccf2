/** The part of Web Crypto that is needed; `randomUUID` is missing on plain http from another host. */
export interface RandomSource {
  randomUUID?: () => string
  getRandomValues(array: Uint8Array<ArrayBuffer>): Uint8Array
}

/** A random UUID (version 4), also where the page is not a secure context. */
export function newIdempotencyKey(source: RandomSource): string {
  if (source.randomUUID) return source.randomUUID()
  const bytes = source.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
