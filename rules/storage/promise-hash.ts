import { createHash } from 'node:crypto'

/** SHA-256, in hexadecimal, of commitments as JSON. */
export const promiseHash = (body: string): string => createHash('sha256').update(body).digest('hex')
