import { openTicketNow } from '../dispatch/follow.ts'
import { openTaskOf, settleTask } from '../jobs/tasks.ts'
import type { Ticket } from '../model.ts'
import { findFollowUp, saveFollowUp } from '../storage/follow-ups.ts'
import type { Work } from '../work.ts'
import { newTicket } from './apply.ts'
import { reportOfRework } from './open.ts'
import { mustFitItsTimes } from './reported.ts'

export interface AskedRework {
  note?: string | undefined
  /** When somebody comes; absent: as soon as may be. */
  appointmentAt?: number | undefined
  /** Absent: by the warranty. */
  paid?: boolean
}

/**
 * A new ticket for a repair that did not hold (返修), linked to its original; with a time it is an appointment. Throws
 * `Refusal` `invalid` where that time cannot be meant.
 */
export async function openRework(work: Work, original: Ticket, asked: AskedRework, by: string): Promise<Ticket> {
  const { note = '', appointmentAt, ...terms } = asked
  if (appointmentAt !== undefined) mustFitItsTimes({ kind: 'appointment', appointmentAt }, work.now)
  const report = reportOfRework(original, note, work.now, appointmentAt)
  const rework = await openTicketNow(work, await newTicket(work, { ...report, ...terms }), by, note)
  await reworkAgreed(work, original, rework, by)
  return rework
}

/** What a resident answered online is then done, and its follow-up tells what came of it. */
async function reworkAgreed(work: Work, original: Ticket, rework: Ticket, by: string): Promise<void> {
  const task = await openTaskOf(work, original.id, 'agree_rework')
  if (task === null) return
  await settleTask(work, task, 'done', by, rework.number)
  const followUp = await findFollowUp(work.db, String(task.about.followUp))
  if (!followUp?.answer) return
  await saveFollowUp(work.db, { ...followUp, answer: { ...followUp.answer, rework: rework.id } })
}
