import type { FollowUp, FollowUpAnswer } from '../model.ts'
import type { Db } from './connect.ts'
import type { NewRow, Row } from './schema.ts'
import { sealRow } from './seals.ts'
import { asGiven } from './statements.ts'

export const followUpOfRow = (row: Row<'follow_ups'>): FollowUp => ({
  id: row.id,
  site: row.site,
  ticket: row.ticket,
  rule: JSON.parse(row.rule) as FollowUp['rule'],
  state: row.state as FollowUp['state'],
  completedAt: row.completed_at,
  dueAt: row.due_at,
  rainyDay: row.rainy_day,
  attempts: JSON.parse(row.attempts) as FollowUp['attempts'],
  answer: row.answer === null ? null : (JSON.parse(row.answer) as FollowUp['answer']),
})

const rowOfFollowUp = (followUp: FollowUp) =>
  ({
    id: followUp.id,
    site: followUp.site,
    ticket: followUp.ticket,
    rule: JSON.stringify(followUp.rule),
    state: followUp.state,
    completed_at: followUp.completedAt,
    due_at: followUp.dueAt,
    rainy_day: followUp.rainyDay,
    attempts: JSON.stringify(followUp.attempts),
    answer: followUp.answer === null ? null : JSON.stringify(followUp.answer),
    grade: followUp.answer?.grade ?? null,
    answered_at: followUp.answer?.at ?? null,
  }) satisfies NewRow<'follow_ups'>

export async function saveFollowUp(db: Db, followUp: FollowUp): Promise<void> {
  const row = rowOfFollowUp(followUp)
  await db
    .insertInto('follow_ups')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(asGiven(row)))
    .execute()
}

export async function saveAnswered(db: Db, followUp: FollowUp & { answer: FollowUpAnswer }): Promise<void> {
  await saveFollowUp(db, followUp)
  await sealRow(db, 'follow_ups', rowOfFollowUp(followUp), followUp.answer)
}

export async function findFollowUp(db: Db, id: string): Promise<FollowUp | null> {
  const row = await db.selectFrom('follow_ups').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? followUpOfRow(row) : null
}

/** Oldest first. */
export async function followUpsOf(db: Db, ticket: string): Promise<FollowUp[]> {
  const rows = await db.selectFrom('follow_ups').selectAll().where('ticket', '=', ticket).orderBy('id').execute()
  return rows.map(followUpOfRow)
}

/** Of a site those that wait for rain, oldest first. */
export async function waitingForRain(db: Db, site: string): Promise<FollowUp[]> {
  const query = db.selectFrom('follow_ups').selectAll().where('site', '=', site).where('state', '=', 'waiting')
  return (await query.orderBy('id').execute()).map(followUpOfRow)
}
