import { describe, expect, it } from 'vitest'
import { isReached, nextDue, OFTEN_MAX } from '../../../rules/escalation/steps.ts'
import { FIRM_ARRIVED, type LadderStep, type Milestone, type Ticket } from '../../../rules/model.ts'
import { MINUTE } from '../../support/engine.ts'
import { step } from '../../support/ladder.ts'

const row = (repetition: number, everyMs?: number): LadderStep => ({
  ...{ id: 's', ticket: 't', policy: 'p', position: 0, rungs: 1, repetition, dueAt: 10 * MINUTE },
  ...{ state: 'waiting', settledAt: null, fallback: [], called: [] },
  step: step(0, everyMs === undefined ? {} : { everyMs }),
})

describe('the next repetition', () => {
  it.each([
    ['at once', 10 * MINUTE, 15 * MINUTE],
    ['a little late', 14 * MINUTE, 15 * MINUTE],
    ['exactly a time later', 15 * MINUTE, 20 * MINUTE],
    ['after a standstill', 37 * MINUTE, 40 * MINUTE],
  ])('of a step that fires %s lies ahead, in its own beat', (_, now, next) => {
    expect(nextDue(row(0, 5 * MINUTE), now)).toBe(next)
  })

  it('is none of a step that fires once', () => {
    expect(nextDue(row(0), 10 * MINUTE)).toBeNull()
  })

  it('comes once an hour where a thousand were in vain, and never ends', () => {
    expect(nextDue(row(OFTEN_MAX - 1, 5 * MINUTE), 10 * MINUTE)).toBe(15 * MINUTE)
    expect(nextDue(row(OFTEN_MAX, 5 * MINUTE), 10 * MINUTE)).toBe(70 * MINUTE)
    expect(nextDue(row(9 * OFTEN_MAX, 120 * MINUTE), 10 * MINUTE)).toBe(130 * MINUTE)
  })
})

describe('a milestone', () => {
  const ticket = (reached: Ticket['reached']) => ({ reached }) as Ticket
  const waits = (unless: Milestone | null, of: Ticket) => !isReached(of, step(0, { unless }))

  it('is reached by the party that a step names', () => {
    const firms = step(0, { unlessParty: 'maintenance_firm' })
    expect(isReached(ticket({ arrive: 5 }), step(0))).toBe(true)
    expect(isReached(ticket({ arrive: 5 }), firms)).toBe(false)
    expect(isReached(ticket({ [FIRM_ARRIVED]: 7 }), firms)).toBe(true)
    expect(isReached(ticket({ [FIRM_ARRIVED]: 7 }), step(0))).toBe(false)
  })

  it('is waited for no more once the work is complete, but for what comes after it', () => {
    const complete = ticket({ complete: 9 })
    expect([waits('arrive', complete), waits('follow_up', complete), waits(null, complete)]).toEqual([
      false,
      true,
      true,
    ])
  })
})
