/**
 * A three-phase meter in a distribution cabinet: 220/380 V, 50 Hz, a load that follows the day, and its own limits.
 */
import { clamp, round, settle, wander } from './family.ts'
import type { DeviceFamily, Surroundings } from './family.ts'
import type { Values } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'

export const POWER_METER_FAULTS = [
  'phase_lost',
  'supply_lost',
  'over_voltage',
  'under_voltage',
  'over_current',
  'unbalance',
  'residual_current',
  'over_temperature',
] as const
export type PowerMeterFault = (typeof POWER_METER_FAULTS)[number]

/** Load by the hour, as a share of the rated current, from midnight; between two hours it is a straight line. */
const LOAD_PROFILES = {
  homes: [
    0.22, 0.19, 0.17, 0.16, 0.16, 0.18, 0.26, 0.36, 0.34, 0.28, 0.27, 0.3, 0.36, 0.32, 0.28, 0.28, 0.32, 0.4, 0.52,
    0.62, 0.64, 0.56, 0.42, 0.3,
  ],
  pumps: [
    0.14, 0.12, 0.12, 0.12, 0.13, 0.2, 0.42, 0.52, 0.44, 0.34, 0.32, 0.38, 0.44, 0.36, 0.3, 0.3, 0.34, 0.44, 0.52, 0.54,
    0.5, 0.44, 0.34, 0.22,
  ],
  lighting: [
    0.4, 0.38, 0.38, 0.38, 0.38, 0.38, 0.36, 0.3, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.28, 0.36, 0.48,
    0.52, 0.52, 0.5, 0.46, 0.42,
  ],
} as const

export interface PowerMeterSpec {
  ratedAmperes: number
  load: keyof typeof LOAD_PROFILES
}

type Three = readonly [number, number, number]

export interface PowerMeterState {
  readonly spec: PowerMeterSpec
  // What wanders, each around zero.
  readonly supplyOff: number
  readonly phaseOff: Three
  readonly loadOff: number
  readonly frequencyOff: number
  readonly residualOff: number
  readonly factorOff: number
  // What stays with this meter.
  readonly share: Three
  readonly faultyPhase: 0 | 1 | 2
  // What it measures, in V, A, W, VA, Wh, A, degrees Celsius, Hz.
  readonly volts: Three
  readonly amperes: Three
  readonly watts: Three
  readonly voltAmperes: Three
  readonly energyWh: number
  readonly residualAmperes: number
  readonly celsius: number
  readonly hertz: number
  readonly tooWarm: boolean
}

/** The meter's own limits; voltages are the typical supply limits, 220 V +7 % / -10 %. */
const LIMITS = {
  overVolts: 235.4,
  underVolts: 198,
  presentVolts: 22,
  unbalance: 0.04,
  residualAmperes: 0.3,
  warmCelsius: 80,
  coolCelsius: 72,
} as const

const NOMINAL_VOLTS = 224
const REPORT_EVERY_MS = 5_000
const PHASES = ['l1', 'l2', 'l3'] as const

const three = (of: (phase: 0 | 1 | 2) => number): Three => [of(0), of(1), of(2)]
const sum = (values: Three) => values[0] + values[1] + values[2]

export function loadShare(profile: PowerMeterSpec['load'], hourOfDay: number): number {
  const hours = LOAD_PROFILES[profile]
  const hour = Math.floor(hourOfDay) % 24
  const from = hours[hour] ?? 0
  const to = hours[(hour + 1) % 24] ?? 0
  return from + (to - from) * (hourOfDay - Math.floor(hourOfDay))
}

/** The largest deviation of a phase from the mean, as a share of the mean. */
export function unbalance(volts: Three): number {
  const mean = sum(volts) / 3
  return mean === 0 ? 0 : Math.max(...volts.map((value) => Math.abs(value - mean))) / mean
}

function supply(state: PowerMeterState, faults: Surroundings<PowerMeterFault>['faults'], random: SeededRandom): Three {
  return three((phase) => {
    const noise = clamp(random.normal(0, 0.12), -0.4, 0.4)
    if (faults.has('supply_lost')) return 0
    const lost = phase === state.faultyPhase
    // An open phase still picks up a little from its neighbours.
    if (lost && faults.has('phase_lost')) return 0.6 + noise
    const healthy = NOMINAL_VOLTS + state.supplyOff + state.phaseOff[phase] + noise
    if (faults.has('over_voltage')) return healthy + 24
    if (faults.has('under_voltage')) return healthy - 41
    return lost && faults.has('unbalance') ? healthy - 17 : healthy
  })
}

function levels(state: PowerMeterState): Record<string, boolean> {
  const present = state.volts.filter((value) => value > LIMITS.presentVolts)
  const whole = present.length === 3
  return {
    'meter.power_outage': present.length === 0,
    'meter.phase_loss': present.length > 0 && !whole,
    'meter.over_voltage': present.some((value) => value > LIMITS.overVolts),
    'meter.under_voltage': present.some((value) => value < LIMITS.underVolts),
    'meter.over_current': state.amperes.some((value) => value > state.spec.ratedAmperes),
    'meter.phase_imbalance': whole && unbalance(state.volts) > LIMITS.unbalance,
    'meter.residual_current': state.residualAmperes > LIMITS.residualAmperes,
    'meter.over_temperature': state.tooWarm,
  }
}

/** What flows in the neutral when three currents a third of a turn apart do not cancel out. */
function neutralAmperes([a, b, c]: Three): number {
  return Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a))
}

function values(state: PowerMeterState): Values {
  const active = sum(state.watts)
  const apparent = sum(state.voltAmperes)
  const reading: Values = {}
  PHASES.forEach((phase, index) => {
    reading[`voltage.${phase}`] = round(state.volts[index] ?? 0, 1)
    reading[`current.${phase}`] = round(state.amperes[index] ?? 0, 2)
    reading[`power.active.${phase}`] = Math.round(state.watts[index] ?? 0)
  })
  reading['current.neutral'] = round(neutralAmperes(state.amperes), 2)
  reading['current.residual'] = round(state.residualAmperes, 3)
  reading['current.rated'] = state.spec.ratedAmperes
  reading['power.active'] = Math.round(active)
  reading['power.reactive'] = Math.round(Math.sqrt(Math.max(0, apparent * apparent - active * active)))
  reading['power.apparent'] = Math.round(apparent)
  // Without a supply there is nothing whose frequency or factor could be measured.
  if (apparent > 0) reading['power_factor'] = round(active / apparent, 3)
  if (state.volts.some((volts) => volts > LIMITS.presentVolts)) reading['frequency'] = round(state.hertz, 2)
  reading['energy.active.import'] = round(state.energyWh, 1)
  reading['temperature.device'] = round(state.celsius, 1)
  return reading
}

export const powerMeter: DeviceFamily<PowerMeterSpec, PowerMeterState, PowerMeterFault> = {
  kind: 'power_meter',
  faults: POWER_METER_FAULTS,
  words: {
    'meter.power_outage': ['lost its supply', 'has its supply back'],
    'meter.phase_loss': ['lost a phase', 'has all three phases again'],
    'meter.over_voltage': ['measures over-voltage', 'is back within the voltage limit'],
    'meter.under_voltage': ['measures under-voltage', 'is back above the voltage limit'],
    'meter.over_current': ['measures over-current', 'is back below its rated current'],
    'meter.phase_imbalance': ['measures unbalanced phases', 'has balanced phases again'],
    'meter.residual_current': ['measures a residual current', 'has no residual current any more'],
    'meter.over_temperature': ['is too hot', 'has cooled down'],
  },
  levels,
  reportEveryMs: () => REPORT_EVERY_MS,

  start(spec, random) {
    const zero: Three = [0, 0, 0]
    return {
      spec,
      supplyOff: random.range(-1, 1),
      phaseOff: three(() => random.range(-0.4, 0.4)),
      loadOff: random.range(-0.08, 0.08),
      frequencyOff: 0,
      residualOff: 0,
      factorOff: 0,
      share: three(() => random.range(0.95, 1.05)),
      faultyPhase: random.pick([0, 1, 2] as const),
      volts: [NOMINAL_VOLTS, NOMINAL_VOLTS, NOMINAL_VOLTS],
      amperes: zero,
      watts: zero,
      voltAmperes: zero,
      energyWh: random.range(2e7, 4e8),
      residualAmperes: 0.012,
      celsius: random.range(31, 36),
      hertz: 50,
      tooWarm: false,
    }
  },

  next(before, { elapsedMs, hourOfDay, faults }, random) {
    const drift = (value: number, deviation: number, withinMs: number, bound: number) =>
      wander(value, { deviation, withinMs, bound }, elapsedMs, random)
    const state = {
      ...before,
      supplyOff: drift(before.supplyOff, 1, 1_200_000, 2.2),
      phaseOff: three((phase) => drift(before.phaseOff[phase], 0.35, 300_000, 0.8)),
      loadOff: drift(before.loadOff, 0.06, 240_000, 0.18),
      frequencyOff: drift(before.frequencyOff, 0.015, 30_000, 0.05),
      residualOff: drift(before.residualOff, 0.002, 120_000, 0.006),
      factorOff: drift(before.factorOff, 0.008, 600_000, 0.02),
    }
    const volts = supply(state, faults, random)
    const load = faults.has('over_current') ? 1.4 : loadShare(state.spec.load, hourOfDay)
    const amperes = three((phase) => {
      const present = volts[phase] > LIMITS.presentVolts
      return present ? state.spec.ratedAmperes * load * state.share[phase] * (1 + state.loadOff) : 0
    })
    const factor = 0.94 + state.factorOff
    const voltAmperes = three((phase) => volts[phase] * amperes[phase])
    const watts = three((phase) => voltAmperes[phase] * factor)
    const leaking = faults.has('residual_current') ? 0.55 : 0.012
    const warmth = faults.has('over_temperature') ? 105 : 30 + 20 * Math.min(load, 1) ** 2
    const celsius = settle(state.celsius, warmth, 60_000, elapsedMs)
    return {
      ...state,
      volts,
      amperes,
      watts,
      voltAmperes,
      energyWh: state.energyWh + (sum(watts) * elapsedMs) / 3_600_000,
      residualAmperes: sum(voltAmperes) > 0 ? leaking + state.residualOff : 0,
      celsius,
      hertz: 50 + state.frequencyOff,
      tooWarm: before.tooWarm ? celsius >= LIMITS.coolCelsius : celsius > LIMITS.warmCelsius,
    }
  },

  restsForMs: (_state, faults) => (faults.size > 0 ? 1_000 : Infinity),

  tell(before, after) {
    const now = levels(after)
    const then = before && levels(before)
    const changed = then !== null && Object.keys(now).some((code) => then[code] !== now[code])
    return { values: () => values(after), levels: now, levelsBefore: then, changed }
  },
}
