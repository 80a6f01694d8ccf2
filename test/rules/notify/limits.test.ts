import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Limit } from '../../../rules/notify/channel.ts'
import { slotsOf, stillCounted } from '../../../rules/notify/limits.ts'

const limits = fc.array(
  fc.record({ count: fc.integer({ min: 1, max: 6 }), withinMs: fc.integer({ min: 1, max: 50 }) }),
  {
    minLength: 1,
    maxLength: 2,
  },
)

/** Sends whenever it may, each message answered after a while; answers when each began and was answered. */
function sending(given: readonly Limit[], kept: number, gaps: readonly number[], tookMs: readonly number[]) {
  let now = 0
  const all: { from: number; to: number }[] = []
  gaps.forEach((gap, index) => {
    now += gap
    const answered = all.filter(({ to }) => to <= now).map(({ to }) => to)
    const sentAt = stillCounted(
      answered.sort((a, b) => a - b),
      given,
      now,
    )
    const pending = all.filter(({ to }) => to > now).length
    if (slotsOf(sentAt, pending, given, kept, now).free > 0) all.push({ from: now, to: now + tookMs[index]! })
  })
  return all
}

it('a provider never counts more than it allows in any window, whenever between start and answer it counts', () => {
  const step = fc.integer({ min: 0, max: 20 })
  const steps = fc.array(step, { minLength: 60, maxLength: 60 })
  fc.assert(
    fc.property(limits, fc.integer({ min: 0, max: 2 }), steps, steps, (given, kept, gaps, tookMs) => {
      const all = sending(given, kept, gaps, tookMs)
      for (const { count, withinMs } of given) {
        all.forEach(({ from }, index) => {
          const earlier = all.slice(0, index).filter(({ to }) => from - to < withinMs)
          expect(earlier.length).toBeLessThan(Math.max(1, count - kept))
        })
      }
    }),
  )
})

it('says from when on the next may go, and then it may', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 12 }), (given, times) => {
      const sentAt = times.sort((a, b) => a - b)
      const { free, freeAt } = slotsOf(sentAt, 0, given, 0, 100)
      expect(slotsOf(sentAt, 0, given, 0, freeAt).free).toBeGreaterThan(0)
      if (free === 0) expect(slotsOf(sentAt, 0, given, 0, freeAt - 1).free).toBe(0)
      else expect(freeAt).toBe(100)
    }),
  )
})

it('keeps slots for emergencies, and leaves one to the others', () => {
  const minute = [{ count: 20, withinMs: 60_000 }]
  expect(slotsOf([], 0, minute, 5, 0).free).toBe(15)
  expect(slotsOf([], 0, [{ count: 1, withinMs: 60_000 }], 5, 0).free).toBe(1)
})
