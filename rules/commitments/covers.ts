import type { Covers, Ticket } from '../model.ts'

/** Whether a ticket meets every field that is set. */
export function covers(wanted: Covers, ticket: Ticket): boolean {
  const { categories, priorities, origins, kinds, sizes, problems } = wanted
  if (categories && !categories.includes(ticket.category)) return false
  if (priorities && !priorities.includes(ticket.priority)) return false
  if (origins && !origins.includes(ticket.origin)) return false
  if (kinds && !kinds.includes(ticket.kind)) return false
  if (sizes && (ticket.size === null || !sizes.includes(ticket.size))) return false
  return !problems || ticket.problems.some((problem) => problems.some((pattern) => isMeant(pattern, problem)))
}

function isMeant(pattern: string, problem: string): boolean {
  return pattern.endsWith('*') ? problem.startsWith(pattern.slice(0, -1)) : problem === pattern
}
