import type { Ticket } from '../model.ts'
import type { Work } from '../work.ts'

/** Gives an emergency that nobody has to who is on duty, has the skill and is free or nearest. */
export function assignAtOnce(_work: Work, ticket: Ticket): Promise<Ticket> {
  return Promise.resolve(ticket)
}

/** To the next who was not asked yet; the ticket as it is where there is none. */
export function passOn(_work: Work, ticket: Ticket, _why: 'declined' | 'no_answer'): Promise<Ticket> {
  return Promise.resolve(ticket)
}
