import {
  type Arrival,
  FIRM_ARRIVED,
  type Milestone,
  type Party,
  Refusal,
  type Signer,
  type Ticket,
  TICKET_ACTIONS,
  type TicketAction,
  type TicketClock,
  type TicketState,
  WORKING_STATES,
} from '../model.ts'
import { cancelClocks, meetClocks } from '../commitments/clocks.ts'
import { jobAfter, type Known, NOTHING_KNOWN } from '../jobs/acted.ts'
import { obstacleTo, unsigned } from '../jobs/ready.ts'
import { isAcceptedBySuperior, missingSigners } from '../jobs/terms.ts'

interface Transition {
  from: readonly TicketState[]
  /** `null`: the state stays. */
  to: TicketState | null
  reaches: readonly Milestone[]
}

/** Nobody is there yet. */
export const BEFORE_SITE = ['pending_dispatch', 'assigned', 'accepted', 'en_route'] as const
const ENDED = ['completed', 'signed_off', 'closed'] as const
/** An answer needs nobody at the door. */
const ANSWERED_FROM = ['accepted', 'en_route', 'on_site'] as const

const TRANSITIONS: Record<TicketAction, Transition> = {
  contact: { from: WORKING_STATES, to: null, reaches: ['respond'] },
  assign: { from: BEFORE_SITE, to: 'assigned', reaches: ['dispatch'] },
  accept: { from: ['assigned'], to: 'accepted', reaches: ['accept', 'respond'] },
  decline: { from: ['assigned', 'accepted'], to: 'pending_dispatch', reaches: [] },
  depart: { from: ['accepted'], to: 'en_route', reaches: [] },
  arrive: { from: ['en_route'], to: 'on_site', reaches: ['arrive'] },
  'first-handling': { from: ['on_site'], to: null, reaches: ['first_handling'] },
  hold: { from: ['on_site'], to: 'on_hold', reaches: [] },
  resume: { from: ['on_hold'], to: 'on_site', reaches: [] },
  complete: { from: ['on_site'], to: 'completed', reaches: ['first_handling', 'complete'] },
  'sign-off': { from: ['completed'], to: 'signed_off', reaches: [] },
  close: { from: ['signed_off'], to: 'closed', reaches: [] },
  cancel: { from: WORKING_STATES, to: 'cancelled', reaches: [] },
  rework: { from: ENDED, to: null, reaches: [] },
}

export interface ActionDetails {
  /** Who is to go; needed by `assign`. */
  assignee?: string | undefined
  /** The customer's name; needed by `sign-off` where he has not signed by hand. */
  signature?: string | undefined
  /** Why; needed by `hold`, `cancel`, and a `sign-off` that a superior accepted. */
  note?: string | undefined
  /** Of `arrive`: who is there; absent: the property's own. */
  party?: Party | undefined
  /** Of `arrive`: where, and whose label was read there. */
  place?: (Omit<NonNullable<Arrival['place']>, 'accuracyM'> & { accuracyM?: number | null | undefined }) | undefined
  device?: string | undefined
  /** Of `complete`: what it came from and what was done; absent: as written earlier. */
  cause?: string | undefined
  measure?: string | undefined
  /** Of `complete`: refused as `stale` unless the job has one of these versions; absent: any. */
  ifVersions?: readonly number[] | undefined
  /** Of `rework`: when somebody comes. */
  appointmentAt?: number | undefined
}

/** What its state allows and nothing that the ticket itself tells stands in the way of. */
export function allowedActions(ticket: Ticket): TicketAction[] {
  return TICKET_ACTIONS.filter((action) => {
    const isInState = statesFor(action, ticket).some((state) => state === ticket.state)
    return isInState && obstacleTo(ticket, action) === null
  })
}

function statesFor(action: TicketAction, { kind }: Ticket): readonly TicketState[] {
  if (action !== 'complete') return TRANSITIONS[action].from
  // Of a complaint something else stands in the way: it is settled.
  if (kind === 'complaint') return WORKING_STATES
  return kind === 'request' ? ANSWERED_FROM : TRANSITIONS[action].from
}

/** Why an action is not for the state that the ticket is in, what is allowed now, and in which states it would be. */
export function notInState(ticket: Ticket, action: TicketAction, why = ''): string {
  const now = allowedActions(ticket).join(', ') || 'nothing'
  const refused = `${action} is not allowed while the ticket is ${ticket.state}${why && `: ${why}`}`
  return `${refused}; allowed: ${now}; ${action} is allowed while ${either(statesFor(action, ticket))}`
}

const either = (states: readonly TicketState[]) => states.join(' or ')

/**
 * The ticket after an action. Throws `Refusal`: `conflict` where its state forbids it or something is to be settled
 * first, `invalid` without its needs.
 */
export function actOnTicket(
  ticket: Ticket,
  action: TicketAction,
  details: ActionDetails,
  now: number,
  known: Known = NOTHING_KNOWN,
): Ticket {
  if (details.party === 'maintenance_firm') return firmActed(ticket, action, now)
  if (!statesFor(action, ticket).includes(ticket.state))
    throw new Refusal('conflict', notInState(ticket, action), 'in_state', { state: ticket.state })
  const obstacle = obstacleTo(ticket, action)
  if (obstacle !== null)
    throw new Refusal('conflict', `${action} has to wait: ${obstacle.text}`, obstacle.reason, obstacle.facts)
  const { to, reaches } = TRANSITIONS[action]
  const moved: Ticket = {
    ...ticket,
    state: to ?? ticket.state,
    updatedAt: now,
    clocks: meetClocks(ticket.clocks, reaches, now),
    reached: { ...Object.fromEntries(reaches.map((milestone) => [milestone, now])), ...ticket.reached },
    job: jobAfter(ticket, action, details, now, known),
  }
  switch (action) {
    case 'assign':
      return {
        ...moved,
        assignee: needed(details.assignee, 'assignee', 'assign needs `assignee`: who is to go'),
        reached: without(moved.reached, ['accept']),
      }
    case 'decline':
      return { ...moved, assignee: null, reached: without(moved.reached, ['dispatch', 'accept']) }
    case 'sign-off':
      return accepted(moved, details)
    case 'close':
      return { ...moved, closedAt: now }
    case 'cancel':
      needed(details.note, 'note', 'cancel needs `note`: why nobody has to go')
      return { ...moved, closedAt: now, clocks: cancelClocks(ticket.clocks, now) }
    case 'contact':
    case 'accept':
    case 'depart':
    case 'arrive':
    case 'first-handling':
    case 'resume':
    case 'rework':
      return moved
    case 'hold':
      needed(details.note, 'note', 'hold needs `note`: why the work cannot go on')
      return moved
    case 'complete':
      return ticket.state === 'on_site' ? moved : { ...moved, clocks: withoutArrival(moved.clocks, now) }
  }
}

/** Somebody who may accepts the work; the signature is told of whoever did. */
function accepted(ticket: Ticket, { note }: ActionDetails): Ticket {
  const missing = missingSigners(ticket)
  if (missing.length > 0) {
    const { text, reason, facts } = unsigned(missing)
    throw new Refusal(
      'invalid',
      `sign-off needs \`signature\`, the name of who accepts the work: ${text}`,
      reason,
      facts,
    )
  }
  const bySuperior = isAcceptedBySuperior(ticket)
  if (bySuperior)
    needed(note, 'note', 'sign-off by a superior needs `note`: why the customer cannot accept the work himself')
  const by = (who: Signer) => ticket.job.signatures.findLast(({ signer }) => signer === who)
  const { name, at } = (by('customer') ?? by('superior') ?? by('responder'))!
  return { ...ticket, signature: { name, at } }
}

/** What was answered from afar: nobody has to come any more. What is late already stays so. */
function withoutArrival(clocks: Ticket['clocks'], now: number): Ticket['clocks'] {
  const isOurs = ({ milestone, party }: TicketClock) => milestone === 'arrive' && party === 'property'
  return clocks.flatMap((clock) => (isOurs(clock) ? cancelClocks([clock], now) : [clock]))
}

/** The maintenance firm comes by its own ways: its arrival stops its clocks and moves the property's work nowhere. */
function firmActed(ticket: Ticket, action: TicketAction, now: number): Ticket {
  if (action !== 'arrive')
    throw new Refusal('invalid', 'party: only arrive is told of the maintenance firm; leave it out')
  if (!WORKING_STATES.some((state) => state === ticket.state)) {
    const when = `the firm's arrival is told while it is ${either(WORKING_STATES)}`
    throw new Refusal(
      'conflict',
      `nobody is awaited any more: the ticket is ${ticket.state}; ${when}`,
      'firm_not_awaited',
      { state: ticket.state },
    )
  }
  return {
    ...ticket,
    updatedAt: now,
    clocks: meetClocks(ticket.clocks, ['arrive'], now, 'maintenance_firm'),
    reached: { [FIRM_ARRIVED]: now, ...ticket.reached },
  }
}

/** What is taken back: nobody is coming any more, or somebody else who has not accepted yet. */
function without(reached: Ticket['reached'], milestones: readonly string[]): Ticket['reached'] {
  return Object.fromEntries(Object.entries(reached).filter(([milestone]) => !milestones.includes(milestone)))
}

function needed(value: string | undefined, field: string, message: string): string {
  const text = value?.trim() ?? ''
  if (text === '') throw new Refusal('invalid', message, 'field_needed', { field })
  return text
}
