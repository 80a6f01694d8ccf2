import type { AlarmView, DrillView, LiveEvent, TicketView } from '../api/types.ts'

/** What is live now: open tickets, alarms that are not normal and drills that run, by id. Never changed in place. */
export interface LiveState {
  tickets: ReadonlyMap<string, TicketView>
  alarms: ReadonlyMap<string, AlarmView>
  drills: ReadonlyMap<string, DrillView>
}

export const emptyLive: LiveState = { tickets: new Map(), alarms: new Map(), drills: new Map() }

export const isOpen = (ticket: TicketView) => ticket.state !== 'closed' && ticket.state !== 'cancelled'
const isRunning = (drill: DrillView) => drill.state === 'running'
const isStanding = (alarm: AlarmView) => alarm.state !== 'normal'

/** Events of the stream, oldest first, each newer than what is here. Each map is copied once, however many they are. */
export function applyEvents(state: LiveState, events: readonly LiveEvent[]): LiveState {
  const next = { tickets: new Map(state.tickets), alarms: new Map(state.alarms), drills: new Map(state.drills) }
  const touched = new Set<keyof LiveState>()
  for (const event of events) {
    switch (event.type) {
      case 'snapshot':
        next.tickets = new Map(event.tickets.filter(isOpen).map((ticket) => [ticket.id, ticket]))
        next.alarms = new Map(event.alarms.filter(isStanding).map((alarm) => [alarm.id, alarm]))
        next.drills = new Map(event.drills.filter(isRunning).map((drill) => [drill.id, drill]))
        touched.add('tickets').add('alarms').add('drills')
        break
      case 'ticket':
        place(next.tickets, event.ticket, isOpen(event.ticket))
        touched.add('tickets')
        break
      case 'alarm':
        place(next.alarms, event.alarm, isStanding(event.alarm))
        touched.add('alarms')
        break
      case 'drill':
        place(next.drills, event.drill, isRunning(event.drill))
        touched.add('drills')
        break
      case 'time':
        break
    }
  }
  return {
    tickets: touched.has('tickets') ? next.tickets : state.tickets,
    alarms: touched.has('alarms') ? next.alarms : state.alarms,
    drills: touched.has('drills') ? next.drills : state.drills,
  }
}

/**
 * The answer to one's own action. The stream may have overtaken it: an answer brings nothing back that has gone, and
 * replaces nothing newer.
 */
export function applyTicketAnswer(state: LiveState, answer: TicketView): LiveState {
  const known = state.tickets.get(answer.id)
  if (!known || Date.parse(answer.updatedAt) < Date.parse(known.updatedAt)) return state
  return { ...state, tickets: placed(state.tickets, answer, isOpen(answer)) }
}

/** As for tickets; an alarm's age shows in the messages it has counted. */
export function applyAlarmAnswer(state: LiveState, answer: AlarmView): LiveState {
  const known = state.alarms.get(answer.id)
  if (!known || answer.messages < known.messages) return state
  return { ...state, alarms: placed(state.alarms, answer, isStanding(answer)) }
}

function placed<T extends { id: string }>(map: ReadonlyMap<string, T>, item: T, stays: boolean): Map<string, T> {
  const next = new Map(map)
  place(next, item, stays)
  return next
}

function place<T extends { id: string }>(map: Map<string, T>, item: T, stays: boolean): void {
  if (stays) map.set(item.id, item)
  else map.delete(item.id)
}
