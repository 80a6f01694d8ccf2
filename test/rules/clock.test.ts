import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manualClock, systemClock } from '../../rules/clock.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const WALL = Date.UTC(2026, 10, 23, 2)

/** A machine whose wall clock and monotonic clock the test holds. */
function machine() {
  const at = { wall: WALL, monotonic: 5_000 }
  const clock = systemClock({ wall: () => at.wall, monotonic: () => at.monotonic })
  const pass = (ms: number) => {
    at.wall += ms
    at.monotonic += ms
  }
  return { at, clock, pass }
}

describe('systemClock', () => {
  it('starts at the wall time and goes on with monotonic time', () => {
    const { clock, pass } = machine()
    expect(clock.now()).toBe(WALL)
    pass(1_234)
    expect(clock.now()).toBe(WALL + 1_234)
    expect(clock.driftMs()).toBe(0)
  })

  it.each([
    ['an hour ahead', HOUR, 1],
    ['half an hour back', -HOUR / 2, -1],
  ])('does not jump when the wall clock is put %s, and slews by at most 1 %%', (_name, stepMs, direction) => {
    const { at, clock, pass } = machine()
    clock.now()
    at.wall += stepMs
    expect(clock.now()).toBe(WALL)
    expect(clock.driftMs()).toBe(stepMs)

    let before = clock.now()
    let slewedMs = 0
    for (let second = 0; second < 1_000; second++) {
      pass(SECOND)
      const after = clock.now()
      const extra = direction * (after - before - SECOND)
      expect(extra).toBeGreaterThanOrEqual(0)
      expect(extra).toBeLessThanOrEqual(11)
      slewedMs += extra
      before = after
    }
    expect(slewedMs).toBeGreaterThanOrEqual(9_900)
    expect(slewedMs).toBeLessThanOrEqual(10_001)
  })

  it('arrives at the wall time in the end, stays there and does not overshoot', () => {
    const { at, clock, pass } = machine()
    at.wall += 3 * SECOND
    for (let second = 0; second < 400; second++) {
      pass(SECOND)
      clock.now()
      expect(clock.driftMs()).toBeGreaterThanOrEqual(0)
    }
    expect(Math.abs(clock.driftMs())).toBeLessThan(1)
    pass(SECOND)
    expect(clock.now()).toBe(at.wall)
  })

  it('lets a difference of up to 2 s be', () => {
    const { at, clock, pass } = machine()
    at.wall += 2 * SECOND
    pass(100 * SECOND)
    expect(clock.now()).toBe(WALL + 100 * SECOND)
    expect(clock.driftMs()).toBe(2 * SECOND)
  })

  it('tells no drift where merely nobody asked for the time', () => {
    const { clock, pass } = machine()
    clock.now()
    pass(HOUR)
    expect(clock.driftMs()).toBe(0)
  })

  it('never goes back, whatever the wall clock does', () => {
    const steps = fc.array(fc.record({ monotonic: fc.nat(10_000), wall: fc.integer({ min: -HOUR, max: HOUR }) }))
    fc.assert(
      fc.property(steps, (passed) => {
        const { at, clock } = machine()
        let before = clock.now()
        for (const step of passed) {
          at.monotonic += step.monotonic
          at.wall += step.wall
          const after = clock.now()
          expect(after).toBeGreaterThanOrEqual(before)
          expect(after - before).toBeLessThanOrEqual(step.monotonic * 1.01 + 1)
          before = after
        }
      }),
    )
  })
})

describe('manualClock', () => {
  it('moves only where it is told to', () => {
    const clock = manualClock(WALL)
    expect(clock.now()).toBe(WALL)
    clock.advance(5)
    expect(clock.now()).toBe(WALL + 5)
    clock.set(WALL + 9)
    expect(clock.now()).toBe(WALL + 9)
  })

  it('refuses to go back', () => {
    const clock = manualClock(WALL)
    expect(() => clock.advance(-1)).toThrow(RangeError)
    expect(() => clock.set(WALL - 1)).toThrow(RangeError)
    expect(clock.now()).toBe(WALL)
  })
})
