import type { AuditRow } from '../storage/audit.ts'
import type { ProvenTicket } from '../storage/proof.ts'
import type { Row } from '../storage/schema.ts'
import type { Fault } from './chain.ts'
import { type ClockTimes, sameTimes, TICKET_PREFIX, type TicketDetail, type Times } from './times.ts'

/** What the audit chain says of tickets, beside what their tables say. */

/** Up to where tickets and their history are older than the chain. */
export interface Begun {
  history: number
  ticket: string
}

export const BEGUN_ACTION = 'audit.begun'

export function begunOf(row: AuditRow): Begun | null {
  return row.action === BEGUN_ACTION ? (parsed(row.detail) as Begun | null) : null
}

/** What a row of the chain says of a line of a ticket's history; `null`: it is about something else, or unreadable. */
export function detailOf({ action, detail }: Pick<AuditRow, 'action' | 'detail'>): TicketDetail | null {
  if (!action.startsWith(TICKET_PREFIX)) return null
  const said = parsed(detail) as Partial<TicketDetail> | null
  return typeof said?.history === 'number' ? (said as TicketDetail) : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A line of history and the row of the chain that tells of it. */
export function compareLine(row: Row<'ticket_history'>, chain: AuditRow, said: TicketDetail): Fault[] {
  const pairs = {
    ticket: [row.ticket, chain.subject],
    at: [row.at, chain.at],
    by: [row.by, chain.by],
    action: [`${TICKET_PREFIX}${row.action}`, chain.action],
    from: [row.from_state, said.from],
    to: [row.to_state, said.to],
    note: [row.note, said.note],
  }
  const differing = Object.entries(pairs).filter(([, [stored, told]]) => stored !== told)
  if (differing.length === 0) return []
  const names = differing.map(([name]) => name).join(', ')
  return [lineFault(row.id, 'changed', `${names}: not as row ${chain.id} of the audit chain says`)]
}

export const lineFault = (id: number, what: Fault['what'], message: string): Fault => ({
  ...{ table: 'ticket_history', row: String(id), what, message },
})

/** The times of a ticket and of its clocks against what the chain's rows of it, oldest first, said last. */
export function compareTicket({ id, openedAt, reached, clocks, chain }: ProvenTicket, begun: Begun): Fault[] {
  const opened = chain.find(({ action }) => action === `${TICKET_PREFIX}open`)
  if (opened === undefined && id > begun.ticket) {
    return [{ table: 'tickets', row: id, what: 'inserted', message: 'the audit chain does not tell of its opening' }]
  }
  const said = timesSaid(chain.flatMap((row) => detailOf(row) ?? []))
  const faults = clocks.flatMap((clock) => compareClock(id, clock, said.clocks[clock.id], opened !== undefined))
  for (const clock of Object.keys(said.clocks)) {
    if (clocks.some((each) => each.id === clock)) continue
    faults.push(clockFault(id, clock, 'removed', 'the audit chain tells of it'))
  }
  const differing = Object.entries({ ...(opened && reached), ...said.reached })
    .filter(([milestone]) => (reached[milestone] ?? null) !== (said.reached[milestone] ?? null))
    .map(([milestone]) => `${milestone} reached`)
  if (opened !== undefined && opened.at !== openedAt) differing.push('opened')
  if (differing.length > 0) {
    const message = `${differing.join(', ')}: not when the audit chain says`
    faults.push({ table: 'tickets', row: id, what: 'changed', message })
  }
  return faults
}

/** Of a ticket that is younger than the chain every clock is told of. */
function compareClock(
  ticket: string,
  clock: ClockTimes & { id: string },
  said: ClockTimes | undefined,
  isWhole: boolean,
): Fault[] {
  if (said !== undefined) {
    if (sameTimes(said, clock)) return []
    const names = (['dueAt', 'metAt', 'breachedAt', 'state', 'early'] as const).filter(
      (name) => said[name] !== clock[name],
    )
    const values = names.map((name) => `${name} is ${clock[name]} and was ${said[name]}`)
    return [clockFault(ticket, clock.id, 'changed', `by the audit chain ${values.join(', ')}`)]
  }
  return isWhole ? [clockFault(ticket, clock.id, 'inserted', 'the audit chain does not tell of it')] : []
}

const clockFault = (ticket: string, clock: string, what: Fault['what'], message: string): Fault => ({
  ...{ table: 'clocks', row: `${ticket}/${clock}`, what, message },
})

function timesSaid(details: readonly Times[]): Required<Times> {
  const said: Required<Times> = { clocks: {}, reached: {} }
  for (const { clocks, reached } of details) {
    Object.assign(said.clocks, clocks)
    Object.assign(said.reached, reached)
  }
  return said
}
