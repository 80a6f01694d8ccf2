/** What a meter makes of what it measures: its values, and the conditions by its own limits. */
import { round } from '../family.ts'
import type { Values } from '../../languages/language.ts'
import { sum } from './state.ts'
import type { PowerMeterState, Three } from './state.ts'

/** The meter's own limits; voltages are the typical supply limits, 220 V +7 % / -10 %. */
export const LIMITS = {
  overVolts: 235.4,
  underVolts: 198,
  presentVolts: 22,
  unbalance: 0.04,
  residualAmperes: 0.3,
  warmCelsius: 80,
  coolCelsius: 72,
} as const

/** Its register counts hundredths of a kWh and starts again from 0 when all digits are used up. */
export const REGISTER_STEP_WH = 10

export type Levels = Readonly<Record<string, boolean>>

/** The largest deviation of a phase from the mean, as a share of the mean. */
export function unbalance([a, b, c]: Three): number {
  const mean = (a + b + c) / 3
  return mean === 0 ? 0 : Math.max(Math.abs(a - mean), Math.abs(b - mean), Math.abs(c - mean)) / mean
}

/** What flows in the neutral when three currents a third of a turn apart do not cancel out. */
function neutralAmperes([a, b, c]: Three): number {
  return Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a))
}

const present = (volts: number) => volts > LIMITS.presentVolts
const tooLow = (volts: number) => present(volts) && volts < LIMITS.underVolts

/** Everything but the levels is known by now. */
export function levelsOf(state: Omit<PowerMeterState, 'levels'>): Levels {
  const { volts, amperes, spec, held } = state
  const [a, b, c] = volts
  const phases = Number(present(a)) + Number(present(b)) + Number(present(c))
  return {
    'meter.power_outage': phases === 0,
    'meter.phase_loss': phases > 0 && phases < 3,
    'meter.over_voltage': Math.max(a, b, c) > LIMITS.overVolts,
    'meter.under_voltage': tooLow(a) || tooLow(b) || tooLow(c),
    'meter.over_current': Math.max(...amperes) > spec.ratedAmperes,
    // It is judged by steady voltages: a sag of one phase is none.
    'meter.phase_imbalance': phases === 3 && state.grid.running === null && unbalance(volts) > LIMITS.unbalance,
    'meter.residual_current': state.residualAmperes > LIMITS.residualAmperes,
    'meter.over_temperature': state.tooWarm,
    'meter.short_circuit': held.has('short_circuit'),
  }
}

export function valuesOf(state: PowerMeterState): Values {
  const { volts, amperes, watts, voltAmperes, spec } = state
  const active = sum(watts)
  const apparent = sum(voltAmperes)
  const reading: Values = {
    'voltage.l1': round(volts[0], 1),
    'voltage.l2': round(volts[1], 1),
    'voltage.l3': round(volts[2], 1),
    'current.l1': round(amperes[0], 2),
    'current.l2': round(amperes[1], 2),
    'current.l3': round(amperes[2], 2),
    'power.active.l1': Math.round(watts[0]),
    'power.active.l2': Math.round(watts[1]),
    'power.active.l3': Math.round(watts[2]),
    'current.neutral': round(neutralAmperes(amperes), 2),
    'current.residual': round(state.residualAmperes, 3),
    'current.rated': spec.ratedAmperes,
    'power.active': Math.round(active),
    'power.reactive': Math.round(Math.sqrt(Math.max(0, apparent * apparent - active * active))),
    'power.apparent': Math.round(apparent),
    'energy.active.import': Math.floor(state.energyWh / REGISTER_STEP_WH) * REGISTER_STEP_WH,
    'temperature.device': round(state.celsius, 1),
    'grid.sags': state.grid.counted.sag,
    'grid.swells': state.grid.counted.swell,
    'grid.outages': state.outages,
  }
  // Without a supply there is nothing whose frequency or factor could be measured.
  if (apparent > 0) reading['power_factor'] = round(active / apparent, 3)
  if (volts.some(present)) reading['frequency'] = round(state.hertz, 2)
  return reading
}
