import { startNewlyCovered } from '../commitments/clocks.ts'
import { type CostLine, type Principal, Refusal, type Ticket, type TicketSize } from '../model.ts'
import { insertAudit } from '../storage/audit.ts'
import { findTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { appointmentAgreed, withAppointment } from './appointment.ts'
import { OPEN_STATES } from './charge.ts'
import { TOTAL_MAX_FEN, totalFen } from './costs.ts'
import { isEmergency, priceObstacle } from './ready.ts'
import { acceptanceOf } from './signed-for.ts'
import { completionNeeds, isUnderWarranty } from './terms.ts'
import { mustBeIn, mustBeVersion, ownTicket, writeJob } from './write.ts'

/** What people write into a work order; what is absent stays. */
export interface JobEdit {
  title?: string | undefined
  description?: string | undefined
  location?: string | undefined
  size?: TicketSize | null | undefined
  cause?: string | undefined
  measure?: string | undefined
  costs?: readonly CostLine[] | undefined
  paid?: boolean | undefined
  /** When somebody comes, as was agreed with the resident who wishes a time. */
  appointmentAt?: number | undefined
}

/** `ifVersions`: refused as `stale` unless the job has one of these; absent: any. */
export interface EditJobCommand extends JobEdit {
  type: 'edit_job'
  ticket: string
  ifVersions?: readonly number[]
}

/** What an edit may change, as one object. */
const written = ({ title, description, location, size, appointmentAt, job }: Ticket) => ({
  ...{ title, description, location, size, appointmentAt },
  ...{ cause: job.cause, measure: job.measure, costs: job.costs, paid: job.charge.paid },
})
type Written = ReturnType<typeof written>

/** The texts as they were are kept in the audit log, so that no edit loses somebody's words. */
export async function editJob(work: Work, command: EditJobCommand, by: Principal) {
  const ticket = await ownTicket(work, command.ticket, by)
  mustBeIn(ticket, 'to edit it', OPEN_STATES)
  mustBeVersion(ticket, command.ifVersions)
  if (command.paid === false && by.role === 'responder' && ticket.job.charge.paid) {
    throw new Refusal('forbidden', 'that paid work is free after all is said by a dispatcher')
  }
  if (command.paid === true && !ticket.job.charge.paid) await mustNotBeFree(work, ticket)
  const timezone = work.draft.timezoneOf(ticket.site)
  const edited = await withAppointment(work, withEdit(ticket, command, work.now, timezone), command, by)
  const changed = changedFields(written(ticket), written(edited))
  if (changed.length === 0) return { ticket }
  mustNotBeAccepted(ticket, changed)
  mustBeCharged(ticket, edited)
  mustStayWritten(ticket, edited)
  const detail = Object.fromEntries(
    changed.map((field) => [field, { from: written(ticket)[field], to: written(edited)[field] }]),
  )
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: ticket.id, detail })
  const next = { ...edited, job: { ...edited.job, version: ticket.job.version + 1 } }
  const done = { action: 'edit', by: by.name, note: changed.join(', ') }
  const saved = await writeJob(work, next, done, ticket)
  if (changed.includes('appointmentAt')) await appointmentAgreed(work, saved, by)
  return { ticket: saved }
}

/** How large it is may bring promises with it, which run from now on. */
function withEdit(ticket: Ticket, edit: JobEdit, now: number, timezone: string): Ticket {
  const { job } = ticket
  const edited: Ticket = {
    ...ticket,
    title: edit.title === undefined || edit.title === ticket.title.zh ? ticket.title : both(edit.title),
    description: edit.description ?? ticket.description,
    location: edit.location ?? ticket.location,
    size: edit.size === undefined ? ticket.size : edit.size,
    job: {
      ...job,
      cause: edit.cause ?? job.cause,
      measure: edit.measure ?? job.measure,
      costs: edit.costs ?? job.costs,
      charge: { ...job.charge, paid: edit.paid ?? job.charge.paid },
    },
  }
  return startNewlyCovered(ticket, edited, now, timezone)
}

const both = (text: string) => ({ zh: text, en: text })

function changedFields(before: Written, after: Written): (keyof Written)[] {
  const fields = Object.keys(before) as (keyof Written)[]
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

const SIGNED_FOR: readonly (keyof Written)[] = ['cause', 'measure', 'costs']

/** What somebody has accepted with his signature stays as he accepted it. */
function mustNotBeAccepted(ticket: Ticket, changed: readonly (keyof Written)[]): void {
  const accepted = acceptanceOf(ticket)
  const fixed = changed.filter((field) => SIGNED_FOR.includes(field))
  if (accepted === null || fixed.length === 0) return
  const at = new Date(accepted.at).toISOString()
  throw new Refusal(
    'conflict',
    `${fixed.join(', ')}: ${accepted.name} signed for it at ${at}, so it stays; open ` +
      'rework with POST /tickets/{id}/rework where more is to be done, or say what is to be put right in the `note` ' +
      'of sign-off or close',
    'signed_for',
    { name: accepted.name, at },
  )
}

/** Rework is free within the warranty of its original. */
async function mustNotBeFree(work: Work, { reworkOf, openedAt }: Ticket): Promise<void> {
  const original = reworkOf === null ? null : await findTicket(work.db, reworkOf)
  if (original === null || !isUnderWarranty(original, openedAt)) return
  const instead = 'report what the customer pays for beside it as a ticket of its own'
  throw new Refusal(
    'conflict',
    `charge.paid: this is rework of ${original.number} within its warranty, free; ${instead}`,
  )
}

/** What work did not count as complete without stays written down. */
function mustStayWritten(before: Ticket, { job }: Ticket): void {
  if (before.state !== 'completed' && before.state !== 'signed_off') return
  const emptied = completionNeeds(before).filter(
    (need) => (need === 'cause' || need === 'measure') && before.job[need] !== '' && job[need] === '',
  )
  if (emptied.length > 0) throw new Refusal('conflict', `the work is ${before.state}: it needs ${emptied.join(', ')}`)
}

/** What is done cannot become dearer than was agreed. */
function mustBeCharged(before: Ticket, after: Ticket): void {
  if (totalFen(after.job.costs) > TOTAL_MAX_FEN) {
    throw new Refusal('invalid', `costs: at most ${TOTAL_MAX_FEN} fen in all`, 'costs_max', { fen: TOTAL_MAX_FEN })
  }
  if (isEmergency(after) || (after.state !== 'completed' && after.state !== 'signed_off')) return
  const obstacle = priceObstacle(after)
  if (obstacle !== null && obstacle.text !== priceObstacle(before)?.text) {
    throw new Refusal('conflict', `the work is ${after.state}: ${obstacle.text}`, obstacle.reason, obstacle.facts)
  }
}
