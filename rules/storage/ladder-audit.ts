import { sql } from 'kysely'
import { WORKING_STATES } from '../model.ts'
import type { Db } from './connect.ts'

/** What the auditor counts: questions to the rows alone, none of the code that fires steps. */

/** Steps that wait though they were due before. */
export async function countWaitingSince(db: Db, dueBefore: number): Promise<number> {
  const query = db.selectFrom('ladder_steps').where('state', '=', 'waiting').where('due_at', '<', dueBefore)
  return (await query.select((e) => e.fn.countAll<number>().as('rows')).executeTakeFirstOrThrow()).rows
}

/** Steps that took effect, or stopped, more than five seconds after they were due. The index has only these. */
export async function countSettledLate(db: Db, since: number): Promise<number> {
  const query = db.selectFrom('ladder_steps').where(sql<boolean>`settled_at > due_at + 5000`)
  const late = query.where('settled_at', '>=', since)
  return (await late.select((e) => e.fn.countAll<number>().as('rows')).executeTakeFirstOrThrow()).rows
}

/** Ladders of tickets that are worked on and have not a row for each of their places. */
export async function countGappedLadders(db: Db): Promise<number> {
  const gapped = db
    .selectFrom('ladder_steps')
    .innerJoin('tickets', 'tickets.id', 'ladder_steps.ticket')
    .select('ladder_steps.ticket')
    .where('tickets.state', 'in', WORKING_STATES)
    .where('ladder_steps.repetition', '=', 0)
    .groupBy(['ladder_steps.ticket', 'ladder_steps.policy'])
    .having((e) => e(e.fn.countAll(), '<', e.fn.max('ladder_steps.rungs')))
    .as('gapped')
  const counted = db.selectFrom(gapped).select((e) => e.fn.countAll<number>().as('rows'))
  return (await counted.executeTakeFirstOrThrow()).rows
}

/** Rows of tickets that are worked on which are to be repeated and have no next one. */
export async function countUnrepeated(db: Db, repetitionsMax: number): Promise<number> {
  const unrepeated = db
    .selectFrom('ladder_steps as step')
    .innerJoin('tickets', 'tickets.id', 'step.ticket')
    .where('tickets.state', 'in', WORKING_STATES)
    .where('step.state', 'in', ['fired', 'nobody', 'silenced'])
    .where('step.repetition', '<', repetitionsMax)
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
  const counted = unrepeated.select((e) => e.fn.countAll<number>().as('rows'))
  return (await counted.executeTakeFirstOrThrow()).rows
}
