import {
  FIRM_ARRIVED,
  type Milestone,
  type Party,
  Refusal,
  type Ticket,
  TICKET_ACTIONS,
  type TicketAction,
  type TicketState,
  WORKING_STATES,
} from '../model.ts'
import { cancelClocks, meetClocks } from '../commitments/clocks.ts'

interface Transition {
  from: readonly TicketState[]
  /** `null`: the state stays. */
  to: TicketState | null
  reaches: readonly Milestone[]
}

const BEFORE_SITE = ['pending_dispatch', 'assigned', 'accepted', 'en_route'] as const
const ENDED = ['completed', 'signed_off', 'closed'] as const

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
  /** Who signed; needed by `sign-off`. */
  signature?: string | undefined
  /** Why; needed by `cancel`. */
  note?: string | undefined
  /** Of `arrive`: who is there; absent: the property's own. */
  party?: Party | undefined
}

export function allowedActions(state: TicketState): TicketAction[] {
  return TICKET_ACTIONS.filter((action) => TRANSITIONS[action].from.includes(state))
}

/** The ticket after an action. Throws `Refusal`: `conflict` where its state forbids it, `invalid` without its needs. */
export function actOnTicket(ticket: Ticket, action: TicketAction, details: ActionDetails, now: number): Ticket {
  if (details.party === 'maintenance_firm') return firmActed(ticket, action, now)
  const { from, to, reaches } = TRANSITIONS[action]
  if (!from.includes(ticket.state)) {
    const allowed = allowedActions(ticket.state).join(', ') || 'nothing'
    throw new Refusal('conflict', `${action} is not allowed while the ticket is ${ticket.state}; allowed: ${allowed}`)
  }
  const moved: Ticket = {
    ...ticket,
    state: to ?? ticket.state,
    updatedAt: now,
    clocks: meetClocks(ticket.clocks, reaches, now),
    reached: { ...Object.fromEntries(reaches.map((milestone) => [milestone, now])), ...ticket.reached },
  }
  switch (action) {
    case 'assign':
      return {
        ...moved,
        assignee: needed(details.assignee, 'assign needs `assignee`: who is to go'),
        reached: without(moved.reached, ['accept']),
      }
    case 'decline':
      return { ...moved, assignee: null, reached: without(moved.reached, ['dispatch', 'accept']) }
    case 'sign-off': {
      const name = needed(details.signature, 'sign-off needs `signature`: the name of who accepted the work')
      return { ...moved, signature: { name, at: now } }
    }
    case 'close':
      return { ...moved, closedAt: now }
    case 'cancel':
      needed(details.note, 'cancel needs `note`: why nobody has to go')
      return { ...moved, closedAt: now, clocks: cancelClocks(ticket.clocks, now) }
    case 'contact':
    case 'accept':
    case 'depart':
    case 'arrive':
    case 'first-handling':
    case 'hold':
    case 'resume':
    case 'rework':
      return moved
    case 'complete':
      return { ...moved, job: { ...moved.job, completedAt: now } }
  }
}

/** The maintenance firm comes by its own ways: its arrival stops its clocks and moves the property's work nowhere. */
function firmActed(ticket: Ticket, action: TicketAction, now: number): Ticket {
  if (action !== 'arrive')
    throw new Refusal('invalid', 'party: only arrive is told of the maintenance firm; leave it out')
  if (!WORKING_STATES.some((state) => state === ticket.state)) {
    throw new Refusal('conflict', `nobody is awaited any more: the ticket is ${ticket.state}`)
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

function needed(value: string | undefined, message: string): string {
  const text = value?.trim() ?? ''
  if (text === '') throw new Refusal('invalid', message)
  return text
}
