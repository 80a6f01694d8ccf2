import type {
  Commitment,
  Milestone,
  Priority,
  TicketClock,
  TicketKind,
  TicketOrigin,
  TicketState,
} from '../../model.ts'

/** What a figure counts: a ticket, or the grade that somebody gave. */
export interface Subject {
  /** When the ticket was opened, or the grade given; the day that it counts for. */
  at: number
  site: string
  /** `null`, as are the next two: of a survey that was about no ticket. */
  category: string | null
  assignee: string | null
  /** That the assignee belonged to when the ticket opened. */
  crew: string | null
  /** The property's, as the ticket keeps them; of an answer about no ticket those of its site. */
  commitments: readonly Commitment[]
}

export type LineClock = Pick<TicketClock, 'milestone' | 'party' | 'dueAt' | 'metAt' | 'state' | 'early'>

/** Of a ticket what its figures need. */
export interface ServiceLine extends Subject {
  id: string
  number: string
  category: string
  state: TicketState
  priority: Priority
  origin: TicketOrigin
  drill: string | null
  kind: TicketKind
  location: string
  device: string | null
  occurredAt: number
  reached: Readonly<Partial<Record<Milestone, number>>>
  warrantyUntil: number | null
  /** When a rework ticket was first opened for it. */
  reworkedAt: number | null
  clocks: readonly LineClock[]
}

/** Somebody's grade: of a follow-up, or the mean of what one household answered in a survey. */
export interface Voice extends Subject {
  grade: number
}

/** The property's clocks that are decided: neither running nor cancelled. */
export const decidedClocks = ({ clocks }: ServiceLine) =>
  clocks.filter(({ party, state }) => party === 'property' && state !== 'running' && state !== 'cancelled')

export const isLate = ({ state }: Pick<LineClock, 'state'>) => state === 'breached' || state === 'met_late'

const COMPLETED: ReadonlySet<TicketState> = new Set(['completed', 'signed_off', 'closed'])
const ACCEPTED: ReadonlySet<TicketState> = new Set(['signed_off', 'closed'])

export const isCompleted = ({ state }: ServiceLine) => COMPLETED.has(state)
/** An answer to a complaint is signed for by nobody, and nothing of it is repaired again. */
export const isJobDone = (line: ServiceLine) => isCompleted(line) && line.kind !== 'complaint'
/** Somebody signed for it. */
export const isAccepted = ({ state, kind }: ServiceLine) => ACCEPTED.has(state) && kind !== 'complaint'
export const isStillOpen = ({ state }: ServiceLine) => !COMPLETED.has(state) && state !== 'cancelled'
