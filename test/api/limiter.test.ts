import { describe, expect, it } from 'vitest'
import { createLimiter, createPlaces } from '../../api/limiter.ts'

describe('a limiter', () => {
  it('lets so many of each through within a while, then begins anew', () => {
    let now = 0
    const limiter = createLimiter({ max: 2, withinMs: 100, now: () => now })
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([true, true, false])
    expect([limiter.isFull('a'), limiter.isFull('b'), limiter.take('b')]).toEqual([true, false, true])
    now = 99
    expect(limiter.take('a')).toBe(false)
    now = 100
    expect([limiter.isFull('a'), limiter.take('a')]).toEqual([false, true])
  })

  it('remembers so many keys and no more', () => {
    const limiter = createLimiter({ max: 1, withinMs: 100, now: () => 0, keysMax: 3 })
    for (const key of ['a', 'b', 'c']) limiter.take(key)
    expect(limiter.isFull('a')).toBe(true)
    limiter.take('d')
    expect(['a', 'b', 'c', 'd'].map((key) => limiter.isFull(key))).toEqual([false, true, true, true])
  })
})

describe('places', () => {
  it('are so many in all and of each, and are given back', () => {
    const places = createPlaces({ max: 3, eachMax: 2 })
    const [first] = [places.take('a'), places.take('a')]
    expect(places.take('a')).toBeNull()
    expect(places.take('b')).not.toBeNull()
    expect(places.take('c')).toBeNull()
    first!()
    expect(places.take('c')).not.toBeNull()
  })
})
