import { createHash, randomBytes } from 'node:crypto'

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
