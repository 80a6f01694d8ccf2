import { type Ticket, type TicketState, WORKING_STATES } from '../model.ts'
import type { Db } from './connect.ts'

/**
 * Past alarms and tickets of a device are another's from now on. A ticket that is being worked on stays where it is
 * when the other has one of the same problem: one problem, one ticket. Answers the tickets that are, oldest first.
 */
export async function moveHistory(db: Db, from: string, to: string): Promise<Pick<Ticket, 'id' | 'state'>[]> {
  await db
    .updateTable('alarms')
    .set({ device: to })
    .where('device', '=', from)
    .where('ended_at', 'is not', null)
    .execute()
  const working = await db
    .selectFrom('tickets')
    .select('category')
    .where('device', '=', to)
    .where('state', 'in', WORKING_STATES)
    .execute()
  const taken = working.map(({ category }) => category)
  let tickets = db.updateTable('tickets').set({ device: to }).where('device', '=', from)
  if (taken.length > 0) {
    tickets = tickets.where((e) => e.or([e('state', 'not in', WORKING_STATES), e('category', 'not in', taken)]))
  }
  const moved = await tickets.returning(['id', 'state']).execute()
  return moved.map(({ id, state }) => ({ id, state: state as TicketState })).sort((a, b) => (a.id < b.id ? -1 : 1))
}
