import type { HistoryEntry, Ticket, TicketClock } from '../model.ts'

/** The times of a ticket that its figures are made of, and where it stands, as the audit chain keeps them. */

export type ClockTimes = Pick<TicketClock, 'dueAt' | 'metAt' | 'breachedAt' | 'state' | 'early'>

/** Only what has changed. */
export interface Times {
  /** By the clock's id. */
  clocks?: Record<string, ClockTimes>
  /** By milestone; `null`: taken back. */
  reached?: Record<string, number | null>
  standing?: Partial<Standing>
}

/** Of a ticket beside its times. */
export interface Standing extends Pick<Ticket, 'site' | 'location' | 'device' | 'assignee' | 'signature'> {
  /** The drill that it is of: said when it opens, and never another. */
  drill: string | null
  completedAt: Ticket['job']['completedAt']
  /** The hash of what it was promised: said when it opens, and never another. */
  promise: string
}

const standingOf = ({
  site,
  location,
  device,
  assignee,
  signature,
  job,
}: Ticket): Omit<Standing, 'promise' | 'drill'> => ({
  ...{ site, location, device, assignee, signature, completedAt: job.completedAt },
})

export const TICKET_PREFIX = 'ticket.'

/** What the chain says of one line of a ticket's history, which has the number `history`. */
export interface TicketDetail extends Pick<HistoryEntry, 'from' | 'to' | 'note'>, Times {
  history: number
}

export const clockTimes = ({ dueAt, metAt, breachedAt, state, early }: ClockTimes): ClockTimes => ({
  ...{ dueAt, metAt, breachedAt, state, early },
})

export const timesOfClock = (clock: TicketClock): Times => ({ clocks: { [clock.id]: clockTimes(clock) } })

/** Of a new ticket all. */
export function openedTimes(ticket: Ticket, promise: string): Times {
  const times = changedTimes(null, ticket)
  const { drill } = ticket
  return { ...times, standing: { ...times.standing, promise, ...(drill !== null && { drill }) } }
}

/** `before` is `null`: all. */
export function changedTimes(before: Ticket | null, after: Ticket): Times {
  const earlier = new Map(before?.clocks.map((clock) => [clock.id, clock]))
  const clocks = after.clocks.filter((clock) => !sameTimes(earlier.get(clock.id), clock))
  const was = reachedOf(before?.reached ?? {})
  const is = reachedOf(after.reached)
  const milestones = [...new Set([...was.keys(), ...is.keys()])].filter((each) => was.get(each) !== is.get(each))
  const standing = changedStanding(before, after)
  return {
    ...(clocks.length > 0 && { clocks: Object.fromEntries(clocks.map((clock) => [clock.id, clockTimes(clock)])) }),
    ...(milestones.length > 0 && {
      reached: Object.fromEntries(milestones.map((each) => [each, is.get(each) ?? null])),
    }),
    ...(Object.keys(standing).length > 0 && { standing }),
  }
}

function changedStanding(before: Ticket | null, after: Ticket): Partial<Standing> {
  const is = standingOf(after)
  if (before === null) return is
  const was = new Map<string, unknown>(Object.entries(standingOf(before)))
  return Object.fromEntries(Object.entries(is).filter(([name, value]) => !isSame(value, was.get(name))))
}

/** A signature is the same with the same name and time. */
export const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

const reachedOf = (reached: Ticket['reached']) => new Map<string, number | undefined>(Object.entries(reached))

export function sameTimes(one: ClockTimes | undefined, other: ClockTimes): boolean {
  return (
    one !== undefined &&
    one.dueAt === other.dueAt &&
    one.metAt === other.metAt &&
    one.breachedAt === other.breachedAt &&
    one.state === other.state &&
    one.early === other.early
  )
}
