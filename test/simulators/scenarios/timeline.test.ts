import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../simulators/random.ts'
import type { Scenario } from '../../../simulators/scenarios/scenario.ts'
import { createTimeline } from '../../../simulators/scenarios/timeline.ts'

const opening = [{ afterMs: 20_000, device: 'a', fault: 'leak' }] as const
const plan = (chance?: number): Pick<Scenario, 'opening' | 'rounds'> => ({
  opening,
  rounds: [
    {
      everyMs: [120_000, 240_000],
      turns: [
        { fault: 'entrapment', devices: ['b', 'c'], chance },
        { fault: 'phase_lost', devices: ['d'] },
      ],
    },
  ],
})
const free = () => true

describe('a timeline', () => {
  it('lets the opening come at its time, once', () => {
    const timeline = createTimeline(plan(), seededRandom(1), 1_000)
    expect(timeline.due(20_999, free)).toEqual([])
    expect(timeline.due(21_000, free)).toEqual([{ device: 'a', fault: 'leak' }])
    expect(timeline.due(22_000, free)).toEqual([])
  })

  it.each([1, 60])('keeps to its spacing, divided by a speed of %i', (speed) => {
    const timeline = createTimeline(plan(), seededRandom(2), 0, speed)
    const times: number[] = []
    const stepMs = 100 / speed
    for (let atMs = 0; times.length < 100; atMs += stepMs) {
      for (const _ of timeline.due(atMs, free)) times.push(atMs * speed)
    }
    expect(times[0]).toBeCloseTo(20_000, -3)
    const gaps = times.slice(1).map((at, index) => at - times[index]!)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(120_000 - 200)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(240_000 + 200)
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(60_000)
  })

  it('takes its turns in order', () => {
    const timeline = createTimeline(plan(), seededRandom(3), 0)
    const faults = timeline.due(20 * 60_000, (device) => device !== 'b').map(({ fault }) => fault)
    expect(faults.slice(0, 3)).toEqual(['leak', 'entrapment', 'phase_lost'])
  })

  it('spares a device that is faulty already, and gives none two at once', () => {
    const timeline = createTimeline(plan(), seededRandom(4), 0)
    const seen = timeline.due(24 * 3_600_000, (device) => device !== 'd')
    expect(seen.map(({ device }) => device).sort()).toEqual(['a', 'b', 'c'])
  })

  it.each([0.01, 0.5])('gives an emergency in %d of its turns just that often', (chance) => {
    const timeline = createTimeline(plan(chance), seededRandom(5), 0)
    let turns = 0
    let emergencies = 0
    for (let atMs = 0; turns < 20_000; atMs += 60_000) {
      for (const { fault } of timeline.due(atMs, free)) {
        // Between two phases lost, the other had exactly one turn.
        if (fault === 'phase_lost') turns += 1
        if (fault === 'entrapment') emergencies += 1
      }
    }
    const deviation = Math.sqrt(turns * chance * (1 - chance))
    expect(Math.abs(emergencies - turns * chance)).toBeLessThan(4 * deviation)
  })
})
