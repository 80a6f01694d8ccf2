import { startAppointed } from '../commitments/clocks.ts'
import { HOUR_MS, type Intake, type Principal, Refusal, type Ticket } from '../model.ts'
import { intakesOf } from '../storage/intakes.ts'
import { BEFORE_SITE } from '../tickets/machine.ts'
import { mustFitItsTimes } from '../tickets/reported.ts'
import type { Work } from '../work.ts'
import { shownTime, tellResidents } from './progress.ts'
import { isEmergency } from './ready.ts'
import { openTask, openTaskOf, settleTask } from './tasks.ts'
import { mustBeIn } from './write.ts'

/** A time that a resident wishes on the page is none that anybody agreed: the desk is told, and agrees one. */
export const isWish = ({ channel, appointmentAt }: Pick<Intake, 'channel' | 'appointmentAt'>): boolean =>
  channel === 'page' && appointmentAt !== null

/** Ours: an answer is due while he still looks at his telephone, and at the latest by the time that he wishes. */
const ANSWERED_WITHIN_MS = HOUR_MS
/** The latest of them. */
const WISHES_TOLD_MAX = 20

/** Somebody at the desk agrees a time with who wishes one, unless it is one already or somebody comes at once. */
export async function oweAppointment(work: Work, ticket: Ticket, intake: Intake): Promise<void> {
  if (!isWish(intake) || obstacleTo(ticket) !== null || !BEFORE_SITE.some((state) => state === ticket.state)) return
  const wishes = (await wishesOf(work, ticket)).slice(-WISHES_TOLD_MAX).map((each) => ({
    ...{ at: each.appointmentAt, name: each.name, phone: each.phone, household: each.household, number: each.number },
  }))
  const dueAt = Math.min(work.now + ANSWERED_WITHIN_MS, intake.appointmentAt ?? Infinity)
  await openTask(work, { ticket, kind: 'agree_appointment', assignee: null, dueAt, about: { wishes } })
}

const wishesOf = async ({ db }: Work, { id }: Ticket) => (await intakesOf(db, id)).filter(isWish)

/** Why no time can be agreed for it, whatever anybody wishes. */
function obstacleTo(ticket: Ticket): string | null {
  if (ticket.kind !== 'repair') return `it is of kind ${ticket.kind}; report what is agreed as a ticket of its own`
  if (isEmergency(ticket)) return 'an emergency is never put off to a time: somebody comes at once'
  if (ticket.alarms.length > 0) return 'a device reported it too: what is promised for that is not put off'
  return null
}

/**
 * The repair as an appointment. Throws `Refusal`: `forbidden` to responders, whose clocks it ends, `conflict` where no
 * time can be agreed or nobody wishes one, `invalid` where that time cannot be meant.
 */
export async function withAppointment(
  work: Work,
  ticket: Ticket,
  { appointmentAt }: { appointmentAt?: number | undefined },
  by: Principal,
): Promise<Ticket> {
  if (appointmentAt === undefined || appointmentAt === ticket.appointmentAt) return ticket
  if (by.role === 'responder') throw new Refusal('forbidden', 'an appointment is agreed by a dispatcher')
  const obstacle = obstacleTo(ticket)
  if (obstacle !== null) throw new Refusal('conflict', `appointmentAt: ${obstacle}`)
  mustBeIn(ticket, 'to agree an appointment', BEFORE_SITE)
  mustFitItsTimes({ kind: 'appointment', appointmentAt }, work.now)
  if ((await wishesOf(work, ticket)).length === 0) {
    throw new Refusal('conflict', 'appointmentAt: nobody who reported it wishes a time; it is a repair')
  }
  const appointed: Ticket = { ...ticket, kind: 'appointment', appointmentAt }
  return startAppointed(ticket, appointed, work.now, work.draft.timezoneOf(ticket.site))
}

/** The desk has done what it owed, and who waits is told. */
export async function appointmentAgreed(work: Work, ticket: Ticket, by: Principal): Promise<void> {
  const at = shownTime(ticket.appointmentAt!, work.draft.timezoneOf(ticket.site))
  const owed = await openTaskOf(work, ticket.id, 'agree_appointment')
  if (owed !== null) await settleTask(work, owed, 'done', by.name, at)
  const said = { zh: `已约定 ${at} 上门`, en: `Somebody comes at ${at} as agreed` }
  await tellResidents(work, ticket, { step: 'appointed', said, until: 'arrive' })
}
