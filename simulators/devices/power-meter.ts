/**
 * A three-phase meter in a distribution cabinet: 220/380 V, 50 Hz, a load that follows the week, and its own limits.
 *
 * Any step is right for its length: energy is the integral of the load curve, events that begin and end within a step
 * are counted, and it asks to be gone on with when one would be seen.
 */
import { HOUR_MS } from '../../rules/model.ts'
import { clamp, settle, wander, wanderedMean } from './family.ts'
import type { DeviceFamily, Surroundings } from './family.ts'
import type { SeededRandom } from '../random.ts'
import { goOn, provoked, undisturbed, undisturbedForMs } from './power-meter/disturbances.ts'
import type { Disturbed } from './power-meter/disturbances.ts'
import { loadShare, meanLoadShare } from './power-meter/load.ts'
import { LIMITS, levelsOf, valuesOf } from './power-meter/readings.ts'
import type { Levels } from './power-meter/readings.ts'
import { POWER_METER_FAULTS, sum, three, USUAL } from './power-meter/state.ts'
import type {
  PowerMeterFault,
  PowerMeterSpec,
  PowerMeterState,
  Three,
  Wandering,
  WholeSpec,
} from './power-meter/state.ts'

export { POWER_METER_FAULTS } from './power-meter/state.ts'
export type { PowerMeterFault, PowerMeterSpec, PowerMeterState } from './power-meter/state.ts'

type Faults = ReadonlySet<PowerMeterFault>
type Now = Surroundings<PowerMeterFault>

const NOMINAL_VOLTS = 224
const FLICKER_VOLTS = 0.2
const REPORT_EVERY_MS = 5_000
const MEASURES_EVERY_MS = 1_000
/** A day like most, where it is not told which. */
const WEDNESDAY = 3

const VOLTS = { deviation: 1, withinMs: 1_200_000, bound: 2.2 }
const PHASE = { deviation: 0.35, withinMs: 300_000, bound: 0.8 }
const LOAD = { deviation: 0.06, withinMs: 240_000, bound: 0.18 }
const HERTZ = { deviation: 0.015, withinMs: 30_000, bound: 0.05 }
const RESIDUAL = { deviation: 0.002, withinMs: 120_000, bound: 0.006 }
const FACTOR = { deviation: 0.008, withinMs: 600_000, bound: 0.02 }

const USUAL_FACTOR = 0.94
const OVERLOAD = 1.4
const WARMS_WITHIN_MS = 60_000

const perYear = ({ sagsPerYear, swellsPerYear }: WholeSpec) => ({ sag: sagsPerYear, swell: swellsPerYear })

/** What a register of so many digits of hundredths of a kWh holds. */
const capacityWh = ({ registerDigits }: WholeSpec) => 10 ** registerDigits * 10

const same = (one: Faults, other: Faults) =>
  one.size === other.size && (one.size === 0 || [...one].every((fault) => other.has(fault)))

/** The voltages without what is over within seconds. */
function steadyVolts(off: Wandering, faultyPhase: number, faults: Faults, random: SeededRandom): Three {
  if (faults.has('supply_lost')) return [0, 0, 0]
  const shift = faults.has('over_voltage') ? 24 : faults.has('under_voltage') ? -41 : 0
  return three((phase) => {
    const flicker = random.range(-FLICKER_VOLTS, FLICKER_VOLTS)
    const lost = phase === faultyPhase
    // An open phase still picks up a little from its neighbours.
    if (lost && faults.has('phase_lost')) return 0.7 + flicker
    const volts = NOMINAL_VOLTS + off.volts + off.phaseVolts[phase] + flicker + shift
    return lost && faults.has('unbalance') ? volts - 17 : volts
  })
}

function disturbed(volts: Three, { running }: Disturbed): Three {
  if (running === null) return volts
  return three((phase) => volts[phase] * (running.phase === null || running.phase === phase ? running.share : 1))
}

/** A fault of the grid is one event: it ends by itself, and comes again only after its repair. */
function gridAfter(before: PowerMeterState, faults: Faults, elapsedMs: number, random: SeededRandom): Disturbed {
  // Chance has no memory: what was to come can as well come after the outage.
  if (faults.has('supply_lost')) return before.grid.running === null ? before.grid : { ...before.grid, running: null }
  const grid = goOn(before.grid, perYear(before.spec), elapsedMs, random)
  const began = (kind: 'sag' | 'swell') => faults.has(kind) && !before.held.has(kind)
  if (began('sag')) return provoked(grid, 'sag', random)
  return began('swell') ? provoked(grid, 'swell', random) : grid
}

function wandered(off: Wandering, elapsedMs: number, random: SeededRandom): Wandering {
  const drift = (value: number, how: typeof VOLTS) => wander(value, how, elapsedMs, random)
  return {
    volts: drift(off.volts, VOLTS),
    phaseVolts: three((phase) => drift(off.phaseVolts[phase], PHASE)),
    load: drift(off.load, LOAD),
    hertz: drift(off.hertz, HERTZ),
    residualAmperes: drift(off.residualAmperes, RESIDUAL),
    factor: drift(off.factor, FACTOR),
  }
}

/** By how much the mean of what wandered makes the mean power differ from that of the load alone. */
function meanPart(from: Wandering, to: Wandering, elapsedMs: number): number {
  const load = 1 + wanderedMean(from.load, to.load, LOAD.withinMs, elapsedMs)
  const volts = NOMINAL_VOLTS + wanderedMean(from.volts, to.volts, VOLTS.withinMs, elapsedMs)
  const factor = USUAL_FACTOR + wanderedMean(from.factor, to.factor, FACTOR.withinMs, elapsedMs)
  return (load * factor * volts) / (NOMINAL_VOLTS + to.volts)
}

/** As a share of the rated current. A breaker has cut a short circuit off before anybody could read its current. */
function loads({ load }: WholeSpec, { elapsedMs, hourOfDay, dayOfWeek = WEDNESDAY, faults }: Now) {
  if (faults.has('short_circuit')) return { now: 0, mean: 0 }
  if (faults.has('over_current')) return { now: OVERLOAD, mean: OVERLOAD }
  const hourOfWeek = dayOfWeek * 24 + hourOfDay
  return { now: loadShare(load, hourOfWeek), mean: meanLoadShare(load, hourOfWeek, elapsedMs) }
}

const levelsAfter = (before: Levels, now: Levels): Levels => {
  for (const code in now) if (now[code] !== before[code]) return now
  return before
}

/** When warmth that goes on as it does will have reached `limit`. */
const reachesInMs = ({ celsius, warmsTo }: PowerMeterState, limit: number) =>
  Math.max(1, Math.ceil(WARMS_WITHIN_MS * Math.log((celsius - warmsTo) / (limit - warmsTo))))

function warmthRestsForMs(state: PowerMeterState): number {
  if (state.tooWarm) return state.warmsTo < LIMITS.coolCelsius ? reachesInMs(state, LIMITS.coolCelsius) : Infinity
  return state.warmsTo > LIMITS.warmCelsius ? reachesInMs(state, LIMITS.warmCelsius) : Infinity
}

const isSilent = ({ unpoweredMs, spec }: PowerMeterState) => unpoweredMs > spec.lastGaspMs

function lastGaspInMs(state: PowerMeterState): number {
  return state.unpoweredMs > 0 && !isSilent(state) ? state.spec.lastGaspMs - state.unpoweredMs + 1 : Infinity
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
    'meter.short_circuit': ['tripped on a short circuit', 'is switched on again'],
  },
  levels: ({ levels }) => levels,
  reportEveryMs: REPORT_EVERY_MS,
  reportsOnTheHour: true,
  silent: isSilent,

  start({ energyKwh, ...told }, random) {
    const spec = { ...USUAL, ...told }
    const zero: Three = [0, 0, 0]
    const state = {
      spec,
      share: three(() => random.range(0.95, 1.05)),
      faultyPhase: random.pick([0, 1, 2] as const),
      off: {
        volts: random.range(-1, 1),
        phaseVolts: three(() => random.range(-0.4, 0.4)),
        load: random.range(-0.08, 0.08),
        hertz: 0,
        residualAmperes: 0,
        factor: 0,
      },
      held: new Set<PowerMeterFault>(),
      grid: undisturbed(perYear(spec), random),
      outages: 0,
      unpoweredMs: 0,
      volts: three(() => NOMINAL_VOLTS),
      amperes: zero,
      watts: zero,
      voltAmperes: zero,
      energyWh: energyKwh === undefined ? random.range(0.02, 0.4) * capacityWh(spec) : energyKwh * 1_000,
      residualAmperes: 0.012,
      celsius: random.range(31, 36),
      warmsTo: 32,
      hertz: 50,
      tooWarm: false,
    }
    return { ...state, levels: levelsOf(state) }
  },

  next(before, now, random) {
    const { elapsedMs, faults } = now
    const { spec, share, faultyPhase } = before
    const off = wandered(before.off, elapsedMs, random)
    const grid = gridAfter(before, faults, elapsedMs, random)
    const steady = steadyVolts(off, faultyPhase, faults, random)
    const volts = disturbed(steady, grid)
    const load = loads(spec, now)
    const carries = (phase: 0 | 1 | 2) => (steady[phase] > LIMITS.presentVolts ? spec.ratedAmperes * share[phase] : 0)
    const amperes = three((phase) => carries(phase) * load.now * (1 + off.load))
    const voltAmperes = three((phase) => volts[phase] * amperes[phase])
    const meanWatts =
      sum(three((phase) => steady[phase] * carries(phase))) * load.mean * meanPart(before.off, off, elapsedMs)
    const powered = steady.some((each) => each > LIMITS.presentVolts)
    const lost = !powered && before.levels['meter.power_outage'] === false
    const warmsTo = faults.has('over_temperature') ? 105 : 30 + 20 * clamp(load.now, 0, 1) ** 2
    const celsius = settle(before.celsius, warmsTo, WARMS_WITHIN_MS, elapsedMs)
    const leaking = faults.has('residual_current') ? 0.55 : 0.012
    // Every field is named: a state is made anew with each step, and a spread of so many costs ten times as much.
    const state = {
      spec,
      share,
      faultyPhase,
      off,
      held: same(before.held, faults) ? before.held : new Set(faults),
      grid,
      outages: before.outages + Number(lost),
      unpoweredMs: powered ? 0 : before.unpoweredMs + elapsedMs,
      volts,
      amperes,
      watts: three((phase) => voltAmperes[phase] * (USUAL_FACTOR + off.factor)),
      voltAmperes,
      energyWh: (before.energyWh + (meanWatts * elapsedMs) / HOUR_MS) % capacityWh(spec),
      residualAmperes: powered && load.now > 0 ? leaking + off.residualAmperes : 0,
      celsius,
      warmsTo,
      hertz: 50 + off.hertz,
      tooWarm: before.tooWarm ? celsius >= LIMITS.coolCelsius : celsius > LIMITS.warmCelsius,
      levels: before.levels,
    }
    state.levels = levelsAfter(before.levels, levelsOf(state))
    return state
  },

  restsForMs(state, faults) {
    if (!same(state.held, faults)) return MEASURES_EVERY_MS
    const untilEvent = Math.max(1, Math.ceil(undisturbedForMs(state.grid)))
    return Math.min(untilEvent, warmthRestsForMs(state), lastGaspInMs(state))
  },

  tell(before, after) {
    return {
      values: () => valuesOf(after),
      levels: after.levels,
      levelsBefore: before && before.levels,
      changed: before !== null && before.levels !== after.levels,
    }
  },
}
