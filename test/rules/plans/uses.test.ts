import { expect, it } from 'vitest'
import type { EscalationPolicy } from '../../../rules/model.ts'
import { withPlan } from '../../../rules/plans/book.ts'
import { usesOf } from '../../../rules/plans/uses.ts'
import { bookOf, crew, person, roster, rotation } from '../../support/roster.ts'

const name = { zh: '一', en: 'one' }
const policy: EscalationPolicy = {
  id: 'e1',
  name,
  sites: null,
  covers: {},
  rank: 1,
  steps: [{ name, afterMs: 0, unless: null, whom: [{ responder: 'p1' }], channels: ['sms'] }],
  fallback: [{ crew: 'c1' }],
}
const base = bookOf({
  responder: [person('p1'), person('p2', { channels: ['sms'] }), person('p3')],
  crew: [crew('c1', ['p1'])],
  roster: [
    roster([rotation('t', [], { turns: [{ crews: ['c1'], responders: ['p2'] }] })], {
      overrides: [{ id: 'o', from: 0, until: 10, out: 'p2', in: 'p3', reason: '', by: '' }],
    }),
  ],
})
const stored = { kind: 'escalation' as const, id: 'e1', plan: policy, version: 1, updatedAt: 0, updatedBy: '' }
const book = withPlan(base, 'escalation', 'e1', stored)

it('a plan is named where crews, rosters, ladders and people name it; an override that is over does not count', () => {
  expect(usesOf(book, 'responder', 'p1', 5)).toEqual(['crew c1', 'escalation e1'])
  expect(usesOf(book, 'responder', 'p2', 5)).toEqual(['roster r1'])
  expect(usesOf(book, 'responder', 'p3', 5)).toEqual(['roster r1'])
  expect(usesOf(book, 'responder', 'p3', 10)).toEqual([])
  expect(usesOf(book, 'crew', 'c1', 5)).toEqual(['roster r1', 'escalation e1'])
  expect(usesOf(book, 'channel', 'sms', 5)).toEqual(['escalation e1', 'responder p2'])
  expect(usesOf(book, 'roster', 'r1', 5)).toEqual([])
})
