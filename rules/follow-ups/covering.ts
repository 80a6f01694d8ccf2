import { type Covered, covers } from '../commitments/covers.ts'
import type { FollowUpRule, Ticket } from '../model.ts'

/**
 * By which rules of what was promised somebody is asked after a ticket, as it is now and as of its opening. Rules that
 * differ only in what they cover or quote promise the same: a resident is asked once for them.
 */
export function coveringRules(
  ticket: Covered & Pick<Ticket, 'commitments' | 'openedAt'>,
  timezone: string,
): FollowUpRule[] {
  const rules = new Map<string, FollowUpRule>()
  for (const { serviceHours, followUps = [], covers: covered } of ticket.commitments) {
    const when = { at: ticket.openedAt, timezone, serviceHours }
    if (!covers(covered, ticket, when)) continue
    for (const rule of followUps) {
      const { due, by = null, ways } = rule
      const promise = JSON.stringify([due, by, ways])
      if (!rules.has(promise) && covers(rule.covers, ticket, when)) rules.set(promise, rule)
    }
  }
  return [...rules.values()]
}
