import { sql } from 'kysely'
import { type TicketState } from '../model.ts'
import type { Db } from './connect.ts'

/** What the auditor counts: questions to the rows alone, none of the code that fires steps. */

/** So many are counted: more of them is the same alarm. */
const COUNTED_MAX = 1_000

/** Steps that wait though they were due before; 1,000 at most. */
export async function countWaitingSince(db: Db, dueBefore: number): Promise<number> {
  const waiting = db.selectFrom('ladder_steps').select('id').where('state', '=', 'waiting')
  const counted = waiting.where('due_at', '<', dueBefore).limit(COUNTED_MAX).as('counted')
  return (await db.selectFrom(counted).select(rows).executeTakeFirstOrThrow()).rows
}

/**
 * Steps that took effect, or stopped, more than five seconds after they were due; 1,000 at most. The index has only
 * these.
 */
export async function countSettledLate(db: Db, since: number): Promise<number> {
  const late = db
    .selectFrom('ladder_steps')
    .select('id')
    .where(sql<boolean>`settled_at > due_at + 5000`)
  const counted = late.where('settled_at', '>=', since).limit(COUNTED_MAX).as('counted')
  return (await db.selectFrom(counted).select(rows).executeTakeFirstOrThrow()).rows
}

const rows = sql<number>`count(*)`.as('rows')

/** Ids of the tickets in a state, in order. */
export async function ticketIdsIn(db: Db, state: TicketState, afterId: string, limit: number): Promise<string[]> {
  const query = db.selectFrom('tickets').select('id').where('state', '=', state).where('id', '>', afterId)
  return (await query.orderBy('id').limit(limit).execute()).map(({ id }) => id)
}

/** Of these tickets' ladders those that have not a row for each of their places. */
export async function countGapped(db: Db, tickets: readonly string[]): Promise<number> {
  const gapped = db
    .selectFrom('ladder_steps')
    .select('ticket')
    .where('ticket', 'in', tickets)
    .where('repetition', '=', 0)
    .groupBy(['ticket', 'policy'])
    .having((e) => e(e.fn.countAll(), '<', e.fn.max('rungs')))
    .as('gapped')
  return (await db.selectFrom(gapped).select(rows).executeTakeFirstOrThrow()).rows
}

/** Of these tickets' steps those that are to be repeated and have no next one. */
export async function countUnrepeated(db: Db, tickets: readonly string[]): Promise<number> {
  const unrepeated = db
    .selectFrom('ladder_steps as step')
    .where('step.ticket', 'in', tickets)
    .where('step.state', 'in', ['fired', 'nobody', 'silenced', 'drill'])
    .where(sql<boolean>`json_extract(step.step, '$.everyMs') is not null`)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('ladder_steps as next')
            .select('next.id')
            .whereRef('next.ticket', '=', 'step.ticket')
            .whereRef('next.policy', '=', 'step.policy')
            .whereRef('next.position', '=', 'step.position')
            .where(sql<boolean>`next.repetition = step.repetition + 1`),
        ),
      ),
    )
  return (await unrepeated.select(rows).executeTakeFirstOrThrow()).rows
}
