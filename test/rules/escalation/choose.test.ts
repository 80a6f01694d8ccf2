import { expect, it } from 'vitest'
import { policyFor } from '../../../rules/escalation/choose.ts'
import type { EscalationPolicy, Ticket } from '../../../rules/model.ts'
import { planBookOf } from '../../../rules/plans/book.ts'
import { policy, step } from '../../support/ladder.ts'
import { SHANGHAI } from '../../support/roster.ts'

const leak = { site: 'river', category: 'water_leak', priority: 'critical', problems: [] } as unknown as Ticket

const chosen = (...policies: EscalationPolicy[]) => {
  const about = { kind: 'escalation' as const, version: 1, updatedAt: 0, updatedBy: 'x' }
  const book = planBookOf(policies.map((plan) => ({ ...about, id: plan.id, plan })))
  return policyFor(book, leak, { at: 0, timezone: SHANGHAI })?.id ?? null
}
const named = (id: string, rest: Partial<EscalationPolicy> = {}) => policy([step(0)], { id, ...rest })

it('is the lowest rank of those that cover the ticket, then the first by id, the site’s own before all', () => {
  expect(chosen(named('b'), named('a'), named('c', { rank: 2 }))).toBe('a')
  expect(chosen(named('a', { rank: 2 }), named('b'))).toBe('b')
  expect(chosen(named('a'), named('own', { rank: 99, sites: ['river'] }))).toBe('own')
  expect(chosen(named('a'), named('elsewhere', { sites: ['hill'] }))).toBe('a')
  const lifts = { covers: { categories: ['elevator'] } }
  expect(chosen(named('a'), named('own', { ...lifts, sites: ['river'] }))).toBe('a')
  expect(chosen(named('lifts', lifts))).toBeNull()
})
