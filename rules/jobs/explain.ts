import { promiseOf } from '../commitments/promise.ts'
import { type Explanation, MINUTE_MS, type Principal, Refusal, type Ticket, type TicketClock } from '../model.ts'
import { mustSee } from '../rights.ts'
import { findTicket, insertHistory, saveTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { OPEN_STATES } from './charge.ts'
import { tellResidents } from './progress.ts'
import { hasResident } from './resident.ts'
import { openTask, openTaskOf, settleTask } from './tasks.ts'
import { mustBeIn } from './write.ts'

/** How somebody says that he told it himself; `written`: nobody waits for it, it is on record. */
export const EXPLAINED_WAYS = ['telephone', 'in_person', 'intercom', 'written'] as const
/** With both it still fits a text message. */
export const EXPLANATION_MAX = 120
const EXPLANATIONS_MAX = 50

export interface ExplainCommand {
  type: 'explain'
  ticket: string
  reason: string
  plan: string
  /** Absent: the residents are told by the ways that they chose. */
  way?: (typeof EXPLAINED_WAYS)[number] | undefined
}

/** Told and logged. Throws `Refusal`: `conflict` once the ticket has ended, or has as many as anybody reads. */
export async function explain(work: Work, { ticket: id, ...said }: ExplainCommand, by: Principal): Promise<Ticket> {
  const ticket = await findTicket(work.db, id)
  if (ticket === null) throw new Refusal('not_found', `ticket ${id} does not exist`)
  mustSee(by, ticket.site, `ticket ${id}`)
  if (by.role === 'responder' && ticket.assignee !== by.name) {
    throw new Refusal('forbidden', 'a responder explains the jobs assigned to him')
  }
  mustBeIn(ticket, 'explain', OPEN_STATES)
  if (ticket.job.explanations.length >= EXPLANATIONS_MAX) {
    const instead = 'telephone who waits, and drop an open task explain_delay with a note of what was said'
    throw new Refusal('conflict', `${EXPLANATIONS_MAX} explanations are written down; nobody reads more: ${instead}`)
  }
  const [reason, plan] = [said.reason.trim(), said.plan.trim()]
  if (reason === '') throw new Refusal('invalid', 'explain needs `reason`: why it is late')
  if (plan === '') throw new Refusal('invalid', 'explain needs `plan`: what happens next, and when')
  const way = said.way ?? (await tellResidents(work, ticket, progressOf(ticket, reason, plan))) ?? 'written'
  const explanation: Explanation = { at: work.now, by: by.name, reason, plan, way }
  const { job, state } = ticket
  const explained: Ticket = {
    ...ticket,
    updatedAt: work.now,
    job: { ...job, explanations: [...job.explanations, explanation] },
  }
  await saveTicket(work.db, explained)
  const note = `${way}: ${reason}; ${plan}`
  await insertHistory(work.db, id, { at: work.now, by: by.name, action: 'explain', from: state, to: state, note })
  const owed = await openTaskOf(work, id, 'explain_delay')
  if (owed !== null) await settleTask(work, owed, 'done', by.name, way)
  work.changes.push({ type: 'ticket', ticket: explained, what: 'moved' })
  return explained
}

/** Each explanation is a step of its own. */
const progressOf = ({ job }: Ticket, reason: string, plan: string) => ({
  ...{ step: `explained-${job.explanations.length + 1}`, said: { zh: '延误说明', en: 'Why it is late' } },
  ...{ reason, plan, until: null },
})

/** Ours: the documents say that it is told, not how soon. */
const EXPLAINED_AFTER_MS = 15 * MINUTE_MS

/** A clock has run out: somebody who waits is told why and what the plan is, or what was promised for that case. */
export async function oweExplanation(work: Work, ticket: Ticket, clock: TicketClock): Promise<void> {
  if (ticket.state === 'cancelled' || clock.milestone === 'follow_up') return
  const promise = promiseOf(ticket, clock, work.draft.timezoneOf(ticket.site))
  const { otherwise = null, quote = null } = promise?.target ?? {}
  if (otherwise === null && !(await hasResident(work, ticket))) return
  if ((await openTaskOf(work, ticket.id, 'explain_delay')) !== null) return
  const { milestone, party, dueAt, breachedAt } = clock
  await openTask(work, {
    ...{ ticket, kind: 'explain_delay', assignee: null, dueAt: (breachedAt ?? work.now) + EXPLAINED_AFTER_MS },
    about: { milestone, party, missed: dueAt, commitment: promise?.commitment.id ?? null, otherwise, quote },
  })
}
