import type { LocationQuery } from 'vue-router'
import { PRIORITIES, TICKET_STATES } from '../../../../../rules/model/words.ts'
import type { Priority, TicketState } from '../../../../../rules/model.ts'
import type { TicketView } from '../../api/types.ts'
import { hasText } from '../alarms/filters.ts'
import { isIn, listIn, textIn, wordsIn } from '../query.ts'

export const CLOSED_STATES = ['closed', 'cancelled'] as const satisfies readonly TicketState[]
export const OPEN_STATES = TICKET_STATES.filter((state) => !CLOSED_STATES.some((closed) => closed === state))

/** Which tickets are asked for; an empty list asks for all. */
export interface TicketFilters {
  text: string
  priorities: readonly Priority[]
  states: readonly TicketState[]
  categories: readonly string[]
  /** An id; `''` for whoever it is, `-` for nobody. */
  assignee: string
  overdue: boolean
}

export const NOBODY = '-'

export function filtersIn(query: LocationQuery): TicketFilters {
  return {
    text: textIn(query, 'q'),
    priorities: listIn(query, 'p', PRIORITIES),
    states: listIn(query, 's', TICKET_STATES),
    categories: wordsIn(query, 'c'),
    assignee: textIn(query, 'who'),
    overdue: isIn(query, 'overdue'),
  }
}

export const isFiltered = ({ text, priorities, states, categories, assignee, overdue }: TicketFilters) =>
  text !== '' || assignee !== '' || priorities.length + states.length + categories.length > 0 || overdue

/** `overdue`: the ids of those past due. */
export function matches(ticket: TicketView, filters: TicketFilters, overdue: ReadonlySet<string>): boolean {
  const { text, priorities, states, categories, assignee } = filters
  const among = <T>(asked: readonly T[], value: T) => asked.length === 0 || asked.includes(value)
  if (!among(priorities, ticket.priority) || !among(states, ticket.state)) return false
  if (!among(categories, ticket.category)) return false
  if (assignee !== '' && (ticket.assignee ?? NOBODY) !== assignee) return false
  if (filters.overdue && !overdue.has(ticket.id)) return false
  const { titles, number, location, deviceName, device, assigneeName, description, reporter } = ticket
  const told = [titles.zh, titles.en, number, location, deviceName, device, assigneeName, description]
  return hasText([...told, reporter?.name, reporter?.phone], text)
}
