import { describe, expect, it } from 'vitest'
import { POWER_METER_FAULTS, powerMeter, unbalance } from '../../../simulators/devices/power-meter.ts'
import type { PowerMeterFault, PowerMeterState } from '../../../simulators/devices/power-meter.ts'
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

  it('integrates its power to energy', () => {
    const meter = pace(powerMeter, spec, 5)
    const before = meter.state().energyWh
    let wattMs = 0
    let last = before
    meter.go(2 * HOUR_MS, ({ watts, energyWh }) => {
      wattMs += (watts[0] + watts[1] + watts[2]) * 1_000
      expect(energyWh).toBeGreaterThan(last)
      last = energyWh
    })
    expect(last - before).toBeCloseTo(wattMs / HOUR_MS, 3)
  })

  it('has powers, currents and voltages that belong together', () => {
    const { volts, amperes, watts, voltAmperes } = pace(powerMeter, spec, 6).go(HOUR_MS)
    for (const phase of [0, 1, 2] as const) {
      expect(voltAmperes[phase]).toBeCloseTo(volts[phase] * amperes[phase], 6)
      expect(watts[phase] / voltAmperes[phase]).toBeGreaterThan(0.9)
      expect(watts[phase]).toBeLessThan(voltAmperes[phase])
    }
  })

  const CODES: Record<PowerMeterFault, string> = {
    phase_lost: 'meter.phase_loss',
    supply_lost: 'meter.power_outage',
    over_voltage: 'meter.over_voltage',
    under_voltage: 'meter.under_voltage',
    over_current: 'meter.over_current',
    unbalance: 'meter.phase_imbalance',
    residual_current: 'meter.residual_current',
    over_temperature: 'meter.over_temperature',
  }

  for (const fault of POWER_METER_FAULTS) {
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
})
