import type { Ticket } from '../model.ts'
import { intakesOf } from '../storage/intakes.ts'
import type { Work } from '../work.ts'

/** Whether somebody waits for a ticket who can be told or asked: by his telephone, or at his door. */
export async function hasResident({ db }: Work, { id, reporter }: Pick<Ticket, 'id' | 'reporter'>): Promise<boolean> {
  if (reporter?.phone) return true
  return (await intakesOf(db, id)).some(({ phone, household }) => phone !== '' || household !== '')
}
