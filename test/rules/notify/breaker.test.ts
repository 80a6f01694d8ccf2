import fc from 'fast-check'
import { expect, it } from 'vitest'
import { afterTry, CLOSED, mayTry, probed } from '../../../rules/notify/breaker.ts'

const failing = (times: number) =>
  Array.from({ length: times }).reduce<typeof CLOSED>((b) => afterTry(b, false, 0), CLOSED)

it('opens after 5 failures in a row, lets one try after 30 s, then after twice as long, at most 5 min', () => {
  expect(mayTry(failing(4), 0)).toBe('all')
  let breaker = failing(5)
  let now = 0
  for (const openMs of [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]) {
    expect(mayTry(breaker, now + openMs - 1)).toBe('none')
    now += openMs
    expect(mayTry(breaker, now)).toBe('one')
    expect(mayTry(probed(breaker), now)).toBe('none')
    breaker = afterTry(probed(breaker), false, now)
  }
  expect(mayTry(afterTry(probed(breaker), true, now), now)).toBe('all')
})

it('whatever happens, some try is allowed within 5 min', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 400_000 }))), (tries) => {
      let now = 0
      let breaker = CLOSED
      for (const [worked, afterMs] of tries) {
        now += afterMs
        if (mayTry(breaker, now) === 'none') continue
        breaker = afterTry(probed(breaker), worked, now)
      }
      expect(mayTry(breaker, now + 300_000)).not.toBe('none')
    }),
  )
})
