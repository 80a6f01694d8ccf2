/** A contact at a pump that empties a sump: it runs, and pauses while the sump fills. */
import { round, settle } from './family.ts'
import type { DeviceFamily, Surroundings } from './family.ts'
import type { SeededRandom } from '../random.ts'
import { HOUR_MS, MINUTE_MS } from '../../rules/model.ts'

export const PUMP_FAULTS = ['stopped', 'dry_run'] as const
export type PumpFault = (typeof PUMP_FAULTS)[number]

export interface PumpSpec {
  /** How often it starts, on average; 2 unless set. */
  startsPerHour?: number
  /** The share of the time that it runs; 0.2 unless set. */
  duty?: number
}

export interface PumpState {
  readonly spec: Required<PumpSpec>
  readonly running: boolean
  readonly switchesInMs: number
  readonly celsius: number
}

type Draft = { -readonly [Key in keyof PumpState]: PumpState[Key] }

const REPORT_EVERY_MS = MINUTE_MS
/** A sump fills as evenly as water comes: a cycle is a fifth shorter or longer. */
const CYCLE = [0.8, 1.2] as const
const CELSIUS = { resting: 22, running: 48, dry: 105 } as const

function phaseMs({ startsPerHour, duty }: PumpState['spec'], running: boolean, random: SeededRandom): number {
  const meanMs = (HOUR_MS / startsPerHour) * (running ? duty : 1 - duty)
  return Math.max(1, Math.round(meanMs * random.range(...CYCLE)))
}

const forced = (faults: Surroundings<PumpFault>['faults']) =>
  faults.has('stopped') ? false : faults.has('dry_run') ? true : null

const levels = (state: PumpState) => ({ 'pump.running': state.running })

export const pump: DeviceFamily<PumpSpec, PumpState, PumpFault> = {
  kind: 'pump',
  faults: PUMP_FAULTS,
  words: { 'pump.running': ['runs', 'has stopped'] },
  levels: levels,
  reportEveryMs: REPORT_EVERY_MS,

  start(given, random) {
    const spec = { startsPerHour: 2, duty: 0.2, ...given }
    const switchesInMs = random.integer(1, phaseMs(spec, false, random))
    return { spec, running: false, switchesInMs, celsius: CELSIUS.resting }
  },

  next(before, { elapsedMs, faults }, random) {
    const state: Draft = { ...before, running: forced(faults) ?? before.running }
    const held = forced(faults) !== null
    for (let leftMs = elapsedMs; leftMs > 0;) {
      const stepMs = held ? leftMs : Math.min(leftMs, state.switchesInMs)
      const towards = !state.running ? CELSIUS.resting : faults.has('dry_run') ? CELSIUS.dry : CELSIUS.running
      state.celsius = settle(state.celsius, towards, 10 * MINUTE_MS, stepMs)
      leftMs -= stepMs
      if (held) continue
      state.switchesInMs -= stepMs
      if (state.switchesInMs > 0) continue
      state.running = !state.running
      state.switchesInMs = phaseMs(state.spec, state.running, random)
    }
    return state
  },

  restsForMs(state, faults) {
    const hold = forced(faults)
    if (hold === null) return state.switchesInMs
    return hold === state.running ? Infinity : 1
  },

  tell: (before, after) => ({
    values: () => ({
      'pump.running': after.running,
      'temperature.device': round(after.celsius, 1),
      reportIntervalS: REPORT_EVERY_MS / 1000,
    }),
    levels: levels(after),
    levelsBefore: before && levels(before),
    changed: before !== null && before.running !== after.running,
  }),
}
