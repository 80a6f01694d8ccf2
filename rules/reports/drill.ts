import type { Alarm, Drill, LadderStep, Notice, Ticket, TicketCall, TicketClock } from '../model.ts'
import type { AlarmFilter } from '../storage/alarms.ts'
import { listAlarms } from '../storage/alarms.ts'
import type { Db } from '../storage/connect.ts'
import { stepsOf } from '../storage/ladder-steps.ts'
import { noticesOf } from '../storage/outbox.ts'
import { callsOf } from '../storage/ticket-calls.ts'
import { historyOf, ticketsOfDrill } from '../storage/tickets.ts'
import { UNSENT } from '../control/zone.ts'

/** So many tickets and alarms of a drill are told of: the first tickets, the latest alarms. */
export const DRILL_REPORT_MAX = 500

/** What came of a drill, ticket by ticket. */
export interface DrillReport {
  drill: Drill
  alarms: readonly Alarm[]
  tickets: readonly DrilledTicket[]
  /** Of alarms without a ticket. */
  notices: readonly Notice[]
}

export interface DrilledTicket {
  ticket: Ticket
  clocks: readonly DrilledClock[]
  calls: readonly TicketCall[]
  steps: readonly LadderStep[]
  notices: readonly Notice[]
  /** What was answered by the drill alone: commands that were not sent. */
  unsent: readonly string[]
}

/** A clock of the ticket. `kept`: `null` where the drill was over before that was decided. */
export interface DrilledClock extends Pick<TicketClock, 'milestone' | 'party' | 'dueAt' | 'metAt'> {
  kept: boolean | null
}

export async function drillReport(db: Db, drill: Drill): Promise<DrillReport> {
  const filter: AlarmFilter = { sites: null, drill: drill.id, limit: DRILL_REPORT_MAX }
  const alarms = (await listAlarms(db, filter)).reverse()
  const tickets: DrilledTicket[] = []
  for (const ticket of await ticketsOfDrill(db, drill.id, undefined, DRILL_REPORT_MAX)) {
    const unsent = (await historyOf(db, ticket.id)).filter(({ note }) => note.endsWith(UNSENT))
    tickets.push({
      ticket,
      clocks: ticket.clocks.map(drilledClock),
      calls: await callsOf(db, ticket.id),
      steps: await stepsOf(db, ticket.id),
      notices: await noticesOf(db, { ticket: ticket.id }),
      unsent: unsent.map(({ note }) => note),
    })
    // Each is some questions of the database; others have their turn between two.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const notices: Notice[] = []
  for (const { id } of alarms) notices.push(...(await noticesOf(db, { alarm: id })))
  return { drill, alarms, tickets, notices }
}

function drilledClock({ milestone, party, dueAt, metAt, state, breachedAt }: TicketClock): DrilledClock {
  const kept = state === 'met' ? true : state === 'met_late' || breachedAt !== null ? false : null
  return { milestone, party, dueAt, metAt, kept }
}

export interface Reckoned {
  kept: number
  missed: number
  undecided: number
}

/** How many clocks of all tickets were kept. */
export function reckoned({ tickets }: Pick<DrillReport, 'tickets'>): Reckoned {
  const all = tickets.flatMap(({ clocks }) => clocks)
  const count = (kept: boolean | null) => all.filter((clock) => clock.kept === kept).length
  return { kept: count(true), missed: count(false), undecided: count(null) }
}
