import { mayTake } from '../escalation/whom.ts'
import {
  type CallIn,
  type CallInAnswer,
  type HistoryEntry,
  MINUTE_MS,
  type Principal,
  Refusal,
  type Responder,
  SYSTEM,
  type Ticket,
  WORKING_STATES,
} from '../model.ts'
import { aboutTicket, queueTicketNotice, tellPeople } from '../notify/queue.ts'
import { planOf, plansOf } from '../plans/book.ts'
import { mustSee } from '../rights.ts'
import { callInsOf, callInsOverdue, findCallIn, saveCallIn, saveCallInAnswer } from '../storage/call-ins.ts'
import { findTicket, insertHistory } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { nameOf } from './assign.ts'
import { answered, arrivals, ranOut } from './head-count.ts'
import { hasSkill, onDuty } from './on-duty.ts'

export type CallInCommand =
  | {
      type: 'call_in'
      ticket: string
      /** Absent: what was promised, else 20 within 60 minutes. */
      people?: number | undefined
      withinMs?: number | undefined
      skill?: string | undefined
      message?: string | undefined
    }
  | { type: 'answer_call_in'; callIn: string; responder: string; answer: CallInAnswer }

/** D14: (60分钟)抽调不少于20名员工. */
const PEOPLE = 20
const WITHIN_MS = 60 * MINUTE_MS
export const CALL_IN_PEOPLE_MAX = 500

/** `called`: how many people could be told. */
export async function performCallInCommand(
  work: Work,
  command: CallInCommand,
  by: Principal,
): Promise<{ callIn: CallIn; called?: number }> {
  if (command.type === 'answer_call_in') return { callIn: await answerCallIn(work, command, by) }
  const ticket = await findTicket(work.db, command.ticket)
  if (ticket === null) throw new Refusal('not_found', `ticket ${command.ticket} does not exist`)
  mustSee(by, ticket.site, `ticket ${command.ticket}`)
  return callIn(work, ticket, command, by)
}

async function callIn(work: Work, ticket: Ticket, asked: Extract<CallInCommand, { type: 'call_in' }>, by: Principal) {
  if (!WORKING_STATES.some((state) => state === ticket.state)) {
    throw new Refusal(
      'conflict',
      `nobody is called in to a ticket that is ${ticket.state}, but while ${WORKING_STATES.join(' or ')}`,
    )
  }
  const running = (await callInsOf(work.db, ticket.id)).find(({ state }) => state === 'running')
  if (running) {
    const count = `${arrivals(running)} of ${running.people} have arrived`
    throw new Refusal('conflict', `a call-in of this ticket is running already: ${count}; wait until it is met or over`)
  }
  const promised = ticket.commitments.find((commitment) => commitment.callIn !== undefined)?.callIn
  const withinMs = asked.withinMs ?? promised?.withinMs ?? WITHIN_MS
  const made: CallIn = {
    id: work.newId(),
    ticket: ticket.id,
    site: ticket.site,
    people: asked.people ?? promised?.people ?? PEOPLE,
    dueAt: work.now + withinMs,
    metAt: null,
    state: 'running',
    createdAt: work.now,
    by: by.name,
    answers: [],
  }
  await saveCallIn(work.db, made)
  const called = await callEveryone(work, ticket, made, asked)
  await note(work, ticket, { by: by.name, action: 'call-in' }, `${made.people} needed, ${called} called`)
  return { callIn: made, called }
}

async function callEveryone(
  work: Work,
  ticket: Ticket,
  { id, people, dueAt }: CallIn,
  { skill, message = '' }: { skill?: string | undefined; message?: string | undefined },
): Promise<number> {
  const about = aboutTicket(ticket, { callIn: id, people, dueAt, message })
  const told = { ...about, kind: 'ticket.call_in', emergency: true, until: 'complete' } as const
  return (await tellPeople(work, everyone(work, ticket.site, skill), told)).length
}

/** The property's own, those on duty first. */
function everyone(work: Work, site: string, skill: string | undefined): Responder[] {
  const book = work.draft.plans()
  const duty = new Set(onDuty(book, site, work.draft.timezoneOf(site), work.now).map(({ responder }) => responder))
  const able = plansOf(book, 'responder').filter((responder) => {
    if (!responder.enabled || !mayTake(responder)) return false
    return responder.sites.includes(site) && (skill === undefined || hasSkill(responder, skill))
  })
  return [...able.filter(({ id }) => duty.has(id)), ...able.filter(({ id }) => !duty.has(id))]
}

async function answerCallIn(
  work: Work,
  { callIn: id, responder, answer }: Extract<CallInCommand, { type: 'answer_call_in' }>,
  by: Principal,
): Promise<CallIn> {
  const before = await findCallIn(work.db, id)
  if (before === null) throw new Refusal('not_found', `call-in ${id} does not exist`)
  mustSee(by, before.site, `call-in ${id}`)
  if (by.role === 'responder' && responder !== by.name) {
    throw new Refusal('forbidden', 'a responder answers for himself')
  }
  if (!planOf(work.draft.plans(), 'responder', responder)?.sites.includes(before.site)) {
    throw new Refusal('invalid', `responder: ${responder} is no responder of site ${before.site}; add him to it first`)
  }
  const ticket = (await findTicket(work.db, before.ticket))!
  if (ticket.closedAt !== null) throw new Refusal('conflict', 'the ticket of this call-in has ended')
  if (before.answers.some((given) => given.responder === responder && given.answer === answer)) return before
  const current = await breach(work, before, ticket)
  const given = { responder, answer, at: work.now }
  const after = answered(current, given)
  await saveCallInAnswer(work.db, id, given)
  await saveCallIn(work.db, after)
  const count = `${arrivals(after)} of ${after.people} arrived`
  await note(work, ticket, { by: by.name, action: 'call-in-answer' }, `${nameOf(work, responder)}: ${answer}; ${count}`)
  if (current.metAt === null && after.metAt !== null) {
    await note(work, ticket, { by: SYSTEM, action: 'call-in-met' }, `${count}${after.state === 'met' ? '' : ', late'}`)
  }
  return after
}

/** Marks every call-in that has run out by now as breached, once. */
export async function breachCallIns(work: Work): Promise<void> {
  for (const callIn of await callInsOverdue(work.db, work.now)) {
    await breach(work, callIn, (await findTicket(work.db, callIn.ticket))!)
  }
}

async function breach(work: Work, callIn: CallIn, ticket: Ticket): Promise<CallIn> {
  const after = ranOut(callIn, work.now)
  if (after === callIn) return callIn
  await saveCallIn(work.db, after)
  const count = `${arrivals(after)} of ${after.people} arrived`
  await note(work, ticket, { by: SYSTEM, action: 'breach', at: callIn.dueAt + 1 }, `call_in: ${count}`)
  await queueTicketNotice(work, ticket, 'clock.breached', { milestone: 'call_in', arrived: arrivals(after) })
  return after
}

/** The ticket has ended: nobody has to come any more. */
export async function cancelCallIns(work: Work, ticket: Ticket): Promise<void> {
  for (const callIn of await callInsOf(work.db, ticket.id)) {
    const current = await breach(work, callIn, ticket)
    if (current.state !== 'running') continue
    await saveCallIn(work.db, { ...current, state: 'cancelled' })
    const count = `${arrivals(current)} of ${current.people} had arrived`
    await note(work, ticket, { by: SYSTEM, action: 'call-in-cancelled' }, count)
  }
}

type Noted = Pick<HistoryEntry, 'by' | 'action'> & { at?: number }

async function note(work: Work, { id, state }: Ticket, noted: Noted, text: string): Promise<void> {
  await insertHistory(work.db, id, { at: work.now, ...noted, from: state, to: state, note: text })
}
