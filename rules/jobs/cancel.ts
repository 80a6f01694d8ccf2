import { moveTicketNow } from '../dispatch/follow.ts'
import { HOUR_MS, type Job, type Principal, Refusal, type Ticket, WORKING_STATES } from '../model.ts'
import { insertHistory, saveTicket } from '../storage/tickets.ts'
import { actOnTicket } from '../tickets/machine.ts'
import type { Work } from '../work.ts'
import { isEmergency } from './ready.ts'

/** So long a second person may confirm it. */
export const CONFIRMED_WITHIN_MS = HOUR_MS

/** It lapses with time, and when somebody has arrived since: he sees what who asked could not see. */
export function standingRequest({ job, state, reached }: Ticket, now: number): Job['cancelAsked'] {
  const { cancelAsked } = job
  if (cancelAsked === null || !WORKING_STATES.some((each) => each === state)) return null
  const lapsed = now - cancelAsked.at > CONFIRMED_WITHIN_MS || (reached.arrive ?? 0) > cancelAsked.at
  return lapsed ? null : cancelAsked
}

/**
 * An emergency is cancelled by two: the first asks and says why, and everything goes on; the second, who is another
 * person by login and by name, cancels. Anything else is cancelled at once. Throws `Refusal`: `conflict` where the same
 * person confirms himself.
 */
export async function cancelTicket(work: Work, ticket: Ticket, note: string, by: Principal): Promise<Ticket> {
  const asked = standingRequest(ticket, work.now)
  const why = asked === null ? note : `${asked.by}: ${asked.note}; ${[by.name, note].filter(Boolean).join(': ')}`
  const cancelled = actOnTicket(ticket, 'cancel', { note: why }, work.now)
  if (!isEmergency(ticket)) return moveTicketNow(work, ticket, cancelled, 'cancel', by.name, note)
  if (asked === null) return askToCancel(work, ticket, note, by)
  if (asked.byId === by.id || isSameName(asked.by, by.name)) {
    const until = new Date(asked.at + CONFIRMED_WITHIN_MS).toISOString()
    throw new Refusal('conflict', `you asked for it: a second person must confirm until ${until}`, 'own_request', {
      until,
    })
  }
  const ended = { ...cancelled, job: { ...cancelled.job, cancelAsked: null } }
  return moveTicketNow(work, ticket, ended, 'cancel', by.name, why)
}

async function askToCancel(work: Work, ticket: Ticket, note: string, by: Principal): Promise<Ticket> {
  const cancelAsked = { by: by.name, byId: by.id, at: work.now, note }
  const asked = { ...ticket, updatedAt: work.now, job: { ...ticket.job, cancelAsked } }
  await saveTicket(work.db, asked)
  const { state } = ticket
  await insertHistory(work.db, ticket.id, {
    ...{ at: work.now, by: by.name, action: 'cancel_asked', from: state, to: state, note },
  })
  work.changes.push({ type: 'ticket', ticket: asked, what: 'moved' })
  return asked
}

/** However it is written: another login of the same name is the same person. */
const isSameName = (a: string, b: string) => plain(a) === plain(b)
const plain = (name: string) => name.normalize('NFKC').replace(/\s+/gu, '').toLowerCase()
