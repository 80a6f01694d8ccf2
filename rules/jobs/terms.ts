import { covers } from '../commitments/covers.ts'
import { type Commitment, COMPLETION_NEEDS, type CompletionNeed, type Signer, type Ticket } from '../model.ts'

/**
 * The commitments of a ticket that cover it as it is. One that covers certain hours only is asked for the rest: a
 * ticket is done in other hours than it came in.
 */
export function termsOf(ticket: Ticket): Commitment[] {
  return ticket.commitments.filter(({ covers: of = {} }) => {
    const { hours: _hours, ...rest } = of
    return covers(rest, ticket, { at: ticket.openedAt, timezone: 'UTC' })
  })
}

/** What work does not count as complete without, by all that cover it. */
export function completionNeeds(ticket: Ticket): CompletionNeed[] {
  const asked = new Set(termsOf(ticket).flatMap(({ completion }) => completion?.needs ?? []))
  return COMPLETION_NEEDS.filter((need) => asked.has(need))
}

/** So long after completion rework is free: the longest that is promised; `null`: always. */
export function warrantyMs(ticket: Ticket): number | null {
  const promised = termsOf(ticket).flatMap(({ warranty }) => warranty?.withinMs ?? [])
  return promised.length === 0 ? null : Math.max(...promised)
}

/** Whether rework would be free: while the warranty runs, and always where none ends it. */
export const isUnderWarranty = ({ job: { warrantyUntil } }: Ticket, at: number): boolean =>
  warrantyUntil === null || at <= warrantyUntil

const BY_THE_CUSTOMER: NonNullable<Commitment['acceptance']> = { signers: ['customer'] }

/** Who has not signed yet. Every acceptance that is promised is to be met; where none is, the customer's. */
export function missingSigners(ticket: Ticket): Signer[] {
  const promised = termsOf(ticket).flatMap(({ acceptance }) => acceptance ?? [])
  const signed = new Set(ticket.job.signatures.map(({ signer }) => signer))
  const missing = (promised.length === 0 ? [BY_THE_CUSTOMER] : promised).flatMap(({ signers, instead }) =>
    signers.filter((signer) => {
      const isStoodInFor = signer === 'customer' && instead !== undefined && signed.has(instead)
      return !signed.has(signer) && !isStoodInFor
    }),
  )
  return [...new Set(missing)]
}

/** Whether a superior accepts it for a customer who cannot. */
export const isAcceptedBySuperior = ({ job }: Ticket): boolean =>
  job.signatures.some(({ signer }) => signer === 'superior') &&
  job.signatures.every(({ signer }) => signer !== 'customer')
