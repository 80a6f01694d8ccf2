import { passOn } from '../dispatch/assign.ts'
import { type Staff, staffOf } from '../dispatch/staff.ts'
import { type LadderStep, MINUTE_MS, type Responder, type StepState, SYSTEM, type Ticket } from '../model.ts'
import { audienceOf } from '../drills/drills.ts'
import { aboutTicket, broadcast, tellPeople } from '../notify/queue.ts'
import { routesTo } from '../notify/routes.ts'
import { planOf } from '../plans/book.ts'
import { dueStepsOf, saveStep, stepsStillDue } from '../storage/ladder-steps.ts'
import { callsOf, saveCall } from '../storage/ticket-calls.ts'
import { insertHistory, ticketsByIds } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { isTicketSilenced } from './silenced.ts'
import { isOver, isReached, nextDue, onceMore, settled } from './steps.ts'
import { mayTake, peopleOf } from './whom.ts'

/** Steps that were found to be due: each that still is takes effect, once. */
export async function meetSteps(work: Work, ids: readonly string[]): Promise<void> {
  const due = await stepsStillDue(work.db, ids, work.now)
  const staff = staffOf(work)
  for (const ticket of await ticketsByIds(work.db, [...new Set(due.map((step) => step.ticket))])) {
    await fireSteps(
      work,
      ticket,
      due.filter((step) => step.ticket === ticket.id),
      staff,
    )
  }
}

/** What is due of one ticket's ladder takes effect now. Answers the ticket as it is then. */
export async function fireDue(work: Work, ticket: Ticket): Promise<Ticket> {
  return fireSteps(work, ticket, await dueStepsOf(work.db, ticket.id, work.now), staffOf(work))
}

async function fireSteps(work: Work, ticket: Ticket, steps: readonly LadderStep[], staff: Staff): Promise<Ticket> {
  if (steps.length === 0) return ticket
  const silenced = await isTicketSilenced(work, ticket)
  const told = new Set<string>()
  let current = ticket
  for (const step of steps) {
    if (isOver(current) || isReached(current, step.step)) {
      await settle(work, step, 'stopped')
      continue
    }
    const nextAt = nextDue(step, work.now)
    if (nextAt !== null) await saveStep(work.db, { ...onceMore(step, nextAt), id: work.newId() })
    if (silenced) await settle(work, step, 'silenced')
    else current = await fire(work, current, step, staff, told)
  }
  return current
}

const settle = (work: Work, step: LadderStep, state: StepState, called: readonly string[] = []) =>
  saveStep(work.db, { ...step, ...settled(state, work.now), called })

/** Calls whom a step names, else the fallback. `told`: who was told in this operation, by which channel: once each. */
async function fire(work: Work, ticket: Ticket, step: LadderStep, staff: Staff, told: Set<string>): Promise<Ticket> {
  const book = work.draft.plans()
  const calls = await callsOf(work.db, ticket.id)
  const around = { book, ticket, onDuty: staff.onDuty(ticket.site), calls }
  const { includes } = audienceOf(ticket.drill, (id) => work.draft.drill(id))
  const meant = peopleOf(step.step.whom, around)
  const people = meant.filter(includes)
  const given = step.step.passesOn === true ? await passOn(work, ticket, 'no_answer', ticket.assignee, staff) : ticket
  const taker = given.assignee === ticket.assignee ? undefined : planOf(book, 'responder', given.assignee ?? '')
  const sent = calls.filter(({ at, reason }) => at === work.now && reason !== 'escalation')
  const ofSent = sent.flatMap(({ responder }) => planOf(book, 'responder', responder) ?? [])
  for (const each of taker ? [...ofSent, taker] : ofSent) told.add(wayTo(work, ticket, each))

  // Who was asked and has not answered stays as he was asked first.
  const waiting = new Set(calls.filter(({ answer }) => answer === null).map(({ responder }) => responder))
  if (taker) waiting.add(taker.id)
  const wanted = taker === undefined ? people : [taker, ...people.filter(({ id }) => id !== taker.id)]
  const tell = (who: readonly Responder[]) => call(work, given, step, who, waiting, told)
  const reached = await tell(wanted)
  const instead = peopleOf(step.fallback, around)
  const isLeftOut = people.length < meant.length && wanted.length === 0
  const called = reached.length > 0 || isLeftOut ? reached : await tell(instead.filter(includes))
  const unanswered = isLeftOut || instead.some((each) => !includes(each)) ? 'drill' : 'nobody'
  await settle(
    work,
    step,
    called.length > 0 ? 'fired' : unanswered,
    called.map(({ id }) => id),
  )
  await record(work, given, step, called, isLeftOut)
  return given
}

/** Answers those who can be reached and were told, now or by what else this operation does. */
async function call(
  work: Work,
  ticket: Ticket,
  step: LadderStep,
  people: readonly Responder[],
  waiting: ReadonlySet<string>,
  told: Set<string>,
): Promise<Responder[]> {
  const { channels } = step.step
  const way = (each: Responder) => wayTo(work, ticket, each, channels)
  const untold = people.filter((each) => !told.has(way(each)))
  const reaches = (each: Responder) => routesTo(each, work.draft.plans(), ticket.site, channels).length > 0
  const reached = people.filter((each) => told.has(way(each)) && reaches(each))
  for (const accept of [true, false]) {
    const group = untold.filter((each) => mayTake(each) === accept)
    if (group.length === 0) continue
    const about = { ...aboutStep(work, ticket, step, accept), kind: 'ticket.call' as const }
    reached.push(...(await tellPeople(work, group, about, channels)))
  }
  for (const { id } of reached.filter((each) => mayTake(each) && !waiting.has(each.id))) {
    await saveCall(work.db, { ticket: ticket.id, responder: id, at: work.now, reason: 'escalation' })
  }
  for (const each of reached) told.add(way(each))
  return reached
}

/** Who is told and by which channel first: a step that asks for a voice call is not met by a text message. */
function wayTo(work: Work, { site }: Ticket, responder: Responder, channels?: readonly string[]): string {
  const [first] = routesTo(responder, work.draft.plans(), site, channels)
  return `${responder.id} ${first?.channel ?? ''}`
}

function aboutStep(work: Work, ticket: Ticket, { id, step }: LadderStep, accept: boolean) {
  const { unless, unlessParty = 'property' } = step
  const minutes = Math.floor((work.now - ticket.openedAt) / MINUTE_MS)
  const body = { stepName: step.name, minutes, accept: accept && ticket.reached.accept === undefined }
  // What another party reaches is withdrawn by its step.
  return { ...aboutTicket(ticket, body), step: id, until: unlessParty === 'property' ? unless : null }
}

const LEFT_OUT = 'nobody whom the drill names'

/** Where no people are set up at all, every step finds nobody: what is broadcast of the ticket has to do. */
async function record(
  work: Work,
  ticket: Ticket,
  step: LadderStep,
  called: readonly Responder[],
  isLeftOut: boolean,
): Promise<void> {
  if (work.draft.plans().responder.size === 0) return
  const { zh, en } = step.step.name
  const names = isLeftOut ? LEFT_OUT : called.map(({ name }) => name).join(', ') || '-'
  const entry = { at: work.now, by: SYSTEM, action: 'escalate', from: ticket.state, to: ticket.state }
  await insertHistory(work.db, ticket.id, { ...entry, note: `${zh} / ${en}: ${names}` })
  // The telephone of who was called shows it at once, and the ticket's page a line more.
  work.changes.push({ type: 'ticket', ticket, what: 'called' })
  if (called.length === 0 && !isLeftOut)
    await broadcast(work, { ...aboutStep(work, ticket, step, false), kind: 'escalation.nobody' })
}
