import { createHash } from 'node:crypto'

/** What the first row of the log follows. */
export const GENESIS = '0'.repeat(64)

/**
 * The hash of a row of the log: SHA-256, in hexadecimal, of the hash before it and the row's columns as one JSON array
 * `[previous, id, at, by, action, subject, detail]`, `detail` being the text as it is stored.
 */
export function chained(
  previous: string,
  { id, at, by, action, subject, detail }: AuditColumns & { id: number },
): string {
  const row = JSON.stringify([previous, id, at, by, action, subject, detail])
  return createHash('sha256').update(row).digest('hex')
}

export interface AuditColumns {
  at: number
  by: string
  action: string
  subject: string
  detail: string
}
