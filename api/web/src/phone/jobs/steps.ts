import type { Milestone, TicketAction, TicketState } from '../../../../../rules/model.ts'
import type { TicketClockView, TicketView } from '../../api/types.ts'
import { pressingClock } from '../../live/urgency.ts'
import { entriesOf } from '../queue/entry.ts'
import type { Entry } from '../queue/entry.ts'

/** How a job goes on, also where the service cannot be asked. Pure. */

/** The one button of each state. */
export const MAIN_STEP: Record<TicketState, TicketAction | null> = {
  pending_dispatch: 'accept',
  assigned: 'accept',
  accepted: 'depart',
  en_route: 'arrive',
  on_site: 'complete',
  on_hold: 'resume',
  completed: 'sign-off',
  signed_off: null,
  closed: null,
  cancelled: null,
}

const LEADS_TO: Partial<Record<TicketAction, TicketState>> = {
  accept: 'accepted',
  decline: 'pending_dispatch',
  depart: 'en_route',
  arrive: 'on_site',
  hold: 'on_hold',
  resume: 'on_site',
  complete: 'completed',
  'sign-off': 'signed_off',
}

/** Beside the main step. */
const SIDE_STEPS: Partial<Record<TicketState, readonly TicketAction[]>> = {
  assigned: ['contact', 'decline'],
  accepted: ['contact', 'decline'],
  en_route: ['contact'],
  on_site: ['first-handling', 'contact', 'hold'],
  on_hold: ['contact'],
}

/** How a job stands for him once everything that waits on this device has arrived. */
export interface Standing {
  state: TicketState
  /** `null`: nothing is his to do. */
  main: TicketAction | null
  /** The main step is his, and something else has to be settled before. */
  isBlocked: boolean
  others: readonly TicketAction[]
  /** What waits on this device, of this job. */
  entries: readonly Entry[]
}

export function standingOf(ticket: TicketView, isOpenToHim: boolean, queue: readonly Entry[]): Standing {
  const entries = entriesOf(queue, ticket.id)
  const steps = entries.flatMap(({ deed, refusal }) => (deed.kind === 'step' && !refusal ? [deed.action] : []))
  const moves = steps.filter((action) => LEADS_TO[action] !== undefined)
  const state = moves.reduce<TicketState>((_before, action) => LEADS_TO[action]!, ticket.state)
  const main = MAIN_STEP[state]
  // Only the service knows what it allows, and only of the state that it knows.
  const isForeseen = moves.length > 0 || isOpenToHim
  const others = (SIDE_STEPS[state] ?? []).filter(
    (action) => !steps.includes(action) && (isForeseen || ticket.actions.includes(action)),
  )
  const isBlocked = main !== null && !isForeseen && !ticket.actions.includes(main)
  return { state, main, isBlocked, others: isOpenToHim && moves.length === 0 ? ['decline'] : others, entries }
}

const WAY: readonly TicketState[] = ['accepted', 'en_route', 'on_site', 'on_hold', 'completed', 'signed_off', 'closed']

/**
 * Whether a ticket is where a step leads, or further on, and still with who did it: the desk has told it for him
 * meanwhile. Not of steps that carry what somebody wrote or had signed: that is not there yet.
 */
export function isBehind(ticket: Pick<TicketView, 'state' | 'assignee'>, { owner, deed }: Entry): boolean {
  if (deed.kind !== 'step' || ticket.assignee !== owner) return false
  if (deed.action !== 'accept' && deed.action !== 'depart' && deed.action !== 'arrive') return false
  return WAY.indexOf(ticket.state) >= WAY.indexOf(LEADS_TO[deed.action]!)
}

const REACHES: Partial<Record<TicketAction, readonly Milestone[]>> = {
  contact: ['respond'],
  accept: ['accept', 'respond'],
  arrive: ['arrive'],
  'first-handling': ['first_handling'],
  complete: ['first_handling', 'complete'],
}

/** The clock that presses him: not that of a milestone which he has told and which only waits for the network. */
export function pressingNow(ticket: TicketView, { entries }: Standing): TicketClockView | null {
  const told = new Set(
    entries.flatMap(({ deed, refusal }) => (deed.kind === 'step' && !refusal ? (REACHES[deed.action] ?? []) : [])),
  )
  return pressingClock({ ...ticket, clocks: ticket.clocks.filter(({ milestone }) => !told.has(milestone)) })
}
