import { PRIORITIES } from '../../../../rules/model/words.ts'
import type { TicketAction, TicketState } from '../../../../rules/model.ts'
import type { AlarmView, TicketClockView, TicketView } from '../api/types.ts'

/** How a clock stands: more than half its time left, half or less, a fifth or less, past due. */
export type Tone = 'ample' | 'half' | 'urgent' | 'over'

const isOwed = (clock: TicketClockView) => clock.state === 'running' || clock.state === 'breached'

/**
 * The clock that matters now: the property's arrival, which is what was promised, for as long as it is owed; then the
 * earliest due of what is still owed; `null` when nothing is.
 */
export function pressingClock(ticket: TicketView): TicketClockView | null {
  const owed = ticket.clocks.filter(isOwed)
  const arrival = owed.find(({ milestone, party }) => milestone === 'arrive' && party === 'property')
  if (arrival) return arrival
  return owed.reduce<TicketClockView | null>((first, clock) => {
    return first && Date.parse(first.dueAt) <= Date.parse(clock.dueAt) ? first : clock
  }, null)
}

/**
 * Least time left first, so the longest overdue leads and what owes nothing more comes last. Depends on due times
 * alone: the order changes when a ticket does, not as time passes.
 */
export function byTimeLeft(tickets: Iterable<TicketView>): TicketView[] {
  return [...tickets]
    .map((ticket) => ({ ticket, dueMs: dueMsOf(ticket) }))
    .sort((a, b) => compare(a.dueMs, b.dueMs) || byPriority(a.ticket, b.ticket) || byNumber(a.ticket, b.ticket))
    .map(({ ticket }) => ticket)
}

/** What is muted last, highest priority first, then the latest raised. */
export function byPriorityAndTime(alarms: Iterable<AlarmView>): AlarmView[] {
  return [...alarms].sort(
    (a, b) => byMute(a, b) || byPriority(a, b) || -compare(raisedMsOf(a), raisedMsOf(b)) || compare(a.id, b.id),
  )
}

/**
 * `leftMs` until due (negative: past due) and the share of the whole time, from opening to due, that is left (0 to 1).
 * A milestone reached exactly at its due time is on time, so zero is not yet over.
 */
export function timeLeft(
  openedMs: number,
  dueMs: number,
  nowMs: number,
): { leftMs: number; share: number; tone: Tone } {
  const leftMs = dueMs - nowMs
  const share = dueMs > openedMs ? Math.min(1, Math.max(0, leftMs / (dueMs - openedMs))) : 0
  if (leftMs < 0) return { leftMs, share: 0, tone: 'over' }
  return { leftMs, share, tone: share > 0.5 ? 'ample' : share > 0.2 ? 'half' : 'urgent' }
}

/** Whether any milestone that is still owed is past due. */
export const isOverdue = (ticket: TicketView, nowMs: number) =>
  ticket.clocks.some((clock) => isOwed(clock) && Date.parse(clock.dueAt) < nowMs)

export const needsAcknowledging = (alarm: AlarmView) => alarm.state === 'unacked' || alarm.state === 'rtn_unacked'
export const canReset = (alarm: AlarmView) => alarm.latched && !alarm.active

const NEXT_STEP: Record<TicketState, TicketAction | null> = {
  pending_dispatch: 'assign',
  assigned: 'accept',
  accepted: 'depart',
  en_route: 'arrive',
  on_site: 'complete',
  on_hold: 'resume',
  completed: 'sign-off',
  signed_off: 'close',
  closed: null,
  cancelled: null,
}

/** The one step that moves the ticket on, and whatever else is allowed now. */
export function stepsOf(ticket: TicketView): { next: TicketAction | null; others: TicketAction[] } {
  const step = NEXT_STEP[ticket.state]
  const next = step !== null && ticket.actions.includes(step) ? step : null
  return { next, others: ticket.actions.filter((action) => action !== next) }
}

function dueMsOf(ticket: TicketView): number {
  const clock = pressingClock(ticket)
  return clock ? Date.parse(clock.dueAt) : Number.POSITIVE_INFINITY
}

const raisedMsOf = (alarm: AlarmView) => (alarm.raisedAt === null ? 0 : Date.parse(alarm.raisedAt))
const byMute = (a: AlarmView, b: AlarmView) => Number(a.muted !== null) - Number(b.muted !== null)
const byNumber = (a: TicketView, b: TicketView) => compare(a.number, b.number)
const byPriority = (a: { priority: TicketView['priority'] }, b: { priority: TicketView['priority'] }) =>
  PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority)

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
