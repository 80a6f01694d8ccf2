import { MILESTONES, type Milestone, type TicketClock } from '../rules/model.ts'
import type { ExportedTicket } from '../rules/storage/ticket-export.ts'
import { type Cell, csvLine } from './csv.ts'
import { iso, isoOrNull } from './iso.ts'

/** A ticket as one line of a table. */

type Column = [name: string, cell: (exported: ExportedTicket) => Cell]

/** The first clock of a milestone has its name; those of other parties and promises are in `other_clocks`. */
const firstClock = ({ ticket }: ExportedTicket, milestone: Milestone) =>
  ticket.clocks.find(({ id }) => id === milestone)

const milestoneColumns = (milestone: Milestone): Column[] => [
  [`${milestone}_reached_at`, ({ ticket }) => isoOrNull(ticket.reached[milestone])],
  [`${milestone}_due_at`, (exported) => isoOrNull(firstClock(exported, milestone)?.dueAt)],
  [`${milestone}_met_at`, (exported) => isoOrNull(firstClock(exported, milestone)?.metAt)],
  [`${milestone}_breached_at`, (exported) => isoOrNull(firstClock(exported, milestone)?.breachedAt)],
  [`${milestone}_clock`, (exported) => firstClock(exported, milestone)?.state ?? null],
]

const COLUMNS: readonly Column[] = [
  ['number', ({ ticket }) => ticket.number],
  ['id', ({ ticket }) => ticket.id],
  ['site', ({ ticket }) => ticket.site],
  ['location', ({ ticket }) => ticket.location],
  ['device', ({ ticket }) => ticket.device],
  ['state', ({ ticket }) => ticket.state],
  ['kind', ({ ticket }) => ticket.kind],
  ['priority', ({ ticket }) => ticket.priority],
  ['category', ({ ticket }) => ticket.category],
  ['origin', ({ ticket }) => ticket.origin],
  ['size', ({ ticket }) => ticket.size],
  ['title_zh', ({ ticket }) => ticket.title.zh],
  ['title_en', ({ ticket }) => ticket.title.en],
  ['assignee', ({ ticket }) => ticket.assignee],
  ['rework_of', ({ ticket }) => ticket.reworkOf],
  ['commitments', ({ ticket }) => ticket.commitments.map(({ id }) => id).join(' ')],
  ['occurred_at', ({ ticket }) => iso(ticket.occurredAt)],
  ['opened_at', ({ ticket }) => iso(ticket.openedAt)],
  ['appointment_at', ({ ticket }) => isoOrNull(ticket.appointmentAt)],
  ['closed_at', ({ ticket }) => isoOrNull(ticket.closedAt)],
  ...MILESTONES.flatMap(milestoneColumns),
  ['other_clocks', ({ ticket }) => otherClocks(ticket.clocks)],
  ['cause', ({ ticket }) => ticket.job.cause],
  ['measure', ({ ticket }) => ticket.job.measure],
  ['drill', ({ ticket }) => ticket.drill],
  ['grades', ({ answers }) => answers.map(({ grade }) => grade).join(' ')],
  ['grade_reasons', ({ answers }) => answers.flatMap(({ reason }) => reason || []).join('; ')],
]

/** `arrive-2 maintenance_firm met_late due … met … breached …`, separated by `; `. */
function otherClocks(clocks: readonly TicketClock[]): string {
  const others = clocks.filter(({ id, milestone }) => id !== milestone)
  const told = others.map(({ id, party, state, dueAt, metAt, breachedAt }) => [
    ...[id, party, state, `due ${iso(dueAt)}`],
    ...(metAt === null ? [] : [`met ${iso(metAt)}`]),
    ...(breachedAt === null ? [] : [`breached ${iso(breachedAt)}`]),
  ])
  return told.map((words) => words.join(' ')).join('; ')
}

export const ticketCsvHeader = () => csvLine(COLUMNS.map(([name]) => name))

export const ticketCsvLine = (exported: ExportedTicket) => csvLine(COLUMNS.map(([, cell]) => cell(exported)))
