import { describe, expect, it } from 'vitest'
import { door, DOOR_HOURS } from '../../../simulators/devices/door.ts'
import type { DoorFault, DoorSpec, DoorState } from '../../../simulators/devices/door.ts'
import { HOUR_MS, pace } from './pace.ts'

/** What is opened, by the hour of the day, going from event to event. */
function openings(paced: ReturnType<typeof pace<DoorSpec, DoorState, DoorFault>>, forMs: number) {
  const byHour = new Array<number>(24).fill(0)
  let openMs = 0
  for (let open = paced.state().open, endMs = paced.atMs() + forMs; paced.atMs() < endMs;) {
    const stepMs = Math.min(door.restsForMs(paced.state(), paced.faults), endMs - paced.atMs())
    if (open) openMs += stepMs
    const now = paced.go(stepMs, undefined, stepMs).open
    if (now && !open) byHour[Math.floor(paced.atMs() / HOUR_MS) % 24]! += 1
    open = now
  }
  return { byHour, openMs, count: byHour.reduce((sum, each) => sum + each, 0) }
}

describe('a door', () => {
  it('is opened as often as its description says, more by day than by night, and shut again', () => {
    const days = 2_500
    const { byHour, count, openMs } = openings(pace(door, { openingsPerDay: 40 }, 1), days * 24 * HOUR_MS)
    const expected = 40 * days
    // Who comes while it is open opens nothing: at the busiest hour 3.8 an hour, open for 8 s each, less than 1 %.
    expect(count).toBeLessThan(expected + 4 * Math.sqrt(expected))
    expect(count).toBeGreaterThan(0.99 * expected - 4 * Math.sqrt(expected))
    DOOR_HOURS.forEach((share, hour) => {
      const mean = expected * share
      expect(Math.abs(byHour[hour]! - mean)).toBeLessThan(4 * Math.sqrt(mean) + 0.01 * mean)
    })
    expect(Math.abs(openMs / count - 8_000)).toBeLessThan((4 * 8_000) / Math.sqrt(count))
    expect(DOOR_HOURS.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  })

  it('is somewhere in between after any jump of time', () => {
    const paced = pace(door, { openingsPerDay: 1_440, openForMs: 30_000 }, 2)
    let open = 0
    paced.go(20_000 * HOUR_MS, (state) => (open += state.open ? 1 : 0), HOUR_MS)
    expect(open / 20_000).toBeGreaterThan(0.2)
    expect(open / 20_000).toBeLessThan(0.5)
  })

  it('stays open once forced, says so at once, and shuts with the repair', () => {
    const paced = pace(door, {}, 3)
    paced.faults.add('forced_open')
    expect(door.restsForMs(paced.state(), paced.faults)).toBe(1)
    expect(paced.go(1, undefined, 1).told).toBe(true)
    expect(door.restsForMs(paced.state(), paced.faults)).toBe(Infinity)
    paced.go(12 * HOUR_MS, ({ told }) => expect(told).toBe(true), HOUR_MS)
    paced.faults.clear()
    expect(paced.go(1, undefined, 1).told).toBe(false)
  })

  it('goes on saying what it last said with a stuck contact', () => {
    const paced = pace(door, { openingsPerDay: 1_000 }, 4)
    paced.faults.add('stuck')
    let opened = 0
    paced.go(24 * HOUR_MS, (state) => {
      if (state.open) opened += 1
      expect(state.told).toBe(false)
    })
    expect(opened).toBeGreaterThan(1_000)
  })
})
