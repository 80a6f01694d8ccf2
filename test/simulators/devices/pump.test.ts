import { describe, expect, it } from 'vitest'
import { pump } from '../../../simulators/devices/pump.ts'
import { HOUR_MS, pace } from './pace.ts'

describe('a pump', () => {
  it.each([
    [{}, 2, 0.2],
    [{ startsPerHour: 6, duty: 0.5 }, 6, 0.5],
  ])('with %j starts %d times an hour and runs that share of the time: %d', (spec, startsPerHour, duty) => {
    const paced = pace(pump, spec, 1)
    let starts = 0
    let runningMs = 0
    const hours = 20_000
    for (let running = false, endMs = hours * HOUR_MS; paced.atMs() < endMs;) {
      const stepMs = Math.min(pump.restsForMs(paced.state(), paced.faults), endMs - paced.atMs())
      if (running) runningMs += stepMs
      const now = paced.go(stepMs, undefined, stepMs).running
      if (now && !running) starts += 1
      running = now
    }
    // Each phase is evenly up to a fifth shorter or longer: a cycle deviates by less than 0.1155 of its length.
    const expected = hours * startsPerHour
    expect(Math.abs(starts - expected)).toBeLessThan(4 * 0.1155 * Math.sqrt(expected) + 1)
    expect(Math.abs(runningMs / (hours * HOUR_MS) - duty)).toBeLessThan(
      (4 * 0.1155 * duty) / Math.sqrt(expected) + 1e-4,
    )
  })

  it('runs the same share of the time when time jumps', () => {
    const paced = pace(pump, { duty: 0.3 }, 2)
    let running = 0
    paced.go(100_000 * 7 * HOUR_MS, (state) => (running += state.running ? 1 : 0), 7 * HOUR_MS)
    expect(Math.abs(running / 100_000 - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 100_000))
  })

  it.each([
    ['stopped', false, 20, 25],
    ['dry_run', true, 90, 110],
  ] as const)('%s holds it, and shows in its temperature', (fault, running, fromCelsius, toCelsius) => {
    const paced = pace(pump, {}, 3)
    paced.faults.add(fault)
    paced.go(60_000)
    paced.go(2 * HOUR_MS, (state) => expect(state.running).toBe(running), 60_000)
    expect(pump.restsForMs(paced.state(), paced.faults)).toBe(Infinity)
    const celsius = pump.tell(null, paced.state()).values()['temperature.device']
    expect(celsius).toBeGreaterThan(fromCelsius)
    expect(celsius).toBeLessThan(toCelsius)
    paced.faults.clear()
    expect(paced.until((state) => state.running !== running, HOUR_MS)).toBe(true)
  })
})
