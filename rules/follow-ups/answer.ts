import { openComplaint } from '../complaints/open.ts'
import { meetClocks } from '../commitments/clocks.ts'
import { followLadder } from '../escalation/ladder.ts'
import { DAY_MS, type FollowUp, type FollowUpAnswer, Refusal, SATISFIED_FROM, type Ticket } from '../model.ts'
import { CUSTOMER_SERVICE, peopleWith } from '../jobs/superiors.ts'
import { openTask, sameTask } from '../jobs/tasks.ts'
import { tellWaiting } from '../jobs/waiting.ts'
import { aboutTicket, tellPeople } from '../notify/queue.ts'
import { planOf } from '../plans/book.ts'
import { workingOn } from '../storage/complaints.ts'
import { saveAnswered } from '../storage/follow-ups.ts'
import { writeMoved } from '../tickets/apply.ts'
import { openRework } from '../tickets/rework.ts'
import type { Work } from '../work.ts'

/** What the resident says. */
export interface Answered extends Pick<FollowUpAnswer, 'way' | 'grade' | 'reason' | 'faults'> {
  /** When the rework is to be done: needed where the repair does not hold, unless that was answered online. */
  appointmentAt?: number | undefined
  note?: string | undefined
}

/** Ours: no document says by when somebody has to apologise. */
const APOLOGY_WITHIN_MS = DAY_MS
/** Likewise by when somebody agrees with the resident when it is repaired again. */
const AGREED_WITHIN_MS = DAY_MS
/** Up to here somebody is not satisfied. */
const DISSATISFIED_TO = 2

/**
 * Takes an answer and what follows from it: a quality fault is repaired again by appointment, which the desk agrees
 * afterwards where it was answered online; who behaved badly or came late apologises at the door, and who is not
 * satisfied has complained. What is on its way already is not begun twice.
 */
export async function takeAnswer(
  work: Work,
  followUp: FollowUp,
  ticket: Ticket,
  answered: Answered,
  by: string,
): Promise<FollowUp> {
  const { way, grade, faults } = answered
  const reason = answered.reason.trim()
  if (grade < SATISFIED_FROM && reason === '') {
    throw new Refusal('invalid', `reason: ask why where the grade is below ${SATISFIED_FROM}, and write it down`)
  }
  const isLasting = !faults.includes('quality')
  const isRude = faults.includes('attitude') || faults.includes('lateness')
  const note = [reason, answered.note ?? ''].filter((part) => part !== '').join('; ')
  const rework = isLasting ? null : await reworkFor(work, followUp, ticket, answered, by, note)
  const apology = isRude ? await apologyFor(work, followUp, ticket, answered, reason) : null
  const complaint = grade <= DISSATISFIED_TO ? await complaintFor(work, followUp, ticket, answered, by) : null
  const answer = { at: work.now, by, way, grade, reason, faults, rework, complaint, apology }
  const done = { ...followUp, state: 'done' as const, answer }
  await saveAnswered(work.db, done)
  await reachFollowUp(work, ticket, by, [`grade ${grade}`, ...faults, note].filter((part) => part !== '').join(': '))
  if (grade < SATISFIED_FROM || isRude) await tellAssignee(work, ticket, { grade, reason, apology })
  return done
}

/** The first that is done reaches the milestone. */
async function reachFollowUp(work: Work, ticket: Ticket, by: string, note: string): Promise<void> {
  const asked: Ticket = {
    ...ticket,
    updatedAt: work.now,
    clocks: meetClocks(ticket.clocks, ['follow_up'], work.now),
    reached: { follow_up: work.now, ...ticket.reached },
  }
  await writeMoved(work, ticket, asked, 'follow_up', by, note)
  await followLadder(work, ticket, asked)
}

/** `null`: a time for it is still to be agreed. */
async function reworkFor(
  work: Work,
  { id: followUp }: FollowUp,
  ticket: Ticket,
  { way, appointmentAt, reason }: Answered,
  by: string,
  note: string,
): Promise<string | null> {
  const running = await workingOn(work.db, 'rework_of', ticket.id)
  if (running !== null) return running
  if (appointmentAt !== undefined) return (await openRework(work, ticket, { note, appointmentAt, paid: false }, by)).id
  if (way !== 'online') throw new Refusal('invalid', 'appointmentAt: agree when somebody comes to repair it again')
  const about = { followUp, reason, resident: ticket.reporter }
  const asked = { ticket, kind: 'agree_rework', assignee: null, dueAt: work.now + AGREED_WITHIN_MS, about } as const
  if ((await sameTask(work, asked)) === null) await tellToAgree(work, ticket, reason)
  await openTask(work, asked)
  return null
}

const tellToAgree = (work: Work, ticket: Ticket, reason: string) =>
  tellWaiting(work, ticket, peopleWith(work, ticket.site, CUSTOMER_SERVICE), {
    stepName: { zh: '请与住户约定返修时间', en: 'Agree with the resident when it is repaired again' },
    reason,
  })

/** He apologises once: a task that is open stays as it was asked for. */
async function apologyFor(
  work: Work,
  { id: followUp }: FollowUp,
  ticket: Ticket,
  { faults }: Answered,
  reason: string,
): Promise<string> {
  const { assignee, reporter: resident } = ticket
  const about = { followUp, faults: faults.filter((fault) => fault !== 'quality'), reason, resident }
  const asked = { ticket, kind: 'apology', assignee, dueAt: work.now + APOLOGY_WITHIN_MS, about } as const
  return ((await sameTask(work, asked)) ?? (await openTask(work, asked))).id
}

async function complaintFor(
  work: Work,
  followUp: FollowUp,
  ticket: Ticket,
  { way, reason }: Answered,
  by: string,
): Promise<string> {
  const running = await workingOn(work.db, 'about', ticket.id)
  if (running !== null) return running
  const { name, phone } = ticket.reporter ?? {}
  const said = { site: ticket.site, channel: way, text: reason, name, phone, about: ticket, followUp: followUp.id }
  return (await openComplaint(work, said, by)).id
}

/** What the resident said is fed back to who was there. */
async function tellAssignee(
  work: Work,
  ticket: Ticket,
  { grade, reason, apology }: Pick<FollowUpAnswer, 'grade' | 'reason' | 'apology'>,
): Promise<void> {
  const assignee = ticket.assignee === null ? undefined : planOf(work.draft.plans(), 'responder', ticket.assignee)
  if (assignee === undefined) return
  const dueAt = apology === null ? null : work.now + APOLOGY_WITHIN_MS
  const about = aboutTicket(ticket, { grade, reason, dueAt })
  await tellPeople(work, [assignee], { ...about, emergency: false, kind: 'follow_up.answered' })
}
