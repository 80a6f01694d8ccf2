import { localDate } from '../calendar/zone.ts'
import { openTicketNow, ticketJoined } from '../dispatch/follow.ts'
import {
  type Charge,
  type Intake,
  INTAKE_CHANNELS,
  MINUTE_MS,
  type Principal,
  Refusal,
  type Ticket,
  WORKING_STATES,
} from '../model.ts'
import { cutToLength, oneLine } from '../notify/channels/text.ts'
import { isWish, oweAppointment } from '../jobs/appointment.ts'
import { isEmergency } from '../jobs/ready.ts'
import { changedTimes } from '../proof/times.ts'
import { insertIntake, samePageReport, workingPlaces } from '../storage/intakes.ts'
import { findTicket, insertHistory, nextSequence, saveTicket } from '../storage/tickets.ts'
import { dayOf, ticketNumber } from '../tickets/open.ts'
import { mustBePossible, ticketOfReport } from '../tickets/report.ts'
import type { ReportedTicket } from '../tickets/reported.ts'
import type { Work } from '../work.ts'
import { likeTickets, placeOf, ticketWithReport } from './joins.ts'

/** Somebody's report as it is written down (报修登记), by whoever answers him or by himself. Times in milliseconds. */
export interface ReportForRegister
  extends
    Pick<Intake, 'site' | 'channel' | 'name' | 'phone' | 'household' | 'location' | 'text' | 'category'>,
    Pick<Intake, 'priority' | 'size' | 'paid' | 'progress' | 'formDate' | 'appointmentAt' | 'occurredAt'> {
  device: string | null
  problems: readonly string[]
  /** The price that he was told. */
  quotedFen: number | null
  /** Who agreed to it, before any work. */
  agreedBy: string | null
  /** The ticket that it is about; `null`: none, whatever it looks like; absent: as `matchOf` finds. */
  joins?: string | null | undefined
}

export interface Registered {
  intake: Intake
  ticket: Ticket
}

const SAME_WITHIN_MS = 10 * MINUTE_MS
const TITLE_MAX = 60
const NOTE_MAX = 200

/**
 * Keeps an entry of the register, and opens the ticket that it is about or joins the one that is being worked on. The
 * same report from the same telephone on the public page is one for ten minutes, while it is being worked on. Throws
 * `Refusal`.
 */
export async function registerReport(work: Work, report: ReportForRegister, by: Principal): Promise<Registered> {
  mustMakeSense(work, report)
  const reported = reportedOf(report)
  mustBePossible(work, reported, by)
  if (report.channel === 'page') {
    const same = await samePageReport(work.db, report, work.now - SAME_WITHIN_MS)
    const ticket = same && (await findTicket(work.db, same.ticket))
    // Who reports anew after it was over is not told that it is being worked on.
    if (same && ticket && isWorking(ticket)) return { intake: same, ticket }
  }
  const charge = chargeOf(report, work.now, by)
  const working = await ticketToJoin(work, report)
  if (working !== null) {
    const intake = await writeIntake(work, report, { ticket: working.id, joined: true }, by)
    const ticket = await join(work, working, intake, { ...reported, charge }, by)
    await oweAppointment(work, ticket, intake)
    return { intake, ticket }
  }
  const opened = await ticketOfReport(work, reported)
  const ticket = { ...opened, job: { ...opened.job, charge } }
  const intake = await writeIntake(work, report, { ticket: ticket.id, joined: false }, by)
  const begun = await openTicketNow(work, ticket, by.name, reported.description)
  await oweAppointment(work, begun, intake)
  return { intake, ticket: begun }
}

/** A report that came in as a ticket: it is an entry of the register too, and always opens its own. */
export async function reportTicket(work: Work, reported: ReportedTicket, by: Principal): Promise<Ticket> {
  mustBePossible(work, reported, by)
  const ticket = await ticketOfReport(work, reported)
  const { title, description, reporter, occurredAt = null, appointmentAt = null, size = null } = reported
  const entry = {
    ...{ site: reported.site, category: reported.category, priority: reported.priority, location: ticket.location },
    ...{ size, occurredAt, appointmentAt, household: '', paid: false, progress: 'none' as const, formDate: null },
    channel: INTAKE_CHANNELS.find((known) => known === reporter?.channel) ?? 'telephone',
    name: reporter?.name ?? '',
    phone: reporter?.phone ?? '',
    text: description === '' ? title : `${title}\n${description}`,
  }
  await writeIntake(work, entry, { ticket: ticket.id, joined: false }, by)
  return openTicketNow(work, ticket, by.name, description)
}

function mustMakeSense(work: Work, { channel, formDate, paid, quotedFen, agreedBy, ...report }: ReportForRegister) {
  const refuse = (message: string) => {
    throw new Refusal('invalid', message)
  }
  if (formDate !== null && channel !== 'paper') refuse("formDate: of a paper form; set channel to 'paper' too")
  if (formDate !== null && formDate > localDate(work.draft.timezoneOf(report.site), work.now)) {
    refuse('formDate: the day on the form, not in the future')
  }
  if (!paid && (quotedFen !== null || agreedBy !== null)) refuse('paid: set it to true where a price was told')
  if (agreedBy !== null && quotedFen === null) refuse('quotedFen: the price that was agreed to')
  if (report.progress !== 'none' && report.phone === '') refuse("phone: needed to tell how it goes, or 'none'")
  if (typeof report.joins === 'string' && report.appointmentAt !== null) {
    refuse('joins: an appointment has a ticket of its own; leave out one of the two')
  }
}

const agreedTime = (report: ReportForRegister) => (isWish(report) ? null : report.appointmentAt)

function reportedOf(report: ReportForRegister): ReportedTicket {
  const { site, category, priority, size, device, problems, occurredAt, text, channel } = report
  const appointmentAt = agreedTime(report)
  const said = { ...(report.name && { name: report.name }), ...(report.phone && { phone: report.phone }) }
  return {
    ...{ site, category, priority, size, device, problems, location: placeOf(report) },
    title: cutToLength(oneLine(text), TITLE_MAX),
    description: text,
    kind: appointmentAt === null ? 'repair' : 'appointment',
    reporter: { ...said, channel },
    occurredAt: occurredAt ?? undefined,
    appointmentAt: appointmentAt ?? undefined,
  }
}

function chargeOf({ paid, quotedFen, agreedBy }: ReportForRegister, now: number, { name }: Principal): Charge {
  return { paid, quotedFen, agreed: agreedBy === null ? null : { name: agreedBy, at: now, by: name } }
}

async function ticketToJoin(work: Work, report: ReportForRegister): Promise<Ticket | null> {
  if (report.joins === null) return null
  if (report.joins !== undefined) return namedTicket(work, report.joins, report)
  if (agreedTime(report) !== null) return null
  const [first] = likeTickets(report, await workingPlaces(work.db, report.site))
  return first?.joins ? findTicket(work.db, first.ticket) : null
}

async function namedTicket(work: Work, id: string, { site, ...report }: ReportForRegister): Promise<Ticket> {
  const ticket = await findTicket(work.db, id)
  if (ticket === null || ticket.site !== site) throw new Refusal('not_found', `ticket ${id} does not exist`)
  if (ticket.kind === 'appointment' && isEmergency(report)) {
    throw new Refusal(
      'invalid',
      `joins: ticket ${ticket.number} is an appointment, and an emergency is never put off to one: leave joins out`,
    )
  }
  if (ticket.drill !== null) {
    throw new Refusal(
      'invalid',
      `joins: ticket ${ticket.number} is a drill and what is reported is not: leave joins out`,
    )
  }
  if (isWorking(ticket)) return ticket
  const allowed = WORKING_STATES.join(', ')
  throw new Refusal(
    'conflict',
    `ticket ${ticket.number} is ${ticket.state}; a report joins in ${allowed}: open a new one`,
  )
}

const isWorking = ({ state }: Ticket) => (WORKING_STATES as readonly string[]).includes(state)

/** It makes the ticket more urgent where it says so; who reports first is whom the crew asks. */
async function join(
  work: Work,
  ticket: Ticket,
  intake: Intake,
  said: ReportedTicket & { charge: Charge },
  by: Principal,
) {
  const joined = ticketWithReport(ticket, said, work.now, work.draft.timezoneOf(ticket.site))
  await saveTicket(work.db, joined)
  const note = `${intake.number}: ${cutToLength(oneLine(intake.text), NOTE_MAX)}`
  const entry = { at: work.now, by: by.name, action: 'report', from: ticket.state, to: ticket.state, note }
  await insertHistory(work.db, ticket.id, entry, changedTimes(ticket, joined))
  work.changes.push({ type: 'ticket', ticket: joined, what: 'joined' })
  await ticketJoined(work, ticket, joined)
  return (await findTicket(work.db, ticket.id))!
}

type Entry = Omit<Intake, 'id' | 'number' | 'receivedAt' | 'takenBy' | 'ticket' | 'joined'>

async function writeIntake(
  work: Work,
  said: Entry,
  of: Pick<Intake, 'ticket' | 'joined'>,
  by: Principal,
): Promise<Intake> {
  const { site, occurredAt, channel, name, phone, household, location, text, category } = said
  const { priority, size, paid, appointmentAt, progress, formDate } = said
  const day = `BX${dayOf(work.now, work.draft.timezoneOf(site))}`
  const intake: Intake = {
    ...{ site, occurredAt, channel, name, phone, household, location, text, category },
    ...{ priority, size, paid, appointmentAt, progress, formDate, ...of },
    id: work.newId(),
    number: ticketNumber(day, await nextSequence(work.db, day)),
    receivedAt: work.now,
    takenBy: channel === 'page' ? null : by.name,
  }
  await insertIntake(work.db, intake)
  return intake
}
