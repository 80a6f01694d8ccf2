import type { Intake, Ticket } from '../model.ts'
import type { Db } from '../storage/connect.ts'
import { intakesOf } from '../storage/intakes.ts'
import { findTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'

/** Who reported a ticket, oldest first, as the register has them; rework is waited for by who reported its original. */
export async function reportersOf(db: Db, { id, reworkOf }: Pick<Ticket, 'id' | 'reworkOf'>): Promise<Intake[]> {
  const original = reworkOf === null ? null : await findTicket(db, reworkOf)
  return [...(original === null ? [] : await reportersOf(db, original)), ...(await intakesOf(db, id))]
}

/** Whether somebody waits for a ticket who can be told or asked: by his telephone, or at his door. */
export async function hasResident(
  { db }: Work,
  ticket: Pick<Ticket, 'id' | 'reporter' | 'reworkOf'>,
): Promise<boolean> {
  if (ticket.reporter?.phone) return true
  return (await reportersOf(db, ticket)).some(({ phone, household }) => phone !== '' || household !== '')
}
