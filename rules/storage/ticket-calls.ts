import type { CallReason, TicketCall } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { rowWriter } from './statements.ts'

const callOfRow = (row: Row<'ticket_calls'>): TicketCall => ({
  ticket: row.ticket,
  responder: row.responder,
  at: row.at,
  reason: row.reason as CallReason,
  answer: row.answer as TicketCall['answer'],
  answeredAt: row.answered_at,
})

const writeCall = rowWriter((db, row: Row<'ticket_calls'>) =>
  db
    .insertInto('ticket_calls')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
)

/** Who was asked already stays as he was asked first. */
export async function insertCall(db: Db, { ticket, responder, at, reason, answer, answeredAt }: TicketCall) {
  await writeCall(db, { ticket, responder, at, reason, answer, answered_at: answeredAt })
}

export async function callsOf(db: Db, ticket: string): Promise<TicketCall[]> {
  const query = db.selectFrom('ticket_calls').selectAll().where('ticket', '=', ticket)
  return (await query.orderBy('at').orderBy('responder').execute()).map(callOfRow)
}
