import { describe, expect, it } from 'vitest'
import { startDevice } from '../../../simulators/devices/index.ts'
import { POWER_METER_FAULTS, powerMeter } from '../../../simulators/devices/power-meter.ts'
import type { PowerMeterFault, PowerMeterState } from '../../../simulators/devices/power-meter.ts'
import { unbalance, valuesOf } from '../../../simulators/devices/power-meter/readings.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { HOUR_MS, pace, SEEDS } from './pace.ts'

const spec = { ratedAmperes: 160, load: 'homes' } as const

/** Typical supply limits: 220 V +7 % / -10 %, unbalance 2 %, 50 Hz ± 0.2 Hz. */
function healthy(state: PowerMeterState): string | null {
  for (const volts of state.volts) if (volts < 198 || volts > 235.4) return `${volts} V`
  for (const amperes of state.amperes) {
    if (amperes <= 0 || amperes >= state.spec.ratedAmperes) return `${amperes} A`
  }
  if (unbalance(state.volts) >= 0.02) return `unbalance ${unbalance(state.volts)}`
  if (Math.abs(state.hertz - 50) > 0.2) return `${state.hertz} Hz`
  if (state.residualAmperes > 0.03) return `${state.residualAmperes} A residual`
  if (state.celsius > 60) return `${state.celsius} °C`
  return Object.values(powerMeter.levels(state)).some(Boolean) ? 'a condition' : null
}

const WEEK_MS = 7 * 24 * HOUR_MS

describe('a power meter', () => {
  for (const load of ['homes', 'pumps', 'lighting'] as const) {
    it.each(SEEDS)(`never crosses a limit in a day of ${load} (seed %i)`, (seed) => {
      const meter = pace(powerMeter, { ...spec, load }, seed)
      meter.go(
        24 * HOUR_MS,
        (state) => {
          const wrong = healthy(state)
          if (wrong !== null) throw new Error(`${wrong} at ${meter.atMs()} ms`)
        },
        5_000,
      )
    })
  }

  it('stays around 220 to 228 V and does not stand still', () => {
    const seen: number[] = []
    pace(powerMeter, spec, 3).go(24 * HOUR_MS, ({ volts }) => seen.push(volts[0]), 5_000)
    const lowest = seen.reduce((low, value) => Math.min(low, value), Infinity)
    const highest = seen.reduce((high, value) => Math.max(high, value), 0)
    expect(lowest).toBeGreaterThan(219.5)
    expect(highest).toBeLessThan(228.5)
    expect(highest - lowest).toBeGreaterThan(2)
  })

  it('carries more in the evening than at night', () => {
    const at = (hour: number) => {
      let total = 0
      pace(powerMeter, spec, 4, hour).go(600_000, ({ watts }) => (total += watts[0] + watts[1] + watts[2]))
      return total / 600
    }
    expect(at(19.5)).toBeGreaterThan(2.5 * at(3))
  })

  it('integrates its power to energy, whatever the step', () => {
    const used = (stepMs: number) => {
      const meter = pace(powerMeter, { ...spec, energyKwh: 0 }, 5)
      let wattMs = 0
      meter.go(4 * WEEK_MS, ({ watts }) => (wattMs += (watts[0] + watts[1] + watts[2]) * stepMs), stepMs)
      return { counted: meter.state().energyWh, summed: wattMs / HOUR_MS }
    }
    const fine = used(20_000)
    expect(fine.counted / fine.summed).toBeCloseTo(1, 3)
    // Chance differs with the steps: over four weeks the mean of the load wanders by 0.09 % (standard deviation).
    for (const stepMs of [60_000, 900_000, 12 * HOUR_MS]) {
      expect(Math.abs(used(stepMs).counted / fine.counted - 1)).toBeLessThan(0.005)
    }
  })

  it('has powers, currents and voltages that belong together', () => {
    const { volts, amperes, watts, voltAmperes } = pace(powerMeter, spec, 6).go(HOUR_MS)
    for (const phase of [0, 1, 2] as const) {
      expect(voltAmperes[phase]).toBeCloseTo(volts[phase] * amperes[phase], 6)
      expect(watts[phase] / voltAmperes[phase]).toBeGreaterThan(0.9)
      expect(watts[phase]).toBeLessThan(voltAmperes[phase])
    }
  })

  const CODES: Record<Exclude<PowerMeterFault, 'sag' | 'swell'>, string> = {
    phase_lost: 'meter.phase_loss',
    supply_lost: 'meter.power_outage',
    over_voltage: 'meter.over_voltage',
    under_voltage: 'meter.under_voltage',
    over_current: 'meter.over_current',
    unbalance: 'meter.phase_imbalance',
    residual_current: 'meter.residual_current',
    over_temperature: 'meter.over_temperature',
    short_circuit: 'meter.short_circuit',
  }

  const lasting = (fault: PowerMeterFault): fault is keyof typeof CODES => fault in CODES

  for (const fault of POWER_METER_FAULTS.filter(lasting)) {
    it.each(SEEDS)(`${fault} is that alone, without chatter, and ends with the repair (seed %i)`, (seed) => {
      const meter = pace(powerMeter, spec, seed, 19)
      meter.go(30_000)
      meter.faults.add(fault)
      const seen = new Set<string>()
      let changes = 0
      let last = false
      const note = () => {
        const active = meter.active()
        active.forEach((code) => seen.add(code))
        const now = active.includes(CODES[fault])
        if (now !== last) changes += 1
        last = now
      }
      meter.go(15 * 60_000, note)
      expect([...seen]).toEqual([CODES[fault]])
      expect(changes).toBe(1)
      meter.faults.clear()
      meter.go(5 * 60_000, note)
      expect(changes).toBe(2)
      expect(healthy(meter.state())).toBeNull()
    })
  }

  it('has one phase near 0 V when a phase is lost, and none when the supply is', () => {
    const meter = pace(powerMeter, spec, 8)
    meter.faults.add('phase_lost')
    const { volts, amperes } = meter.go(5_000)
    expect(volts.filter((value) => value < 5)).toHaveLength(1)
    expect(volts.filter((value) => value > 198)).toHaveLength(2)
    expect(amperes.filter((value) => value === 0)).toHaveLength(1)
    meter.faults.add('supply_lost')
    expect(meter.go(5_000).volts).toEqual([0, 0, 0])
    expect(meter.state().watts).toEqual([0, 0, 0])
  })

  it('keeps both neighbours of a limit apart: unbalance is no under-voltage', () => {
    const meter = pace(powerMeter, spec, 9)
    meter.faults.add('unbalance')
    meter.go(10 * 60_000, ({ volts }) => {
      expect(Math.min(...volts)).toBeGreaterThan(198)
      expect(unbalance(volts)).toBeGreaterThan(0.04)
    })
  })

  it('counts in full steps of its register and starts again after the last', () => {
    const meter = pace(powerMeter, { ...spec, registerDigits: 8, energyKwh: 999_999.5 }, 10, 19)
    const shown: number[] = []
    meter.go(120_000, (state) => shown.push(Number(valuesOf(state)['energy.active.import'])))
    expect(shown[0]).toBeLessThan(999_999_530)
    expect(shown.some((wattHours) => wattHours > 999_999_900)).toBe(true)
    expect(shown.every((wattHours) => wattHours % 10 === 0 && wattHours < 1e9)).toBe(true)
    expect(shown.at(-1)).toBeLessThan(10_000)
    const back = shown.filter((wattHours, index) => index > 0 && wattHours < shown[index - 1]!)
    expect(back).toHaveLength(1)
  })

  it.each([
    ['sag', 'meter.under_voltage', 'grid.sags'],
    ['swell', 'meter.over_voltage', 'grid.swells'],
  ] as const)('a %s is over within seconds, counted once, and shows while it lasts', (fault, code, counter) => {
    for (const seed of SEEDS) {
      const meter = pace(powerMeter, spec, seed)
      meter.faults.add(fault)
      let activeMs = 0
      meter.go(10_000, () => (activeMs += meter.active().includes(code) ? 100 : 0), 100)
      expect(activeMs).toBeGreaterThanOrEqual(200)
      expect(activeMs).toBeLessThanOrEqual(3_100)
      expect(valuesOf(meter.state())[counter]).toBe(1)
      expect(healthy(meter.state())).toBeNull()
      meter.faults.clear()
      meter.go(100, undefined, 100)
      meter.faults.add(fault)
      expect(valuesOf(meter.go(10_000))[counter]).toBe(2)
    }
  })

  it('rests until something begins or ends in it', () => {
    const meter = pace(powerMeter, { ...spec, lastGaspMs: 60_000 }, 11, 12)
    const rests = () => powerMeter.restsForMs(meter.state(), meter.faults)
    meter.go(1_000)
    expect(rests()).toBe(Infinity)
    meter.faults.add('over_temperature')
    expect(rests()).toBe(1_000)
    meter.go(1_000)
    const warmInMs = rests()
    expect(warmInMs).toBeGreaterThan(10_000)
    meter.go(warmInMs - 1, undefined, warmInMs - 1)
    expect(meter.active()).toEqual([])
    meter.go(1, undefined, 1)
    expect(meter.active()).toEqual(['meter.over_temperature'])
    expect(rests()).toBe(Infinity)
    meter.faults.clear()
    meter.go(1_000)
    const coolInMs = rests()
    meter.go(coolInMs, undefined, coolInMs)
    expect(meter.active()).toEqual([])
    meter.faults.add('supply_lost')
    meter.go(1_000)
    expect(rests()).toBe(59_001)
    expect(powerMeter.silent!(meter.state())).toBe(false)
    meter.go(59_001, undefined, 59_001)
    expect(powerMeter.silent!(meter.state())).toBe(true)
    expect(rests()).toBe(Infinity)
  })

  it('speaks its last gasp, is silent, and tells everything when its supply is back', () => {
    const meter = startDevice(
      { id: 'm1', name: 'M1', location: 'B1', building: '1', kind: 'power_meter', spec: { lastGaspMs: 30_000 } },
      { site: 's', random: seededRandom(1), startMs: 0 },
    )
    const said = (untilMs: number, fromMs: number) => {
      const packets: string[] = []
      for (let atMs = fromMs; atMs <= untilMs; atMs += 1_000) {
        packets.push(...meter.advance({ atMs, hourOfDay: 9 }).packets.map(({ payload }) => String(payload)))
      }
      return packets
    }
    said(10_000, 0)
    meter.suffer('supply_lost')
    const gasp = said(40_000, 11_000)
    expect(gasp.some((payload) => payload.includes('"meter.power_outage","active":true'))).toBe(true)
    expect(gasp.at(-1)).toContain('"voltage.l1":0')
    expect(meter.silent()).toBe(false)
    expect(said(100_000, 41_000)).toEqual([])
    expect(meter.silent()).toBe(true)
    expect(meter.whole(100_000)).toEqual([])
    meter.repair()
    const [first] = said(101_000, 101_000)
    expect(JSON.parse(first!)).toMatchObject({ values: { 'meter.power_outage': false, 'grid.outages': 1 } })
  })

  it('needs no spec', () => {
    expect(healthy(pace(powerMeter, {}, 12).go(HOUR_MS))).toBeNull()
  })
})
