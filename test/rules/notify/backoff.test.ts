import fc from 'fast-check'
import { expect, it } from 'vitest'
import { retryAfter } from '../../../rules/notify/backoff.ts'

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

it('doubles from 5 s to 10 min, from 2 s for an emergency, a quarter to either side', () => {
  const even = (attempts: number, emergency: boolean) => retryAfter(attempts, emergency, () => 0.5)
  expect([1, 2, 3, 9].map((attempts) => even(attempts, false))).toEqual([5_000, 10_000, 20_000, 600_000])
  expect([1, 2].map((attempts) => even(attempts, true))).toEqual([2_000, 4_000])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.boolean(), chance, (attempts, emergency, at) => {
      const share = retryAfter(attempts, emergency, () => at) / even(attempts, emergency)
      expect(share).toBeGreaterThanOrEqual(0.749)
      expect(share).toBeLessThanOrEqual(1.251)
    }),
  )
})

it('waits as long as it is asked to, an hour at most', () => {
  expect(retryAfter(1, false, () => 0.5, 42_000)).toBe(42_000)
  expect(retryAfter(1, true, () => 0.5, 999 * 3_600_000)).toBe(3_600_000)
})
