import { type Principal, Refusal, type Ticket, TICKET_STATES, type TicketState, WORKING_STATES } from '../model.ts'
import type { Work } from '../work.ts'
import { isEmergency } from './ready.ts'
import { mustBeIn, ownTicket, writeJob } from './write.ts'

/** Of paid work the price is told and agreed first. */
export type ChargeCommand =
  | { type: 'quote_job'; ticket: string; amountFen: number }
  /** `name`: the customer's. */
  | { type: 'agree_quote'; ticket: string; name: string }

export const QUOTE_MAX_FEN = 1_000_000_000_000

export const OPEN_STATES: readonly TicketState[] = TICKET_STATES.filter(
  (state) => state !== 'closed' && state !== 'cancelled',
)

export async function performChargeCommand(work: Work, command: ChargeCommand, by: Principal) {
  const ticket = await ownTicket(work, command.ticket, by)
  const action = command.type === 'quote_job' ? 'quote' : 'agree'
  // An emergency is not held up: its price may be told when it is over. Anything else is agreed by then, and stays so.
  mustBeIn(ticket, action, isEmergency(ticket) ? OPEN_STATES : WORKING_STATES)
  if (!ticket.job.charge.paid) {
    throw new Refusal('conflict', 'this work is free; where the customer pays, set charge.paid first')
  }
  const charged =
    command.type === 'quote_job' ? quoted(ticket, command.amountFen) : agreed(ticket, command.name, by, work)
  const { quotedFen } = charged.job.charge
  const note = command.type === 'quote_job' ? `${quotedFen} fen` : `${command.name} agreed to ${quotedFen} fen`
  return { ticket: await writeJob(work, charged, { action, by: by.name, note }) }
}

/** Another sum needs another agreement. */
function quoted(ticket: Ticket, amountFen: number): Ticket {
  return { ...ticket, job: { ...ticket.job, charge: { paid: true, quotedFen: amountFen, agreed: null } } }
}

function agreed(ticket: Ticket, name: string, by: Principal, { now }: Work): Ticket {
  const { charge } = ticket.job
  if (charge.quotedFen === null) throw new Refusal('conflict', 'no price was told yet: quote it first')
  return { ...ticket, job: { ...ticket.job, charge: { ...charge, agreed: { name, at: now, by: by.name } } } }
}
