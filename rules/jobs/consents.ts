import { type Consent, type Principal, Refusal, type Ticket, WORKING_STATES } from '../model.ts'
import type { Work } from '../work.ts'
import { type Deciding, decidersOf, DEPARTMENT_HEADS, mustBeOneOf, mustNotBeOwn } from './superiors.ts'
import { tellWaiting } from './waiting.ts'
import { mustBeIn, ownTicket, seenTicket, writeJob } from './write.ts'

/** Work beyond the rules needs the department head's consent (部门主管同意). */
export type ConsentCommand =
  | { type: 'ask_consent'; ticket: string; what: string }
  | { type: 'decide_consent'; ticket: string; consent: string; verdict: 'given' | 'refused'; note: string }

export const CONSENTS_MAX = 20

export function performConsentCommand(work: Work, command: ConsentCommand, by: Principal) {
  return command.type === 'ask_consent' ? askConsent(work, command, by) : decideConsent(work, command, by)
}

async function askConsent(work: Work, command: ConsentCommand & { type: 'ask_consent' }, by: Principal) {
  const { what } = command
  const ticket = await ownTicket(work, command.ticket, by)
  mustBeIn(ticket, 'to ask for consent', WORKING_STATES)
  const { consents } = ticket.job
  if (consents.length >= CONSENTS_MAX) throw new Refusal('conflict', `a ticket has at most ${CONSENTS_MAX} consents`)
  const asked = { state: 'asked', askedBy: by.name, askedAt: work.now, by: null, at: null, note: '' } as const
  const consent: Consent = { id: work.newId(), what, ...asked }
  const job = { ...ticket.job, consents: [...consents, consent] }
  const done = { action: 'consent.ask', by: by.name, note: what }
  const written = await writeJob(work, { ...ticket, job }, done)
  const stepName = {
    zh: `请决定是否同意超范围作业：${what}`,
    en: `Consent to work beyond the rules, or refuse it: ${what}`,
  }
  await tellWaiting(work, written, decidersOf(work, decidingOn(written, consent)), { stepName })
  return { ticket: written, id: consent.id }
}

/** Also who asked and has handed the job over since. */
const decidingOn = ({ site, assignee }: Ticket, { askedBy }: Consent): Deciding => ({
  ...{ site, roles: DEPARTMENT_HEADS },
  own: [assignee, askedBy],
})

async function decideConsent(work: Work, command: ConsentCommand & { type: 'decide_consent' }, by: Principal) {
  const { consent: id, verdict, note } = command
  const ticket = await seenTicket(work, command.ticket, by)
  mustBeOneOf(work, by, ticket.site, DEPARTMENT_HEADS)
  const asked = ticket.job.consents.find((each) => each.id === id)
  if (!asked) throw new Refusal('not_found', `consent ${id} does not exist`)
  if (asked.state !== 'asked') {
    throw new Refusal('conflict', `it is ${asked.state} already, by ${asked.by}; ask for another where it changed`)
  }
  mustNotBeOwn(work, by, decidingOn(ticket, asked), 'consents to his own job')
  mustBeIn(ticket, 'to decide on consent', WORKING_STATES)
  const decided: Consent = { ...asked, state: verdict, by: by.name, at: work.now, note }
  const job = { ...ticket.job, consents: ticket.job.consents.map((each) => (each.id === id ? decided : each)) }
  const action = verdict === 'given' ? 'consent.give' : 'consent.refuse'
  const said = note === '' ? asked.what : `${asked.what}: ${note}`
  return { ticket: await writeJob(work, { ...ticket, job }, { action, by: by.name, note: said }), id }
}
