import type {
  CompletionNeed,
  Job,
  PhotoKind,
  Priority,
  RefusalFacts,
  RefusalReason,
  Ticket,
  TicketAction,
} from '../model.ts'
import { totalFen } from './costs.ts'
import { completionNeeds, missingSigners } from './terms.ts'

/** What must have been settled before somebody goes on: approval, price, consent, signatures. */
export interface Obstacle {
  /** A sentence. */
  text: string
  reason: RefusalReason
  facts: RefusalFacts
}

/** What documents name as emergencies, however urgent somebody reported it. */
const NAMED = ['water.burst', 'water.leak_key_place', 'power.cut', 'elevator.entrapment']

/** An emergency is never held up. */
export const isEmergency = ({ priority, problems }: Pick<Ticket, 'priority' | 'problems'>): boolean =>
  priority === 'critical' || problems.some((problem) => NAMED.includes(problem))

/** How urgent a report is that does not say so itself. */
export const usualPriority = (problems: readonly string[]): Priority =>
  isEmergency({ priority: 'medium', problems }) ? 'critical' : 'medium'

const unapproved = ({ job: { approval } }: Ticket): Obstacle | null => {
  if (approval === null || approval.state === 'given') return null
  const { by, note, state } = approval
  const how = state === 'refused' ? `refused by ${by}: ${note}` : 'not approved yet'
  const text =
    `the work order is ${how}; a supervisor, engineering_manager or general_manager of the site, a dispatcher or an ` +
    'admin approves it: POST /tickets/{id}/approve'
  if (state === 'refused') return { text, reason: 'approval_refused', facts: { by: by ?? '', note } }
  return { text, reason: 'approval_awaited', facts: {} }
}

const unagreed = ({ job: { charge } }: Ticket): Obstacle | null => {
  if (!charge.paid || charge.agreed !== null) return null
  const fen = charge.quotedFen
  if (fen === null) {
    const text = 'the customer pays for it and was not told the price yet: POST /tickets/{id}/quote, then agree'
    return { text, reason: 'price_untold', facts: {} }
  }
  const text = `the customer did not agree to ${fen} fen yet: POST /tickets/{id}/agree`
  return { text, reason: 'price_unagreed', facts: { fen } }
}

const beyondAgreed = ({ job: { charge, costs } }: Ticket): Obstacle | null => {
  const total = totalFen(costs)
  const agreed = charge.quotedFen ?? 0
  if (!charge.paid || total <= agreed) return null
  const sum = `it costs ${total} fen and ${agreed} were agreed`
  const text = `${sum}: quote the new sum and have it agreed, or correct the costs`
  return { text, reason: 'price_exceeded', facts: { fen: total, agreedFen: agreed } }
}

const undecided = ({ job: { consents } }: Ticket): Obstacle | null => {
  const asked = consents.find(({ state }) => state === 'asked')
  if (!asked) return null
  const text =
    `consent to "${asked.what}" is not decided yet; an engineering_manager or general_manager of the site or an ` +
    `admin gives or refuses it: POST /tickets/{id}/consents/${asked.id}/give`
  return { text, reason: 'consent_awaited', facts: { what: asked.what } }
}

/** Completed like a repair it would have neither a cause nor what prevents it next time. */
const unsettled = ({ id }: Ticket): Obstacle => ({
  text:
    'a complaint is settled, with its answer, its cause and what prevents it next time: ' +
    `POST /api/v1/complaints/${id}/settle`,
  reason: 'complaint_settled',
  facts: {},
})

/** Its answer is not repaired: whom it does not satisfy complains anew. */
const unrepaired: Obstacle = {
  text:
    'a complaint is not repaired again: close it as not satisfied, which opens the next one, or ask for rework of ' +
    'what it is about',
  reason: 'complaint_rework',
  facts: {},
}

const GATES: Partial<Record<TicketAction, readonly ((ticket: Ticket) => Obstacle | null)[]>> = {
  depart: [unapproved],
  arrive: [unapproved],
  'first-handling': [unapproved, unagreed],
  complete: [unapproved, unagreed, beyondAgreed, undecided],
}

/** Why an action has to wait, as far as the ticket itself tells. */
export function obstacleTo(ticket: Ticket, action: TicketAction): Obstacle | null {
  // The customer's name may come with the sign-off itself.
  if (action === 'sign-off') {
    const missing = missingSigners(ticket)
    return missing.every((signer) => signer === 'customer') ? null : unsigned(missing)
  }
  if (action === 'complete' && ticket.kind === 'complaint') return unsettled(ticket)
  if (action === 'rework' && ticket.kind === 'complaint') return unrepaired
  if (isEmergency(ticket)) return null
  for (const gate of GATES[action] ?? []) {
    const obstacle = gate(ticket)
    if (obstacle !== null) return obstacle
  }
  return null
}

/** `missing`: at least one. */
export const unsigned = (missing: readonly string[]): Obstacle => ({
  text: `not signed yet by: ${missing.join(', ')}; POST /tickets/{id}/signatures`,
  reason: 'unsigned',
  facts: { signers: missing },
})

/** Of paid work: that its price was not agreed, or less of it. `null` where it was, or nobody pays. */
export const priceObstacle = (ticket: Ticket): Obstacle | null => unagreed(ticket) ?? beyondAgreed(ticket)

/** What is promised to be written or shown before work counts as complete, and is not there. */
export function missingNeeds(ticket: Ticket, job: Job, photos: readonly PhotoKind[]): CompletionNeed[] {
  const isThere: Record<CompletionNeed, boolean> = {
    cause: job.cause !== '',
    measure: job.measure !== '',
    photo_before: photos.includes('before'),
    photo_after: photos.includes('after'),
  }
  return completionNeeds(ticket).filter((need) => !isThere[need])
}
