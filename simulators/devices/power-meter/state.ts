import type { Disturbed } from './disturbances.ts'
import type { LoadProfile } from './load.ts'
import type { Levels } from './readings.ts'

export const POWER_METER_FAULTS = [
  'phase_lost',
  'supply_lost',
  'over_voltage',
  'under_voltage',
  'over_current',
  'unbalance',
  'residual_current',
  'over_temperature',
  'short_circuit',
  'sag',
  'swell',
] as const
export type PowerMeterFault = (typeof POWER_METER_FAULTS)[number]

/** What is not told is as in `USUAL`. */
export interface PowerMeterSpec {
  ratedAmperes?: number
  load?: LoadProfile
  /** Short events a year that come by chance; beside them those of the faults `sag` and `swell`. */
  sagsPerYear?: number
  swellsPerYear?: number
  /** Digits of its energy register in kWh, two of them after the point: 8 wrap after 999,999.99. */
  registerDigits?: number
  /** What its register shows when it is switched on; by chance where it is not told. */
  energyKwh?: number
  /** For how long it speaks without a supply; one with a battery of its own, which is usual here, always does. */
  lastGaspMs?: number
}

export type WholeSpec = Readonly<Required<Omit<PowerMeterSpec, 'energyKwh'>>>

export const USUAL: WholeSpec = {
  ratedAmperes: 160,
  load: 'homes',
  sagsPerYear: 0,
  swellsPerYear: 0,
  registerDigits: 8,
  lastGaspMs: Infinity,
}

export type Three = readonly [number, number, number]
export const three = (of: (phase: 0 | 1 | 2) => number): Three => [of(0), of(1), of(2)]
export const sum = (values: Three): number => values[0] + values[1] + values[2]

/** What wanders, each around zero. */
export interface Wandering {
  readonly volts: number
  readonly phaseVolts: Three
  readonly load: number
  readonly hertz: number
  readonly residualAmperes: number
  readonly factor: number
}

export interface PowerMeterState {
  // What stays with this meter.
  readonly spec: WholeSpec
  readonly share: Three
  readonly faultyPhase: 0 | 1 | 2
  readonly off: Wandering
  /** The faults that it last measured with. */
  readonly held: ReadonlySet<PowerMeterFault>
  readonly grid: Disturbed
  readonly outages: number
  /** For how long there has been no supply. */
  readonly unpoweredMs: number
  // What it measures, in V, A, W, VA, Wh, A, degrees Celsius, Hz.
  readonly volts: Three
  readonly amperes: Three
  readonly watts: Three
  readonly voltAmperes: Three
  readonly energyWh: number
  readonly residualAmperes: number
  readonly celsius: number
  /** Where its warmth goes to. */
  readonly warmsTo: number
  readonly hertz: number
  readonly tooWarm: boolean
  /** The same object for as long as nothing of it changes. */
  readonly levels: Levels
}
