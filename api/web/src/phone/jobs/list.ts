import type { TicketState } from '../../../../../rules/model.ts'
import { byTimeLeft } from '../../live/urgency.ts'
import type { OwnJobView, TicketView } from '../../api/types.ts'
import type { Entry } from '../queue/entry.ts'
import { standingOf } from './steps.ts'
import type { Standing } from './steps.ts'

/** One of his jobs, with what waits on this device of it. Pure. */
export interface Job {
  ticket: TicketView
  /** He was called, and nobody has taken it yet. */
  isOpenToHim: boolean
  standing: Standing
}

/** Newer of the two, by the service's own time. */
export const newerOf = (one: TicketView, other: TicketView | null): TicketView =>
  other && Date.parse(other.updatedAt) >= Date.parse(one.updatedAt) ? other : one

/** As loaded, where the live stream knows nothing newer. */
export function jobOf(
  { called, ...loaded }: OwnJobView,
  live: TicketView | null,
  who: string,
  queue: readonly Entry[],
): Job {
  const ticket = newerOf(loaded, live)
  const isTaken = ticket.state !== 'pending_dispatch' && ticket.state !== 'assigned'
  const isOpenToHim = called !== null && !isTaken && ticket.assignee !== who
  return { ticket, isOpenToHim, standing: standingOf(ticket, isOpenToHim, queue) }
}

const ENDED: readonly TicketState[] = ['signed_off', 'closed', 'cancelled']

/** Still his: assigned to him, or open to him. What waits here of a job that went elsewhere keeps it in sight. */
export const isHis = ({ ticket, isOpenToHim, standing }: Job, who: string) =>
  isOpenToHim || (ticket.assignee === who && !ENDED.includes(ticket.state)) || standing.entries.length > 0

/** Those that he may take first, then what he has, each with the least time left first. */
export function inOrder(jobs: readonly Job[]): { open: Job[]; own: Job[] } {
  const byId = new Map(jobs.map((job) => [job.ticket.id, job]))
  const sorted = byTimeLeft(jobs.map(({ ticket }) => ticket)).map(({ id }) => byId.get(id)!)
  const isOffered = ({ ticket, isOpenToHim, standing }: Job) =>
    standing.main === 'accept' && (isOpenToHim || ticket.state === 'assigned')
  return { open: sorted.filter(isOffered), own: sorted.filter((job) => !isOffered(job)) }
}
