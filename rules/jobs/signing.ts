import {
  type Drawing,
  type Principal,
  Refusal,
  type RefusalFacts,
  type RefusalReason,
  type Signature,
  type Signer,
  type Ticket,
} from '../model.ts'
import { responderName } from '../plans/book.ts'
import { insertSignature } from '../storage/signatures.ts'
import type { Work } from '../work.ts'
import { signedForHash } from './signed-for.ts'
import { isOneOf, SUPERIORS } from './superiors.ts'
import { mustBeIn, ownTicket, seenTicket, writeJob } from './write.ts'

/** Somebody accepts the work with his name or his hand (验收). */
export interface SignCommand {
  type: 'sign_job'
  ticket: string
  signer: Signer
  /** Needed, but where a responder signs as himself. */
  name: string | undefined
  drawing: Drawing | null
}

export const SIGNATURES_MAX = 10

export async function signJob(work: Work, command: SignCommand, by: Principal) {
  const { signer, drawing } = command
  const isSuperior = signer === 'superior'
  const ticket = await (isSuperior ? seenTicket : ownTicket)(work, command.ticket, by)
  const name = by.role === 'responder' && signer !== 'customer' ? himself(work, ticket, command, by) : command.name
  if (name === undefined) throw new Refusal('invalid', 'name: say who signs', 'field_needed', { field: 'signature' })
  mustBeIn(ticket, 'to sign', ['completed'])
  const { signatures } = ticket.job
  if (signatures.length >= SIGNATURES_MAX) {
    throw new Refusal('conflict', `a ticket has at most ${SIGNATURES_MAX} signatures`, 'signatures_max', {
      max: SIGNATURES_MAX,
    })
  }
  const signature: Signature = {
    ...{ id: work.newId(), signer, name, at: work.now, by: by.name },
    ...{ drawn: drawing !== null, signedFor: signedForHash(ticket) },
  }
  await insertSignature(work.db, ticket.id, { ...signature, drawing })
  const signed = { ...ticket, job: { ...ticket.job, signatures: [...signatures, signature] } }
  const done = { action: 'sign', by: by.name, note: `${signer}: ${name}` }
  return { ticket: await writeJob(work, signed, done), id: signature.id }
}

/** The name of a responder who signs: his own, and as a superior only where he is one, and not of his own work. */
function himself(work: Work, ticket: Ticket, { signer, name }: SignCommand, by: Principal): string {
  const refuse = (message: string, reason: RefusalReason, facts: RefusalFacts = {}) => {
    throw new Refusal('forbidden', message, reason, facts)
  }
  const own = responderName(work.draft.plans(), by.name)
  if (name !== undefined && name !== own && name !== by.name)
    refuse(`you sign as yourself, ${own}: leave name out`, 'sign_as_self', { name: own })
  if (signer === 'superior') {
    if (!isOneOf(work, by.name, ticket.site, SUPERIORS)) {
      refuse(
        `to sign as superior needs a responder of site ${ticket.site} with the role ${SUPERIORS.join(' or ')}`,
        'not_superior',
      )
    }
    if (ticket.assignee === by.name) refuse('nobody accepts his own work as its superior', 'own_work')
  }
  return own
}
