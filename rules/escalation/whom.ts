import { hasSkill, skillOf } from '../dispatch/on-duty.ts'
import type { OnDuty, Responder, Ticket, TicketCall, Whom } from '../model.ts'
import { type PlanBook, planOf, plansOf } from '../plans/book.ts'

/** What decides who is meant. */
export interface Callable {
  book: PlanBook
  ticket: Ticket
  /** On the ticket's site now. */
  onDuty: readonly OnDuty[]
  /** Who was asked already. */
  calls: readonly TicketCall[]
}

/** Whom a step names, in its order, each once; nobody who has left, is ill for long, or is gone. */
export function peopleOf(whom: readonly Whom[], around: Callable): Responder[] {
  const people = new Map<string, Responder>()
  for (const each of whom.flatMap((one) => meant(one, around))) if (each.enabled) people.set(each.id, each)
  return [...people.values()]
}

function meant(whom: Whom, around: Callable): Responder[] {
  const { book, ticket } = around
  if ('role' in whom) return plansOf(book, 'responder').filter((each) => isAt(each, ticket.site, whom.role))
  if ('responder' in whom) return known(book, [whom.responder])
  if ('crew' in whom) return known(book, planOf(book, 'crew', whom.crew)?.members ?? [])
  const assigned = whom.onDuty === 'assigned' ? known(book, ticket.assignee === null ? [] : [ticket.assignee]) : []
  return assigned.length > 0 ? assigned : skilled(around, whom.onDuty)
}

/** Those on duty who can do it. Who declined is not asked by the same step again, and the next was not asked at all. */
function skilled({ book, ticket, onDuty, calls }: Callable, which: 'assigned' | 'next'): Responder[] {
  const isAsked = ({ answer }: TicketCall) => which === 'next' || answer === 'declined'
  const asked = new Set(calls.filter(isAsked).map(({ responder }) => responder))
  const skill = skillOf(ticket, book)
  const present = known(
    book,
    onDuty.map(({ responder }) => responder),
  )
  return present.filter((each) => hasSkill(each, skill) && !asked.has(each.id) && each.id !== ticket.assignee)
}

const isAt = ({ sites, roles }: Responder, site: string, role: string) => sites.includes(site) && roles.includes(role)

const known = (book: PlanBook, ids: readonly string[]) => ids.flatMap((id) => planOf(book, 'responder', id) ?? [])

const OUTSIDE = ['maintenance_firm', 'fire_service']

/** Whether he can take the job: those from outside help, but the property's own clocks run for its own people. */
export function mayTake({ roles }: Responder): boolean {
  return !roles.some((role) => OUTSIDE.includes(role))
}
