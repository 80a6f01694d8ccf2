import type { EscalationStep, LadderStep, StepState, Whom } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { amongst, asGiven, keptQuery, rowWriter } from './statements.ts'

const stepOfRow = (row: Row<'ladder_steps'>): LadderStep => ({
  id: row.id,
  ticket: row.ticket,
  policy: row.policy,
  position: row.position,
  rungs: row.rungs,
  repetition: row.repetition,
  dueAt: row.due_at,
  state: row.state as StepState,
  settledAt: row.settled_at,
  step: JSON.parse(row.step) as EscalationStep,
  fallback: JSON.parse(row.fallback) as Whom[],
  called: JSON.parse(row.called) as string[],
})

const rowOfStep = (step: LadderStep): Row<'ladder_steps'> => ({
  id: step.id,
  ticket: step.ticket,
  policy: step.policy,
  position: step.position,
  rungs: step.rungs,
  repetition: step.repetition,
  due_at: step.dueAt,
  state: step.state,
  settled_at: step.settledAt,
  step: JSON.stringify(step.step),
  fallback: JSON.stringify(step.fallback),
  called: JSON.stringify(step.called),
})

const writeStep = rowWriter((db, row: Row<'ladder_steps'>) =>
  db
    .insertInto('ladder_steps')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(asGiven(row))),
)

/** A new one fails where its place in the ladder is taken. */
export async function saveStep(db: Db, step: LadderStep): Promise<void> {
  await writeStep(db, rowOfStep(step))
}

/** All of a ticket's ladders, by place, each place's repetitions in order. */
export async function stepsOf(db: Db, ticket: string): Promise<LadderStep[]> {
  return (await readSteps(db, ticket)).map(stepOfRow)
}

const readSteps = keptQuery((db, ticket: string) => {
  const query = db.selectFrom('ladder_steps').selectAll().where('ticket', '=', ticket)
  return query.orderBy('policy').orderBy('position').orderBy('repetition')
})

/** Ids of steps that wait and are due, the longest due first. */
export async function dueStepIds(db: Db, now: number, limit: number): Promise<string[]> {
  const query = db.selectFrom('ladder_steps').select('id').where('state', '=', 'waiting').where('due_at', '<=', now)
  return (await query.orderBy('due_at').limit(limit).execute()).map(({ id }) => id)
}

const dueSteps = (db: Db, now: number) =>
  db
    .selectFrom('ladder_steps')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('position')

/** Of these steps those that still wait and are due, the longest due first. */
export async function stepsStillDue(db: Db, ids: readonly string[], now: number): Promise<LadderStep[]> {
  return (await readDue(db, now, JSON.stringify(ids))).map(stepOfRow)
}

const readDue = keptQuery((db, now: number, ids: string) => dueSteps(db, now).where('id', 'in', amongst(ids)))

export async function dueStepsOf(db: Db, ticket: string, now: number): Promise<LadderStep[]> {
  return (await dueSteps(db, now).where('ticket', '=', ticket).execute()).map(stepOfRow)
}
