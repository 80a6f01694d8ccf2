import { describe, expect, it } from 'vitest'
import { levelDueAt, newLevel, observeLevel, settleLevel, type Timing } from '../../../rules/alarms/level.ts'

const TIMING: Timing = { onDelayMs: 10, offDelayMs: 20, pulseHoldMs: 50 }
const TRUE = { condition: true, pulse: false }
const FALSE = { condition: false, pulse: false }
const PULSE = { condition: true, pulse: true }

type Told = readonly [at: number, seen: typeof TRUE]

/** The level after observations, each with what was due before it, looked at exactly then; and when it was reached. */
function after(timing: Timing, told: readonly Told[], until: number) {
  let level = newLevel('high')
  const changes: [number, boolean][] = []
  const settle = (now: number) => {
    for (let due = levelDueAt(level, timing); due !== null && due <= now; due = levelDueAt(level, timing)) {
      const next = settleLevel(level, timing, due)
      if (next.reached !== level.reached) changes.push([due, next.reached])
      level = next
    }
  }
  for (const [at, seen] of told) {
    settle(at)
    level = observeLevel(level, timing, seen, at)
  }
  settle(until)
  return { level, changes }
}

const reached = (timing: Timing, ...told: Told[]) => after(timing, told, 10_000).changes

describe('the delays of a level', () => {
  it('begin with the first observation, and end exactly', () => {
    expect(reached(TIMING, [0, TRUE], [7, TRUE], [30, FALSE], [45, FALSE])).toEqual([
      [10, true],
      [50, false],
    ])
  })

  it('begin anew when the condition comes or goes in the midst of one', () => {
    expect(reached(TIMING, [0, TRUE], [9, FALSE], [10, TRUE])).toEqual([[20, true]])
    expect(reached(TIMING, [0, TRUE], [30, FALSE], [49, TRUE], [50, FALSE])).toEqual([
      [10, true],
      [70, false],
    ])
  })

  it('are over first where the condition ends at the same moment', () => {
    const exact = { ...TIMING, pulseHoldMs: 10 }
    expect(reached(exact, [0, PULSE])).toEqual([
      [10, true],
      [30, false],
    ])
  })
})

describe('a pulse', () => {
  it('is held, and again from each further pulse', () => {
    expect(reached({ ...TIMING, offDelayMs: 0 }, [0, PULSE], [40, PULSE])).toEqual([
      [10, true],
      [90, false],
    ])
  })

  it('that comes while the condition stands does not cut it short', () => {
    expect(reached(TIMING, [0, TRUE], [5, PULSE])).toEqual([[10, true]])
  })

  it('ends with a clear, and becomes lasting where the device then says so', () => {
    expect(reached(TIMING, [0, PULSE], [30, FALSE])).toEqual([
      [10, true],
      [50, false],
    ])
    expect(reached(TIMING, [0, PULSE], [30, TRUE])).toEqual([[10, true]])
  })
})

describe('a count of times within a window', () => {
  const thrice: Timing = { onDelayMs: 0, offDelayMs: 0, pulseHoldMs: 5, count: { times: 3, withinMs: 100 } }
  const comesAndGoes = (...times: number[]) =>
    times.flatMap((at): Told[] => [
      [at, TRUE],
      [at + 1, FALSE],
    ])

  it('is reached with the last of them, and left when the first is so long ago', () => {
    expect(reached(thrice, ...comesAndGoes(0, 50, 99))).toEqual([
      [99, true],
      [100, false],
    ])
  })

  it('is not reached by what lies as far apart as the window', () => {
    expect(reached(thrice, ...comesAndGoes(0, 50, 100))).toEqual([])
  })

  it('counts how often the condition became true, not how often that was said', () => {
    expect(reached(thrice, [0, TRUE], [1, TRUE], [2, TRUE], [3, TRUE])).toEqual([])
  })

  it('counts each pulse', () => {
    expect(reached(thrice, [0, PULSE], [1, PULSE], [2, PULSE])).toEqual([
      [2, true],
      [100, false],
    ])
  })

  it('stays reached while enough of them are within the window', () => {
    expect(reached(thrice, ...comesAndGoes(0, 10, 20, 30))).toEqual([
      [20, true],
      [110, false],
    ])
  })

  it('remembers no more than it needs, and nothing when the window is over', () => {
    const pulses = Array.from({ length: 1_000 }, (_, index): Told => [index, PULSE])
    expect(after(thrice, pulses, 999).level.becameTrueAt).toEqual([997, 998, 999])
    expect(after(thrice, pulses, 10_000).level).toEqual(newLevel('high'))
  })
})
