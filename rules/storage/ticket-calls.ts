import type { CallReason, TicketCall } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { asGiven, keptQuery, rowWriter } from './statements.ts'

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
    .onConflict((conflict) => conflict.columns(['ticket', 'responder']).doUpdateSet(asGiven(row))),
)

/** Somebody is asked, or asked again: his earlier answer counts no more. */
export async function saveCall(db: Db, { ticket, responder, at, reason }: NewCall): Promise<void> {
  await writeCall(db, { ticket, responder, at, reason, answer: null, answered_at: null })
}

type NewCall = Pick<TicketCall, 'ticket' | 'responder' | 'at' | 'reason'>

/** Nothing for who was never asked, or has answered so before. */
export async function answerCall(
  db: Db,
  ticket: string,
  responder: string,
  answer: NonNullable<TicketCall['answer']>,
  now: number,
): Promise<void> {
  await db
    .updateTable('ticket_calls')
    .set({ answer, answered_at: now })
    .where('ticket', '=', ticket)
    .where('responder', '=', responder)
    .where('answer', 'is not', answer)
    .execute()
}

/** Who was asked to take a ticket, in the order in which they were. */
export async function callsOf(db: Db, ticket: string): Promise<TicketCall[]> {
  return (await readCalls(db, ticket)).map(callOfRow)
}

const readCalls = keptQuery((db, ticket: string) =>
  db.selectFrom('ticket_calls').selectAll().where('ticket', '=', ticket).orderBy('at').orderBy('responder'),
)

/** Where somebody was asked to take a ticket, has not declined, and nobody has accepted it yet; the latest first. */
export async function callsWaitingFor(db: Db, responder: string, limit: number): Promise<TicketCall[]> {
  const rows = await db
    .selectFrom('tickets')
    .innerJoin('ticket_calls', 'ticket_calls.ticket', 'tickets.id')
    .selectAll('ticket_calls')
    .where('tickets.state', 'in', ['pending_dispatch', 'assigned'])
    .where('ticket_calls.responder', '=', responder)
    .where('ticket_calls.answer', 'is distinct from', 'declined')
    .orderBy('tickets.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(callOfRow)
}
