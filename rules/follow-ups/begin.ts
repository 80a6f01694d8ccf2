import type { FollowUp, FollowUpRule, Ticket } from '../model.ts'
import { saveFollowUp } from '../storage/follow-ups.ts'
import type { Work } from '../work.ts'
import { coveringRules } from './covering.ts'

/** The work is done: from now on it is owed to ask the resident. What a month's sample asks is drawn at its end. */
export async function beginFollowUps(work: Work, ticket: Ticket): Promise<void> {
  const { now, draft } = work
  for (const rule of coveringRules(ticket, draft.timezoneOf(ticket.site))) {
    if (rule.due === 'monthly_sample') continue
    const dueAt = rule.due === 'rain' ? null : now + rule.due.afterMs
    await saveFollowUp(work.db, newFollowUp(work.newId(), ticket, rule, { completedAt: now, dueAt }))
    if (dueAt === null) draft.setRainedOn(ticket.site, null)
  }
}

export function newFollowUp(
  id: string,
  ticket: Pick<Ticket, 'id'> & { site: string },
  rule: FollowUpRule,
  times: Pick<FollowUp, 'completedAt' | 'dueAt'>,
): FollowUp {
  const state = times.dueAt === null ? 'waiting' : 'open'
  const asked = { rainyDay: null, attempts: [], answer: null }
  return { id, site: ticket.site, ticket: ticket.id, rule, state, ...times, ...asked }
}
