import { createHash } from 'node:crypto'
import type { Ticket } from '../model.ts'

/**
 * What somebody who signs accepts, as canonical JSON (RFC 8785: keys in order, no spaces): `cause`, `completedAt` in
 * ISO 8601 (UTC), `costs` with `kind`, `name`, `quantity`, `unit`, `unitPriceFen` of each line, `measure`, and the
 * `number` of the ticket, so that it is of no other. The price that he agreed to is kept with its own name and time.
 */
export function signedText({ number, job: { cause, completedAt, costs, measure } }: Ticket): string {
  const lines = costs.map(({ kind, name, quantity, unit, unitPriceFen }) => ({
    ...{ kind, name, quantity, unit, unitPriceFen },
  }))
  const completed = completedAt === null ? null : new Date(completedAt).toISOString()
  return JSON.stringify({ cause, completedAt: completed, costs: lines, measure, number })
}

/** SHA-256, in hexadecimal. */
export const signedForHash = (ticket: Ticket): string => createHash('sha256').update(signedText(ticket)).digest('hex')

/** The beginning of a hash, as it is printed: `3f2a 9c81 04de`. */
export const markOf = (hash: string): string => hash.slice(0, 12).replace(/.{4}(?=.)/g, '$& ')

/** Who accepted the work, and when: the customer or the superior in his place, else whose signature signed it off. */
export const acceptanceOf = ({ job, signature }: Ticket): { name: string; at: number } | null =>
  job.signatures.find(({ signer }) => signer !== 'responder') ?? signature
