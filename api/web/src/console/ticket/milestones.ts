import type { Milestone } from '../../../../../rules/model.ts'
import type { HistoryView, TicketClockView, TicketView } from '../../api/types.ts'

/** A ticket's way in the order in which people tell it. */
export const STOPS = ['opened', 'dispatch', 'accept', 'arrive', 'complete', 'sign_off', 'follow_up'] as const
export type StopName = (typeof STOPS)[number]

export interface Stop {
  name: StopName
  /** When it was reached, in epoch milliseconds. */
  atMs: number | null
  /** `skipped`: it will not be reached any more, or nobody asked for it. */
  standing: 'reached' | 'awaited' | 'skipped'
}

export interface Flag {
  id: string
  clock: TicketClockView
  dueMs: number
  /** `running` also where it is overdue by the time: that is for who knows what time it is. */
  standing: 'met' | 'late' | 'running' | 'stopped'
  /** By how much it was late, in milliseconds; 0 where it was not, or is not known yet. */
  lateMs: number
}

export interface Hold {
  fromMs: number
  /** `null`: it still lasts. */
  toMs: number | null
}

type Told = Pick<TicketView, 'state' | 'openedAt' | 'signature' | 'clocks'> & { history: readonly HistoryView[] }

/**
 * When each stop was reached. History decides, since a stop is reached whether a clock runs for it or not; a decline
 * takes dispatch and acceptance back, and assigning anew the acceptance.
 */
export function stopsOf(ticket: Told): Stop[] {
  const reached = new Map<StopName, number>([['opened', Date.parse(ticket.openedAt)]])
  const reach = (name: StopName, at: string) => reached.has(name) || reached.set(name, Date.parse(at))
  for (const { at, action, from, to } of ticket.history) {
    if (action === 'assign') {
      reach('dispatch', at)
      reached.delete('accept')
    } else if (action === 'decline') {
      reached.delete('dispatch')
      reached.delete('accept')
    } else if (action === 'accept') reach('accept', at)
    else if (action === 'arrive' && from !== to) reach('arrive', at)
    else if (action === 'complete') reach('complete', at)
    else if (action === 'sign-off') reach('sign_off', at)
    else if (action === 'follow_up') reach('follow_up', at)
  }
  const visit = ticket.clocks.find(({ milestone }) => milestone === 'follow_up')
  if (visit?.metAt) reach('follow_up', visit.metAt)
  const last = STOPS.reduce((found, name, index) => (reached.has(name) ? index : found), 0)
  return STOPS.map((name, index) => {
    const atMs = reached.get(name) ?? null
    if (atMs !== null) return { name, atMs, standing: 'reached' }
    const isVisit = name === 'follow_up'
    const isOver = ticket.state === 'cancelled' || (ticket.state === 'closed' && !isVisit) || index < last
    const isOwed = !isVisit || (visit !== undefined && visit.state !== 'cancelled')
    return { name, atMs, standing: isOver || !isOwed ? 'skipped' : 'awaited' }
  })
}

/** The stop that a milestone belongs to; `null` for those that are between two. */
export function stopOf(milestone: Milestone): StopName | null {
  return STOPS.find((name) => name === milestone) ?? null
}

/** Earliest due first. */
export function flagsOf({ clocks }: Pick<TicketView, 'clocks'>): Flag[] {
  return clocks.map(flagOf).sort((a, b) => a.dueMs - b.dueMs)
}

function flagOf(clock: TicketClockView): Flag {
  const dueMs = Date.parse(clock.dueAt)
  const { id, state, metAt } = clock
  if (state === 'met_late') {
    return { id, clock, dueMs, standing: 'late', lateMs: metAt === null ? 0 : Date.parse(metAt) - dueMs }
  }
  const standing = state === 'met' ? 'met' : state === 'cancelled' ? 'stopped' : 'running'
  return { id, clock, dueMs, standing, lateMs: 0 }
}

export function holdsOf({ history }: Pick<Told, 'history'>): Hold[] {
  const holds: Hold[] = []
  for (const { at, from, to } of history) {
    if (to === 'on_hold' && from !== 'on_hold') holds.push({ fromMs: Date.parse(at), toMs: null })
    const last = holds.at(-1)
    if (last && last.toMs === null && from === 'on_hold' && to !== 'on_hold') last.toMs = Date.parse(at)
  }
  return holds
}

/** Who brought a ticket to where it stands without a next milestone, and why; `null` where it goes on. */
export function standstillOf({ state, history }: Pick<Told, 'state' | 'history'>): HistoryView | null {
  if (state !== 'on_hold' && state !== 'cancelled') return null
  return history.findLast(({ from, to }) => to === state && from !== state) ?? null
}
