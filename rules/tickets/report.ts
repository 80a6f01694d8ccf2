import { type Principal, Refusal, type Ticket } from '../model.ts'
import { mustSee } from '../rights.ts'
import type { Work } from '../work.ts'
import { isEmergency } from '../jobs/ready.ts'
import { newTicket } from './apply.ts'
import { mustFitItsTimes, type ReportedTicket, reportOfPerson } from './reported.ts'

/** Throws `Refusal` where a report names what is not there, or times that cannot be meant. */
export function mustBePossible(work: Work, reported: ReportedTicket, by: Principal): void {
  mustSee(by, reported.site, `site ${reported.site}`)
  if (!work.draft.site(reported.site)) throw new Refusal('invalid', `site ${reported.site} does not exist`)
  if (reported.device !== null && work.draft.device(reported.device)?.device.site !== reported.site) {
    throw new Refusal('invalid', `device ${reported.device} does not exist in site ${reported.site}`)
  }
  mustFitItsTimes(reported, work.now)
  const { kind, priority, problems = [] } = reported
  if (kind === 'appointment' && isEmergency({ priority, problems })) throw new Refusal('invalid', NEVER_PUT_OFF)
}

export const NEVER_PUT_OFF =
  'appointmentAt: an emergency is never put off to a time; leave the time out, or report it as none: with another ' +
  'priority than critical, and without the problem that names one'

/** The ticket of what a person reports, not yet written. */
export function ticketOfReport(work: Work, reported: ReportedTicket): Promise<Ticket> {
  const device = reported.device === null ? undefined : work.draft.device(reported.device)?.device
  return newTicket(work, reportOfPerson(reported, device?.location ?? ''))
}
