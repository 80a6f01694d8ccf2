import { describe, expect, it } from 'vitest'
import { createServerClock } from '../../../../api/web/src/live/serverClock.ts'
import { at, OPENED_MS } from '../views.ts'

function clockAt(startMs: number) {
  const monotonic = { ms: startMs }
  /** What the browser's own calendar has gone on by more. */
  const ahead = { ms: 1_000_000 }
  const sleeps: number[] = []
  const clock = createServerClock(
    () => monotonic.ms,
    () => monotonic.ms + ahead.ms,
    () => sleeps.push(monotonic.ms),
  )
  return { monotonic, ahead, sleeps, clock }
}

describe('server clock', () => {
  it('knows nothing before the first statement', () => {
    const { clock } = clockAt(123)
    expect(clock.nowMs()).toBeNull()
    clock.observe('nonsense')
    expect(clock.nowMs()).toBeNull()
  })

  it('goes on by monotonic time between statements', () => {
    const { clock, monotonic } = clockAt(5_000)
    clock.observe(at(0))
    monotonic.ms += 1_234
    expect(clock.nowMs()).toBe(OPENED_MS + 1_234)
  })

  it('takes the least delayed statement: a late one does not turn the time back', () => {
    const { clock, monotonic } = clockAt(0)
    clock.observe(at(0))
    monotonic.ms = 13_000
    clock.observe(at(10_000))
    expect(clock.nowMs()).toBe(OPENED_MS + 13_000)
  })

  it('counts a sleep of the machine, and tells of it once', () => {
    const { clock, monotonic, ahead, sleeps } = clockAt(0)
    clock.observe(at(0))
    monotonic.ms = 1_000
    ahead.ms += 7_200_000
    expect(clock.nowMs()).toBe(OPENED_MS + 7_201_000)
    expect(clock.nowMs()).toBe(OPENED_MS + 7_201_000)
    expect(sleeps).toEqual([1_000])
  })

  it('is moved by no small correction of the browser’s calendar, and by none that turns it back', () => {
    const { clock, ahead, sleeps } = clockAt(0)
    clock.observe(at(0))
    for (const correctedMs of [3_000, -7_200_000, 900]) {
      ahead.ms += correctedMs
      expect(clock.nowMs()).toBe(OPENED_MS)
    }
    expect(sleeps).toEqual([])
  })

  it('moves forward at once, as after a sleep that monotonic time did not count', () => {
    const { clock, monotonic } = clockAt(0)
    clock.observe(at(0))
    monotonic.ms = 1_000
    clock.observe(at(3_600_000))
    expect(clock.nowMs()).toBe(OPENED_MS + 3_600_000)
  })

  it('follows a service that is slower, within a minute, and at once on a new connection', () => {
    const { clock, monotonic } = clockAt(0)
    clock.observe(at(0))
    monotonic.ms = 60_001
    clock.observe(at(59_000))
    expect(clock.nowMs()).toBe(OPENED_MS + 59_000)

    clock.restart()
    expect(clock.nowMs()).toBe(OPENED_MS + 59_000)
    clock.observe(at(20_000))
    expect(clock.nowMs()).toBe(OPENED_MS + 20_000)
  })
})
