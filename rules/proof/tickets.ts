import type { Signature } from '../model.ts'
import type { AuditRow } from '../storage/audit.ts'
import type { ProvenTicket } from '../storage/proof.ts'
import type { Row } from '../storage/schema.ts'
import type { Fault } from './chain.ts'
import { SEAL_PREFIX, type SealDetail, sealOf, type SealedTable } from './seals.ts'
import { type ClockTimes, isSame, sameTimes, TICKET_PREFIX, type TicketDetail, type Times } from './times.ts'

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

/** `null`: it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A line of history and the row of the chain that tells of it. */
export function compareLine(row: Row<'ticket_history'>, chain: AuditRow, said: TicketDetail): Fault[] {
  const pairs: Pairs = {
    ticket: [row.ticket, chain.subject],
    at: [row.at, chain.at],
    by: [row.by, chain.by],
    action: [`${TICKET_PREFIX}${row.action}`, chain.action],
    from: [row.from_state, said.from],
    to: [row.to_state, said.to],
    note: [row.note, said.note],
  }
  return toldOtherwise(pairs, chain).map((message) => lineFault(row.id, 'changed', message))
}

/** What is stored beside what a row of the chain tells, by its name. */
export type Pairs = Readonly<Record<string, readonly [stored: unknown, told: unknown]>>

/** One sentence about all that differs, or none. */
export function toldOtherwise(pairs: Pairs, { id }: Pick<AuditRow, 'id'>): string[] {
  const names = Object.entries(pairs).flatMap(([name, [stored, told]]) => (stored === told ? [] : [name]))
  return names.length === 0 ? [] : [`${names.join(', ')}: not as row ${id} of the audit chain says`]
}

export const lineFault = (id: number, what: Fault['what'], message: string): Fault => ({
  ...{ table: 'ticket_history', row: String(id), what, message },
})

/** A ticket, its clocks and what is beside it against what the chain's rows of it, oldest first, said last. */
export function compareTicket(ticket: ProvenTicket, begun: Begun): Fault[] {
  const { id, openedAt, reached, clocks, chain } = ticket
  const opened = chain.find(({ action }) => action === `${TICKET_PREFIX}open`)
  if (opened === undefined && id > begun.ticket) {
    return [{ table: 'tickets', row: id, what: 'inserted', message: 'the audit chain does not tell of its opening' }]
  }
  const details = chain.flatMap((row) => detailOf(row) ?? [])
  const said = timesSaid(details)
  // Where its opening tells of what was promised, all that is sealed was.
  const isSealed = details[0]?.standing?.promise !== undefined
  const faults = clocks.flatMap((clock) => compareClock(id, clock, said.clocks[clock.id], opened !== undefined))
  for (const clock of Object.keys(said.clocks)) {
    if (clocks.some((each) => each.id === clock)) continue
    faults.push(clockFault(id, clock, 'removed', 'the audit chain tells of it'))
  }
  const differing = Object.entries({ ...(opened && reached), ...said.reached })
    .filter(([milestone]) => (reached[milestone] ?? null) !== (said.reached[milestone] ?? null))
    .map(([milestone]) => `${milestone} reached`)
  if (opened !== undefined && opened.at !== openedAt) differing.push('opened')
  if (differing.length > 0) faults.push(ticketFault(id, `${differing.join(', ')}: not when the audit chain says`))
  return [...faults, ...compareStanding(ticket, said.standing, details), ...compareSeals(ticket, isSealed)]
}

const ticketFault = (row: string, message: string): Fault => ({ table: 'tickets', row, what: 'changed', message })

/** A line that moves it nowhere may have been written before another that moved it. */
function compareStanding(
  { id, state, standing, signatures, sealed }: ProvenTicket,
  said: Required<Times>['standing'],
  details: readonly TicketDetail[],
): Fault[] {
  const moved = details.findLast(({ from, to }) => to !== null && to !== from)
  const stored = { ...standing, state }
  const told = { drill: null, ...said, ...(moved && { state: moved.to }) }
  const differing = (Object.keys(told) as (keyof typeof stored)[]).filter((name) => !isSame(stored[name], told[name]))
  const faults: Fault[] = []
  if (differing.length > 0) {
    const values = differing.map((name) => `${name} is ${shown(stored[name])} and was ${shown(told[name])}`)
    faults.push(ticketFault(id, `by the audit chain ${values.join(', ')}`))
  }
  const kept = sealed.flatMap(({ table, row }) => (table === 'signatures' ? [signed(row, row.drawing !== null)] : []))
  const named = signatures.map((signature) => signed(signature, signature.drawn))
  if (!isSame(kept.sort(), named.sort())) {
    faults.push(ticketFault(id, 'its signatures are not those that were kept'))
  }
  return faults
}

const signed = (
  { id, signer, name, at, by }: Omit<Signature, 'drawn' | 'signer'> & { signer: string },
  drawn: boolean,
) => JSON.stringify([id, signer, name, at, by, drawn])

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** The rows beside a ticket and the hashes that the chain knows of them. */
function compareSeals({ chain, sealed }: ProvenTicket, isWhole: boolean): Fault[] {
  const told = new Map<string, { table: SealedTable } & SealDetail>()
  for (const { action, detail } of chain) {
    if (!action.startsWith(SEAL_PREFIX)) continue
    const said = parsed(detail) as SealDetail | null
    const table = action.slice(SEAL_PREFIX.length) as SealedTable
    if (said !== null) told.set(`${table} ${said.row}`, { table, ...said })
  }
  const faults: Fault[] = []
  for (const { table, row } of sealed) {
    const said = told.get(`${table} ${row.id}`)
    told.delete(`${table} ${row.id}`)
    if (said === undefined && isWhole) faults.push(rowFault(table, row.id, 'inserted', NOT_TOLD))
    if (said !== undefined && said.hash !== sealOf(table, row)) {
      faults.push(rowFault(table, row.id, 'changed', 'not as the audit chain says'))
    }
  }
  return [...faults, ...[...told.values()].map(({ table, row }) => rowFault(table, row, 'removed', TOLD))]
}

const NOT_TOLD = 'the audit chain does not tell of it'
const TOLD = 'the audit chain tells of it'

const rowFault = (table: Fault['table'], row: string, what: Fault['what'], message: string): Fault => ({
  ...{ table, row, what, message },
})

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
  const said: Required<Times> = { clocks: {}, reached: {}, standing: {} }
  for (const { clocks, reached, standing } of details) {
    Object.assign(said.clocks, clocks)
    Object.assign(said.reached, reached)
    Object.assign(said.standing, standing)
  }
  return said
}
