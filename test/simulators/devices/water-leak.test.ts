import { describe, expect, it } from 'vitest'
import { batteryVolts } from '../../../simulators/devices/battery.ts'
import { startDevice } from '../../../simulators/devices/index.ts'
import { waterLeak } from '../../../simulators/devices/water-leak.ts'
import type { WaterLeakFault, WaterLeakSpec, WaterLeakState } from '../../../simulators/devices/water-leak.ts'
import { seededRandom } from '../../../simulators/random.ts'
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

  it('that is switched on in standing water says so first, and is dry when it has drained', () => {
    const sensor = pace(waterLeak, { ...spec, wet: true }, 1)
    expect(waterLeak.tell(null, sensor.state()).levels['water.leak']).toBe(true)
    expect(sensor.go(10_000).wet).toBe(false)
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

  it('says nothing more once its battery is dead, and begins again with a new one', () => {
    const about = { id: 'leak-1', name: 'leak', location: 'B2', building: 'B', kind: 'water_leak' } as const
    const device = startDevice(about, { site: 'site', random: seededRandom(1), startMs: 0 })
    const said = (atMs: number) => device.advance({ atMs, hourOfDay: 8 }).packets.map(({ payload }) => String(payload))
    expect(said(120_000)).toHaveLength(1)
    device.suffer('battery_dead')
    device.suffer('leak')
    expect([said(240_000), device.whole(240_000), device.silent()]).toEqual([[], [], true])
    device.repair('battery_dead')
    const [first] = said(240_001)
    expect(JSON.parse(first!)).toMatchObject({ values: { 'water.leak': true, batteryPercent: 100 } })
    expect(device.silent()).toBe(false)
  })

  it('speaks more often while it is wet, and never less often than it is told to', () => {
    const saidWet = (reportEveryMs: number) => {
      const about = { id: 'leak-1', name: 'leak', location: 'B2', building: 'B', kind: 'water_leak' } as const
      const device = startDevice({ ...about, reportEveryMs }, { site: 'site', random: seededRandom(1), startMs: 0 })
      device.suffer('leak')
      const said = (atMs: number) => device.advance({ atMs, hourOfDay: 8 }).packets.length
      for (let atMs = 0; atMs <= 10_000; atMs += 1_000) said(atMs)
      return Array.from({ length: 60 }, (_, index) => said(11_000 + index * 1_000)).reduce((sum, each) => sum + each)
    }
    expect([saidWet(1_000), saidWet(HOUR_MS)]).toEqual([60, 6])
  })

  it('that is wet when it is switched on speaks as seldom as it is told to once it is dry', () => {
    const described = {
      ...({ id: 'leak-1', name: 'leak', location: 'B2', building: 'B', kind: 'water_leak' } as const),
      ...{ reportEveryMs: HOUR_MS, spec: { wet: true } },
    }
    const device = startDevice(described, { site: 'site', random: seededRandom(1), startMs: 0 })
    for (let atMs = 0; device.active().length > 0; atMs += 1_000) device.advance({ atMs, hourOfDay: 8 })
    const said = Array.from(
      { length: 30 },
      (_, minute) => device.advance({ atMs: (minute + 1) * 60_000, hourOfDay: 8 }).packets.length,
    )
    expect(said.filter((count) => count > 0).length).toBeLessThanOrEqual(1)
  })

  it('cannot tell wet from dry without its probe', () => {
    const sensor = pace(waterLeak, spec, 2)
    sensor.faults.add('leak').add('sensor_fault')
    sensor.go(60_000)
    expect(sensor.active()).toEqual(['device.sensor_fault'])
    sensor.faults.delete('sensor_fault')
    sensor.go(1_000)
    expect(sensor.active()).toEqual(['water.leak'])
  })
})

describe('water that comes in drops', () => {
  it.each(SEEDS)('closes the contacts with each, until it stands under them (seed %i)', (seed) => {
    const sensor = pace(waterLeak, spec, seed)
    sensor.faults.add('drip')
    const spells = wetSpells(sensor, 110_000)
    // A drop each 3 to 7 seconds, wet for one to two and a half.
    expect(spells.length).toBeGreaterThanOrEqual(15)
    expect(spells.length).toBeLessThanOrEqual(36)
    for (const ms of spells) expect(ms >= 1_000 && ms <= 2_510).toBe(true)
    sensor.go(10 * 60_000)
    const { leakCount, depthM } = sensor.state()
    expect(sensor.go(10 * 60_000)).toMatchObject({ leakCount, wet: true })
    // 10 µm each five seconds on average.
    expect((sensor.state().depthM - depthM) / 120).toBeCloseTo(0.000_01, 6)
  })

  it('rises much faster where a pipe burst', () => {
    const depthAfter = (fault: 'leak' | 'burst') => {
      const sensor = pace(waterLeak, spec, 4)
      sensor.faults.add(fault)
      return sensor.go(1_500, undefined, 500).depthM
    }
    expect(depthAfter('burst') / depthAfter('leak')).toBeCloseTo(12, 6)
  })
})

describe('a floor that dries', () => {
  it('keeps the contacts wet for as long as its description says, and no longer', () => {
    const sensor = pace(waterLeak, { dryingMs: 5 * 60_000 }, 1)
    sensor.faults.add('leak')
    sensor.go(60_000)
    sensor.faults.clear()
    // The water itself runs off within fifteen seconds.
    expect(sensor.go(5 * 60_000 + 10_000).wet).toBe(true)
    expect(sensor.go(10_000).wet).toBe(false)
  })

  it('goes the same way in one step as in many', () => {
    const course = (elapsedMs: number) => {
      const sensor = pace(waterLeak, { dryingMs: 5 * 60_000 }, 1)
      sensor.faults.add('burst')
      sensor.go(60_000, undefined, elapsedMs)
      const { depthM, leakCount } = sensor.state()
      sensor.faults.clear()
      const { wet, lastWetMs } = sensor.go(600_000, undefined, elapsedMs)
      return { depthM, leakCount, wet, lastWetS: Math.round(lastWetMs / 1000) }
    }
    expect(course(60_000)).toEqual(course(500))
  })
})

describe('condensation', () => {
  it('comes as often as its description says, however far time jumps', () => {
    const sensor = pace(waterLeak, { condensationPerHour: 0.1, batteryYears: 1e6 }, 1)
    const before = sensor.state().leakCount
    sensor.go(1_000_000 * HOUR_MS, undefined, 10 * HOUR_MS)
    // Four standard deviations of a Poisson number of 100,000.
    expect(Math.abs(sensor.state().leakCount - before - 100_000)).toBeLessThan(4 * Math.sqrt(100_000))
  })

  it('is a blip of 2 to 20 seconds', () => {
    const spells = wetSpells(pace(waterLeak, { condensationPerHour: 6 }, 2), 200 * HOUR_MS)
    expect(spells.length).toBeGreaterThan(1_000)
    const mean = spells.reduce((sum, ms) => sum + ms, 0) / spells.length
    // Where dew falls on dew it lasts a little longer: one in fifty.
    expect(spells.filter((ms) => ms < 2_000 || ms > 20_010).length / spells.length).toBeLessThan(0.02)
    expect(Math.abs(mean - 11_000)).toBeLessThan(600)
  })

  it('is unknown to a dry room, whose time jumps at will', () => {
    const { spec: own } = pace(waterLeak, {}, 1).state()
    const room = { roomCelsius: 20, roomHumidity: 60, condensationPerHour: 0, dryingMs: 0 }
    expect(own).toEqual({ ...room, batteryYears: 4, wet: false })
    expect(waterLeak.restsForMs(pace(waterLeak, {}, 1).state(), new Set())).toBe(Infinity)
  })
})

describe('a battery', () => {
  it('holds its voltage for most of its life and loses it at the end', () => {
    const volts = Array.from({ length: 101 }, (_, percent) => batteryVolts(percent))
    volts.forEach((each, percent) => percent > 0 && expect(each).toBeGreaterThan(volts[percent - 1]!))
    expect([volts[100], volts[50], volts[10], volts[0]]).toEqual([3.1, 2.86, 2.55, 1.8])
    expect(volts[90]! - volts[20]!).toBeLessThan(volts[10]! - volts[0]!)
  })

  it('is low at a tenth and dead at nothing', () => {
    const sensor = pace(waterLeak, { batteryYears: 2 }, 1)
    const low = new Map<number, unknown>()
    sensor.go(
      2 * 365 * 24 * HOUR_MS,
      (state) => {
        low.set(Math.ceil(state.batteryPercent), waterLeak.tell(null, state).values().batteryLow)
      },
      12 * HOUR_MS,
    )
    expect([low.get(11), low.get(10)]).toEqual([false, true])
    expect(waterLeak.silent?.(sensor.state())).toBe(true)
  })
})

/** How long the contacts were wet each time, going from event to event. */
function wetSpells(sensor: ReturnType<typeof pace<WaterLeakSpec, WaterLeakState, WaterLeakFault>>, forMs: number) {
  const spells: number[] = []
  let wet = sensor.state().wet
  for (const endMs = sensor.atMs() + forMs; sensor.atMs() < endMs;) {
    const stepMs = Math.min(waterLeak.restsForMs(sensor.state(), sensor.faults), endMs - sensor.atMs())
    const state = sensor.go(stepMs, undefined, stepMs)
    if (wet && !state.wet) spells.push(state.lastWetMs)
    wet = state.wet
  }
  return spells
}
