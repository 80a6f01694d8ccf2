import { covers, type CoversAt } from '../commitments/covers.ts'
import type { EscalationPolicy, Ticket } from '../model.ts'
import { type PlanBook, plansOf } from '../plans/book.ts'

/**
 * The ladder for a ticket: of its site's own policies that cover it, else of those for every site, the one with the
 * lowest rank, and of these the first by id. `null`: none covers it.
 */
export function policyFor(book: PlanBook, ticket: Ticket, when: CoversAt): EscalationPolicy | null {
  const covering = plansOf(book, 'escalation').filter((policy) => covers(policy.covers, ticket, when))
  const own = covering.filter(({ sites }) => sites?.includes(ticket.site))
  const candidates = own.length > 0 ? own : covering.filter(({ sites }) => sites === null)
  const [first] = candidates.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1))
  return first ?? null
}
