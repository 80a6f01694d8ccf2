import { describe, expect, it } from 'vitest'
import { waterLeak } from '../../../simulators/devices/water-leak.ts'
import { HOUR_MS, pace, SEEDS } from './pace.ts'

const spec = { roomCelsius: 19, roomHumidity: 68 }

describe('a leak sensor', () => {
  it.each(SEEDS)('stays dry and within a basement’s climate for a week (seed %i)', (seed) => {
    const sensor = pace(waterLeak, spec, seed)
    sensor.go(
      7 * 24 * HOUR_MS,
      (state) => {
        if (state.wet || state.depthM !== 0) throw new Error('wet without a leak')
        if (Math.abs(state.temperatureOff) > 2.5) throw new Error('too warm or too cold')
        if (Math.abs(state.humidityOff) > 6) throw new Error('too damp or too dry')
      },
      300_000,
    )
  })

  it('uses its battery up in about four years, and never gains any', () => {
    const sensor = pace(waterLeak, spec, 1)
    const before = sensor.state().batteryPercent
    let last = before
    sensor.go(
      365 * 24 * HOUR_MS,
      (state) => {
        expect(state.batteryPercent).toBeLessThanOrEqual(last)
        last = state.batteryPercent
      },
      HOUR_MS,
    )
    expect(before - last).toBeCloseTo(25, 0)
  })

  it.each(SEEDS)('is wet a few seconds after a leak begins and dry soon after it ends (seed %i)', (seed) => {
    const sensor = pace(waterLeak, spec, seed)
    sensor.go(10_000)
    sensor.faults.add('leak')
    expect(sensor.until((state) => state.wet, 3_000)).toBe(true)
    const changes: boolean[] = []
    let last = true
    const note = (wet: boolean) => {
      if (wet !== last) changes.push(wet)
      last = wet
    }
    const state = sensor.go(300_000, ({ wet }) => note(wet))
    expect(state.depthM).toBeGreaterThan(0.04)
    expect(state.leakCount).toBe(pace(waterLeak, spec, seed).state().leakCount + 1)
    sensor.faults.clear()
    sensor.go(60_000, ({ wet }) => note(wet))
    expect(changes).toEqual([false])
    expect(sensor.state().depthM).toBe(0)
    expect(sensor.state().lastWetMs).toBeGreaterThan(300_000)
  })

  it('is wet from one millimetre on and dry only below three tenths, so that the edge does not chatter', () => {
    const sensor = pace(waterLeak, spec, 3)
    const depths: number[] = []
    const note = ({ wet, depthM }: { wet: boolean; depthM: number }) => wet && depths.push(depthM)
    sensor.faults.add('leak')
    sensor.go(3_000, note, 10)
    expect(Math.min(...depths)).toBeCloseTo(0.001, 4)
    sensor.faults.clear()
    sensor.go(10_000, note, 10)
    expect(sensor.state().wet).toBe(false)
    expect(Math.min(...depths)).toBeCloseTo(0.0003, 4)
  })

  it('says that its battery is low, and gets a new one with the repair', () => {
    const sensor = pace(waterLeak, spec, 2)
    sensor.faults.add('battery_low')
    expect(sensor.go(1_000).batteryPercent).toBeLessThanOrEqual(6)
    sensor.faults.clear()
    expect(sensor.go(1_000).batteryPercent).toBeGreaterThan(99)
  })
})
