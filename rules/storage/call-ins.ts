import type { CallIn, CallInAnswer } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

type Answers = CallIn['answers']

const callInOfRow = (row: Row<'call_ins'>, answers: Answers): CallIn => ({
  id: row.id,
  ticket: row.ticket,
  site: row.site,
  people: row.people,
  dueAt: row.due_at,
  metAt: row.met_at,
  state: row.state as CallIn['state'],
  createdAt: row.created_at,
  by: row.by,
  answers,
})

/** Without its answers, which are saved one by one. */
export async function saveCallIn(db: Db, callIn: CallIn): Promise<void> {
  const row: Row<'call_ins'> = {
    id: callIn.id,
    ticket: callIn.ticket,
    site: callIn.site,
    people: callIn.people,
    due_at: callIn.dueAt,
    met_at: callIn.metAt,
    state: callIn.state,
    created_at: callIn.createdAt,
    by: callIn.by,
  }
  const insert = db.insertInto('call_ins').values(row)
  await insert.onConflict((conflict) => conflict.column('id').doUpdateSet(row)).execute()
}

/** In the place of what he answered before. */
export async function saveCallInAnswer(db: Db, callIn: string, given: Answers[number]): Promise<void> {
  const row = { call_in: callIn, ...given }
  const insert = db.insertInto('call_in_answers').values(row)
  await insert.onConflict((conflict) => conflict.columns(['call_in', 'responder']).doUpdateSet(row)).execute()
}

async function withAnswers(db: Db, rows: readonly Row<'call_ins'>[]): Promise<CallIn[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const query = db.selectFrom('call_in_answers').selectAll().where('call_in', 'in', ids)
  const answers = await query.orderBy('at').orderBy('responder').execute()
  return rows.map((row) => {
    const own = answers.filter(({ call_in }) => call_in === row.id)
    const given = own.map(({ responder, answer, at }) => ({ responder, answer: answer as CallInAnswer, at }))
    return callInOfRow(row, given)
  })
}

export async function findCallIn(db: Db, id: string): Promise<CallIn | null> {
  const rows = await db.selectFrom('call_ins').selectAll().where('id', '=', id).execute()
  return (await withAnswers(db, rows))[0] ?? null
}

/** Oldest first. */
export async function callInsOf(db: Db, ticket: string): Promise<CallIn[]> {
  const query = db.selectFrom('call_ins').selectAll().where('ticket', '=', ticket)
  return withAnswers(db, await query.orderBy('id').execute())
}

/** Those that should have been met before `now` and still run, the longest due first. */
export async function callInsOverdue(db: Db, now: number): Promise<CallIn[]> {
  const running = db.selectFrom('call_ins').selectAll().where('state', '=', 'running')
  return withAnswers(db, await running.where('due_at', '<', now).orderBy('due_at').orderBy('id').execute())
}
