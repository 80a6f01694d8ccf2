import { type Hours, isServiceTime } from '../calendar/due.ts'
import type { Covers, Ticket } from '../model.ts'
import { matches } from '../mutes/mutes.ts'

/** What of a ticket decides whether it is covered. */
export type Covered = Pick<Ticket, 'category' | 'priority' | 'origin' | 'kind' | 'size' | 'problems'>

/** `at`: what is asked to lie within or outside of the service hours. */
export interface CoversAt extends Hours {
  at: number
}

/** Whether a ticket meets every field that is set; without any, every ticket. */
export function covers(of: Covers | undefined, ticket: Covered, { at, ...hours }: CoversAt): boolean {
  if (of === undefined) return true
  if (!couldCover(of, ticket) || !(of.priorities?.includes(ticket.priority) ?? true)) return false
  if (of.problems && !of.problems.some((pattern) => ticket.problems.some((code) => matches(pattern, code))))
    return false
  return of.hours === undefined || (of.hours === 'within') === isServiceTime(at, hours)
}

/** Whether it may still come to cover it: a ticket becomes more urgent, or about something more, and nothing else. */
export function couldCover(of: Covers | undefined, ticket: Omit<Covered, 'priority' | 'problems'>): boolean {
  const { categories, origins, kinds, sizes } = of ?? {}
  if (categories && !categories.includes(ticket.category)) return false
  if (origins && !origins.includes(ticket.origin)) return false
  if (kinds && !kinds.includes(ticket.kind)) return false
  return !sizes || (ticket.size !== null && sizes.includes(ticket.size))
}
