import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../rules/model.ts'
import { planOf, type Target } from '../../../rules/notify/plan.ts'
import { noticeLike } from '../../support/notices.ts'

const NOW = 1_000_000
const target = (rest: Partial<Target> = {}): Target => ({
  limits: [{ count: 20, withinMs: 60_000 }],
  reserved: 5,
  gathers: true,
  parallel: 100,
  sentAt: [],
  pending: { emergencies: 0, others: 0 },
  closed: null,
  onlyOne: false,
  ...rest,
})
const many = (count: number, rest: Partial<Notice> = {}) =>
  Array.from({ length: count }, (_, index) => noticeLike(`${rest.emergency ? 'e' : 'n'}${index}`, rest))
const sizes = (parcels: readonly { notices: readonly Notice[] }[]) => parcels.map(({ notices }) => notices.length)

describe('a plan', () => {
  it('sends each alone where the limits allow it', () => {
    expect(sizes(planOf(many(15), target(), NOW).go)).toEqual(Array(15).fill(1))
  })

  it('tells of the rest in one message where they bind, so that nothing waits', () => {
    const { go, wait } = planOf(many(100), target(), NOW)
    expect([Math.max(...sizes(go)), go.length, wait.length]).toEqual([93, 8, 0])
  })

  it('holds until a slot is free where there is none', () => {
    const sentAt = Array.from({ length: 15 }, () => NOW - 10_000)
    const { go, wait } = planOf(many(3), target({ sentAt }), NOW)
    expect([go.length, wait.map(({ until }) => until)]).toEqual([0, Array(3).fill(NOW + 50_000)])
  })

  it('sends again together what went together, with the same id, and alone what went alone', () => {
    const due = [
      ...many(2, { gatheredIn: 'x-all', attempts: 1 }),
      noticeLike('late', { attempts: 2 }),
      ...[noticeLike('new')],
    ]
    const sentAt = Array.from({ length: 13 }, () => NOW)
    const { go, wait } = planOf(due, target({ sentAt }), NOW)
    expect(go.map(({ id }) => id)).toEqual(['new', 'x-all'])
    expect(wait.map(({ notice }) => notice.id)).toEqual(['late'])
  })

  it('lets one try where the channel failed, an emergency first', () => {
    const { go } = planOf([...many(1, { emergency: true }), ...many(3)], target({ onlyOne: true }), NOW)
    expect(go.map(({ id }) => id)).toEqual(['e0'])
  })

  it('sends one emergency more beside what hangs in the air', () => {
    const hangs = target({ parallel: 1, pending: { emergencies: 0, others: 1 } })
    expect(planOf([...many(2, { emergency: true }), ...many(3)], hangs, NOW).go.map(({ id }) => id)).toEqual(['e0'])
  })

  it('never passes a limit, never lets an emergency wait behind others, and forgets nobody', () => {
    const given = fc.record({
      urgent: fc.nat(30),
      others: fc.nat(60),
      used: fc.nat(22),
      pending: fc.nat(3),
      gathers: fc.boolean(),
      parallel: fc.constantFrom(1, 4, 200),
    })
    fc.assert(
      fc.property(given, ({ urgent, others, used, pending, gathers, parallel }) => {
        const sentAt = Array.from({ length: used }, () => NOW - 1)
        const around = target({ gathers, parallel, sentAt, pending: { emergencies: 0, others: pending } })
        const due = [...many(urgent, { emergency: true }), ...many(others)]
        const { go, wait } = planOf(due, around, NOW)
        const ids = [...go.flatMap(({ notices }) => notices), ...wait.map(({ notice }) => notice)].map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        const room = Math.max(0, 20 - used - pending)
        expect(go.length).toBeLessThanOrEqual(room)
        const calm = go.filter(({ emergency }) => !emergency).length
        if (calm > 0) expect(used + pending + go.length).toBeLessThanOrEqual(15)
        const urgentGone = go.filter(({ emergency }) => emergency).flatMap(({ notices }) => notices).length
        if (calm > 0) expect(urgentGone).toBe(urgent)
        if (urgent > 0 && room > 0) expect(urgentGone).toBeGreaterThan(0)
        if (gathers && room > 0) expect(wait.filter(({ notice }) => notice.emergency)).toEqual([])
        if (parallel === 200) expect(ids.length).toBe(due.length)
      }),
    )
  })
})
