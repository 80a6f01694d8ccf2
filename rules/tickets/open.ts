import {
  type Alarm,
  type Commitment,
  type Device,
  NEW_JOB,
  PRIORITIES,
  type Priority,
  type Rule,
  type Ticket,
  type TicketKind,
  type TicketOrigin,
  type TicketSize,
} from '../model.ts'
import { startClocks, startNewlyCovered } from '../commitments/clocks.ts'
import { couldCover } from '../commitments/covers.ts'
import { titleIn } from '../drills/drills.ts'
import { isUnderWarranty } from '../jobs/terms.ts'

/** What a ticket is about, whoever reports it: an alarm, a resident, or an earlier ticket whose repair did not hold. */
export interface Report {
  origin: TicketOrigin
  /** Absent: a repair. */
  kind?: TicketKind
  size?: TicketSize | null
  problems?: readonly string[]
  /** Absent: now. */
  occurredAt?: number
  appointmentAt?: number | null
  priority: Priority
  category: string
  site: string
  location: string
  device: string | null
  title: { zh: string; en: string }
  description: string
  reporter: Ticket['reporter']
  alarms: readonly string[]
  reworkOf: string | null
  follows: string | null
  ageUnknown: boolean
  /** Absent: it is real. */
  drill?: string | null
  /** Whether the customer pays; absent: he does not. */
  paid?: boolean
}

/** A new ticket. It keeps what was promised as it is at that moment: what covers it now, or may come to. */
export function openTicket(
  id: string,
  number: string,
  { paid = false, ...report }: Report,
  commitments: readonly Commitment[],
  now: number,
  timezone: string,
): Ticket {
  const promised = {
    ...report,
    kind: report.kind ?? 'repair',
    size: report.size ?? null,
    problems: report.problems ?? [],
    openedAt: now,
    occurredAt: report.occurredAt ?? now,
    appointmentAt: report.appointmentAt ?? null,
    drill: report.drill ?? null,
  }
  const frozen = commitments.filter((each) => couldCover(each.covers, promised))
  return {
    id,
    number,
    ...promised,
    commands: [],
    state: 'pending_dispatch',
    assignee: null,
    signature: null,
    updatedAt: now,
    closedAt: null,
    commitments: frozen,
    clocks: startClocks(frozen, promised, timezone),
    reached: {},
    job: { ...NEW_JOB, charge: { ...NEW_JOB.charge, paid } },
  }
}

export function reportOfAlarm(alarm: Alarm, rule: Rule, device: Device, follows: string | null): Report {
  const where = device.location || device.name
  return {
    origin: 'alarm',
    priority: alarm.priority,
    category: alarm.category,
    site: device.site,
    location: device.location,
    device: device.id,
    title: titleIn(alarm.drill, { zh: `${where} ${rule.title.zh}`.trim(), en: `${rule.title.en}: ${where}` }),
    description: '',
    reporter: null,
    alarms: [alarm.id],
    problems: [rule.id],
    reworkOf: null,
    follows,
    ageUnknown: alarm.ageUnknown,
    drill: alarm.drill,
  }
}

/**
 * Free while the warranty runs, and always where none ends it; after it the customer pays as he did before, and is told
 * the price anew. `appointmentAt`: when somebody comes, where that was agreed.
 */
export function reportOfRework(original: Ticket, note: string, now: number, appointmentAt?: number): Report {
  return {
    ...(appointmentAt !== undefined && { kind: 'appointment', appointmentAt }),
    paid: !isUnderWarranty(original, now) && original.job.charge.paid,
    origin: 'rework',
    // What is agreed for a later day sends nobody at once, as an emergency would.
    priority: appointmentAt !== undefined && original.priority === 'critical' ? 'high' : original.priority,
    category: original.category,
    site: original.site,
    location: original.location,
    device: original.device,
    title: titleIn(original.drill, { zh: `返修：${original.title.zh}`, en: `Rework: ${original.title.en}` }),
    description: note,
    reporter: original.reporter,
    alarms: [],
    problems: original.problems,
    reworkOf: original.id,
    follows: original.id,
    drill: original.drill,
    ageUnknown: false,
  }
}

/**
 * An alarm joins the ticket of the same problem that is still being worked on. It may make it more urgent; the title
 * then also names it, and what is owed for it begins: a button that was pressed becomes passengers that are trapped.
 */
export function joinTicket(ticket: Ticket, alarm: Alarm, rule: Rule, now: number, timezone: string): Ticket {
  const alarms = ticket.alarms.includes(alarm.id) ? ticket.alarms : [...ticket.alarms, alarm.id]
  const priority = moreUrgent(alarm.priority, ticket.priority)
  if (alarms === ticket.alarms && priority === ticket.priority) return ticket
  const problems = ticket.problems.includes(rule.id) ? ticket.problems : [...ticket.problems, rule.id]
  const named = ticket.title.zh.includes(rule.title.zh)
  const title = named
    ? ticket.title
    : titleIn(ticket.drill, { zh: `${ticket.title.zh}、${rule.title.zh}`, en: `${rule.title.en}, ${ticket.title.en}` })
  const job = named ? ticket.job : { ...ticket.job, version: ticket.job.version + 1 }
  const joined = { ...ticket, alarms, problems, priority, title, job, updatedAt: now }
  return startNewlyCovered(ticket, joined, now, timezone)
}

export const moreUrgent = (a: Priority, b: Priority) => (PRIORITIES.indexOf(a) < PRIORITIES.indexOf(b) ? a : b)

/** The day of a site's own time zone, `YYYYMMDD`, that its ticket numbers run by. */
export function dayOf(epochMs: number, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(epochMs)
  return parts.replaceAll('-', '')
}

export function ticketNumber(day: string, sequence: number): string {
  return `${day}-${String(sequence).padStart(4, '0')}`
}
