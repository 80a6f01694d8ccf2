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
export const isStanding = (alarm: AlarmView) => alarm.state !== 'normal'

/** One event of the stream, which is always newer than what is here. */
export function applyEvent(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case 'snapshot':
      return {
        tickets: new Map(event.tickets.filter(isOpen).map((ticket) => [ticket.id, ticket])),
        alarms: new Map(event.alarms.filter(isStanding).map((alarm) => [alarm.id, alarm])),
        drills: new Map(event.drills.filter(isRunning).map((drill) => [drill.id, drill])),
      }
    case 'ticket':
      return { ...state, tickets: placed(state.tickets, event.ticket, isOpen(event.ticket)) }
    case 'alarm':
      return { ...state, alarms: placed(state.alarms, event.alarm, isStanding(event.alarm)) }
    case 'drill':
      return { ...state, drills: placed(state.drills, event.drill, isRunning(event.drill)) }
    case 'time':
      return state
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

function placed<T extends { id: string }>(
  map: ReadonlyMap<string, T>,
  item: T,
  stays: boolean,
): ReadonlyMap<string, T> {
  const next = new Map(map)
  if (stays) next.set(item.id, item)
  else next.delete(item.id)
  return next
}
