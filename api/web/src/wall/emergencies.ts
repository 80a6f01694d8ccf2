import { WORKING_STATES } from '../../../../rules/model/words.ts'
import type { AlarmView, TicketView, Titles } from '../api/types.ts'

/** More cannot be read at three metres. */
export const SHOWN_MAX = 6

/** Critical, and somebody still owes work: what has been repaired and waits for its signature is none any more. */
export const isEmergency = ({ priority, state }: TicketView) =>
  priority === 'critical' && WORKING_STATES.some((working) => working === state)

/** What its alarm is called, since the ticket's own title says the place once more; of a report its title. */
export function whatOf(ticket: TicketView, alarms: readonly AlarmView[]): { titles: Titles } {
  const own = new Set(ticket.alarms)
  return alarms.find(({ id }) => own.has(id)) ?? ticket
}

/** Since when nobody had an emergency. `exactly` is false where it may be longer: older tickets were not looked at. */
export interface Quiet {
  sinceMs: number
  exactly: boolean
}

/** Of the tickets opened last; `null` where there has been none yet. Drills are none. */
export function quietSince(latest: readonly TicketView[], areThereMore: boolean): Quiet | null {
  const ends = latest.filter((ticket) => ticket.priority === 'critical' && ticket.drill === null).map(endedMs)
  if (ends.length > 0) return { sinceMs: Math.max(...ends), exactly: true }
  const oldest = latest.at(-1)
  return areThereMore && oldest ? { sinceMs: Date.parse(oldest.openedAt), exactly: false } : null
}

function endedMs({ clocks, closedAt, updatedAt }: TicketView): number {
  const completion = clocks.find(({ milestone, party }) => milestone === 'complete' && party === 'property')
  return Date.parse(completion?.metAt ?? closedAt ?? updatedAt)
}
