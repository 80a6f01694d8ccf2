import {
  type Arrival,
  type Job,
  type PhotoKind,
  Refusal,
  type Signature,
  type Ticket,
  type TicketAction,
} from '../model.ts'
import type { ActionDetails } from '../tickets/machine.ts'
import { missingNeeds } from './ready.ts'
import { signedForHash } from './signed-for.ts'
import { warrantyMs } from './terms.ts'

/** What is known beside what was asked: who acts, a new id, and which photos the ticket has. */
export interface Known {
  by: string
  id: string
  photos: readonly PhotoKind[]
}

export const NOTHING_KNOWN: Known = { by: '', id: '', photos: [] }

/** What an action writes down. Throws `Refusal` `conflict` where complete work lacks what its commitments need. */
export function jobAfter(ticket: Ticket, action: TicketAction, details: ActionDetails, now: number, known: Known): Job {
  const { job } = ticket
  if (action === 'arrive') return { ...job, arrival: job.arrival ?? arrivalOf(details, now, known) }
  if (action === 'complete') return completed(ticket, details, now, known)
  if (action === 'sign-off') return signedByName(ticket, details, now, known)
  return job
}

function arrivalOf({ place, device }: ActionDetails, at: number, { by }: Known): Arrival {
  const way = device !== undefined ? 'code' : place !== undefined ? 'place' : 'hand'
  const where = place === undefined ? null : { ...place, accuracyM: place.accuracyM ?? null }
  return { at, by, way, place: where, device: device ?? null }
}

function completed(ticket: Ticket, details: ActionDetails, now: number, { photos }: Known): Job {
  const { job } = ticket
  const cause = details.cause?.trim() || job.cause
  const measure = details.measure?.trim() || job.measure
  const isEdited = cause !== job.cause || measure !== job.measure
  const withinMs = warrantyMs(ticket)
  const after = {
    ...job,
    ...{ cause, measure, version: isEdited ? job.version + 1 : job.version },
    ...{ completedAt: now, warrantyUntil: withinMs === null ? null : now + withinMs },
  }
  const missing = missingNeeds(ticket, after, photos)
  if (missing.length > 0)
    throw new Refusal('conflict', `complete needs first: ${missing.join(', ')}`, 'needs', { needs: missing })
  return after
}

/** The customer's name where he has not signed by hand. */
function signedByName(ticket: Ticket, { signature }: ActionDetails, at: number, { by, id }: Known): Job {
  const { job } = ticket
  const name = signature?.trim() ?? ''
  if (name === '' || job.signatures.some(({ signer }) => signer === 'customer')) return job
  const signed: Signature = { id, signer: 'customer', name, at, by, drawn: false, signedFor: signedForHash(ticket) }
  return { ...job, signatures: [...job.signatures, signed] }
}
