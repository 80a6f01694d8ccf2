import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Tokens and device passwords are 32 random bytes: a plain SHA-256 of them can be stored and compared, no slow hash is
 * needed, and 5,000 devices that log in at once cost milliseconds.
 */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Keeps what must be readable again, such as a robot's key, from whoever reads the data file without our key. */
export interface Sealer {
  /** `of` is what the secret belongs to: under another name it does not open. */
  seal(secret: string, of: string): string
  /** `null`: not sealed with this key, or for something else. */
  open(sealed: string, of: string): string | null
  /** 32 bytes for signing links. */
  linkKey: Buffer
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
const SEALED = 'sealed1.'

/** `key`: at least 32 characters that nobody can guess. */
export function createSealer(key: string): Sealer {
  const derived = (use: string) => Buffer.from(hkdfSync('sha256', key, 'shifen', use, 32))
  const sealKey = derived('seal')
  return {
    seal(secret, of) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(of))
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return SEALED + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open(sealed, of) {
      const bytes = Buffer.from(sealed.slice(SEALED.length), 'base64url')
      if (!sealed.startsWith(SEALED) || bytes.length < NONCE_BYTES + TAG_BYTES) return null
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, NONCE_BYTES))
      decipher.setAAD(Buffer.from(of)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        const opened = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]
        return Buffer.concat(opened).toString('utf8')
      } catch {
        return null
      }
    },
    linkKey: derived('link'),
  }
}
