import { describe, expect, it } from 'vitest'
import { createChatter } from '../../../simulators/network/chatter.ts'

describe('chatter', () => {
  it('lets a fault come and go, each time after its interval', () => {
    const chatter = createChatter({ everyMs: 3_000, startMs: 1_000 })
    const turns: [number, string | null][] = []
    for (let turn = 0; turn < 5; turn += 1) {
      const atMs = chatter.nextMs()
      expect(chatter.due(atMs - 1)).toBeNull()
      turns.push([atMs, chatter.due(atMs)])
    }
    expect(turns).toEqual([
      [1_000, 'suffer'],
      [4_000, 'repair'],
      [7_000, 'suffer'],
      [10_000, 'repair'],
      [13_000, 'suffer'],
    ])
    expect(chatter.end()).toBe('repair')
    expect(chatter.nextMs()).toBe(Infinity)
    expect(chatter.end()).toBeNull()
  })

  it('is where it should be after a leap in time', () => {
    const chatter = createChatter({ everyMs: 1_000, startMs: 0 })
    chatter.due(0)
    expect(chatter.due(4_500)).toBeNull()
    expect(chatter.nextMs()).toBe(5_000)
    expect(chatter.due(5_000)).toBe('repair')
  })

  it('needs an interval', () => {
    expect(() => createChatter({ everyMs: 0, startMs: 0 })).toThrow(/at least 1/)
  })
})
