import { DAY_MS, type Priority, Refusal, type Ticket } from '../model.ts'
import type { Report } from './open.ts'

/** What a resident or whoever answers him reports (报修). Times in milliseconds. */
export interface ReportedTicket extends Partial<Pick<Ticket, 'kind' | 'size' | 'problems'>> {
  site: string
  category: string
  priority: Priority
  title: string
  description: string
  location: string
  device: string | null
  reporter: Ticket['reporter']
  /** Absent: now. */
  occurredAt?: number | undefined
  appointmentAt?: number | undefined
}

export const OCCURRED_AGO_MAX_DAYS = 30
export const APPOINTED_AHEAD_MAX_DAYS = 400

/** A promise may run from these: they are refused where they cannot be meant. */
export function mustFitItsTimes(
  { kind, occurredAt, appointmentAt }: Pick<ReportedTicket, 'kind' | 'occurredAt' | 'appointmentAt'>,
  now: number,
): void {
  const refuse = (message: string) => {
    throw new Refusal('invalid', message)
  }
  if (occurredAt !== undefined) {
    if (occurredAt > now) refuse('occurredAt: when it happened, not in the future')
    if (occurredAt < now - OCCURRED_AGO_MAX_DAYS * DAY_MS) {
      refuse(`occurredAt: at most ${OCCURRED_AGO_MAX_DAYS} days ago; leave it out where it is not known`)
    }
  }
  if (kind !== 'appointment') {
    if (appointmentAt !== undefined) refuse("appointmentAt: set kind to 'appointment' too, or leave it out")
    return
  }
  if (appointmentAt === undefined) return refuse('appointmentAt: an appointment needs the time that was agreed')
  if (appointmentAt <= now) refuse('appointmentAt: in the future')
  if (appointmentAt > now + APPOINTED_AHEAD_MAX_DAYS * DAY_MS) {
    refuse(`appointmentAt: at most ${APPOINTED_AHEAD_MAX_DAYS} days ahead`)
  }
}

/** `place`: where its device is. */
export function reportOfPerson({ title, location, occurredAt, ...reported }: ReportedTicket, place: string): Report {
  return {
    origin: 'report',
    priority: reported.priority,
    category: reported.category,
    kind: reported.kind ?? 'repair',
    size: reported.size ?? null,
    problems: [...new Set(reported.problems)],
    ...(occurredAt !== undefined && { occurredAt }),
    appointmentAt: reported.appointmentAt ?? null,
    site: reported.site,
    location: location || place,
    device: reported.device,
    title: { zh: title, en: title },
    description: reported.description,
    reporter: reported.reporter,
    alarms: [],
    reworkOf: null,
    follows: null,
    ageUnknown: false,
  }
}
