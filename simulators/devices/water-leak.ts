/**
 * A battery-driven leak sensor on the floor: two contacts that a film of water closes, and a climate sensor.
 *
 * Water stands on the floor (`depthM`) and wets the contacts (`filmM`): a drop, the dew of a damp room or what is left
 * when the floor has drained. Both go in straight lines between events, so any step length gives the same course.
 */
import { batteryVolts } from './battery.ts'
import { clamp, exponential, round, settle, wander } from './family.ts'
import type { DeviceFamily, Surroundings } from './family.ts'
import type { Values } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'
import { HOUR_MS } from '../../rules/model.ts'

export const WATER_LEAK_FAULTS = ['leak', 'drip', 'burst', 'battery_low', 'battery_dead', 'sensor_fault'] as const
export type WaterLeakFault = (typeof WATER_LEAK_FAULTS)[number]

export interface WaterLeakSpec {
  /** Typical air temperature of the room, in degrees Celsius; 20 unless set. */
  roomCelsius?: number
  /** Typical relative humidity of the room, in percent; 60 unless set. */
  roomHumidity?: number
  /** How often dew closes the contacts for 2 to 20 seconds, on average; 0, a dry room, unless set. */
  condensationPerHour?: number
  /** How long the contacts stay wet once the floor has drained; 0, a sensor beside a drain, unless set. */
  dryingMs?: number
  /** How long a battery lasts; 4 unless set. */
  batteryYears?: number
  /** Whether water stands on the floor when it is switched on; not unless set. It drains unless it leaks on. */
  wet?: boolean
}

export interface WaterLeakState {
  readonly spec: Required<WaterLeakSpec>
  readonly depthM: number
  readonly filmM: number
  /** How fast the film goes. */
  readonly filmMps: number
  readonly dewInMs: number
  readonly dropInMs: number
  readonly wet: boolean
  readonly wetForMs: number
  readonly lastWetMs: number
  readonly leakCount: number
  readonly batteryPercent: number
  /** The battery is at its end; whoever repairs that puts a new one in. */
  readonly drained: boolean
  /** Its cable is off: it cannot tell wet from dry. */
  readonly broken: boolean
  readonly temperatureOff: number
  readonly humidityOff: number
  /** How far the room's humidity follows the water on its floor, 0 to 1. */
  readonly dampness: number
  readonly rssiOff: number
  /** How fast water comes while it leaks, in metres a second. */
  readonly inflowMps: number
}

type Draft = { -readonly [Key in keyof WaterLeakState]: WaterLeakState[Key] }
type Faults = Surroundings<WaterLeakFault>['faults']

const DEFAULTS: Required<WaterLeakSpec> = {
  roomCelsius: 20,
  roomHumidity: 60,
  condensationPerHour: 0,
  dryingMs: 0,
  batteryYears: 4,
  wet: false,
}

/** Contacts close above the first depth and open below the second, so a drop on the edge does not chatter. */
const WET_ABOVE_M = 0.001
const DRY_BELOW_M = 0.0003
const DEPTH_MAX_M = 0.045
const DRAIN_MPS = 0.003
/** What stands on a floor that is wet from the start. */
const STANDING_M = 0.01
/** What a drop or dew puts on the contacts. */
const FILM_M = 0.0012
/** A drop of 0.05 ml on 50 cm² of floor; each closes the contacts, which open again as it spreads. */
const DROP_M = 0.000_01
const DROP_SPREADS_MS = [1_000, 2_500] as const
const DROP_EVERY_MS = [3_000, 7_000] as const
const DEW_DRIES_MS = [2_000, 20_000] as const
const BURST_TIMES = 12
const YEAR_MS = 365 * 24 * HOUR_MS
const BATTERY_LOW_PERCENT = 10

/** A real one reports a few times a day; this one speaks each minute so that a demo has something to show. */
const REPORT_EVERY_MS = 60_000
const REPORT_WET_EVERY_MS = 10_000

const levels = (state: WaterLeakState) => ({
  'water.leak': state.wet && !state.broken,
  'device.sensor_fault': state.broken,
})

function values(state: WaterLeakState): Values {
  const humidity = state.spec.roomHumidity + state.humidityOff
  const batteryPercent = Math.ceil(state.batteryPercent)
  return {
    'water.leak': state.wet && !state.broken,
    'water.depth': round(Math.max(state.depthM, state.filmM), 3),
    'leak.count': state.leakCount,
    'leak.last_duration': Math.round((state.wet ? state.wetForMs : state.lastWetMs) / 1000),
    // Water at 12 °C on the floor cools the room a little.
    'temperature.ambient': round(state.spec.roomCelsius + state.temperatureOff - 1.5 * state.dampness, 1),
    'humidity.relative': round(clamp(humidity + (94 - humidity) * state.dampness, 0, 100), 1),
    batteryPercent,
    batteryVoltage: round(batteryVolts(state.batteryPercent), 2),
    batteryLow: batteryPercent <= BATTERY_LOW_PERCENT,
    rssi: Math.round(-78 + state.rssiOff),
    reportIntervalS: REPORT_EVERY_MS / 1000,
  }
}

/** How fast water comes (or, negative, goes) that does not come in drops. */
function flowMps(state: WaterLeakState, faults: Faults): number {
  if (faults.has('burst')) return state.inflowMps * BURST_TIMES
  if (faults.has('leak')) return state.inflowMps
  return faults.has('drip') ? 0 : -DRAIN_MPS
}

/** Whole milliseconds after which a straight line has surely passed a value. */
const passesInMs = (distance: number, perSecond: number) =>
  perSecond > 0 ? Math.floor((distance / perSecond) * 1000) + 1 : Infinity

const stands = ({ depthM, spec }: WaterLeakState) => depthM > WET_ABOVE_M && spec.dryingMs > 0

/** When the contacts open or close, or more water falls on them, if nothing else happens. */
function eventInMs(state: WaterLeakState, faults: Faults): number {
  const flow = flowMps(state, faults)
  const opens = Math.max(
    state.depthM < DRY_BELOW_M ? 0 : passesInMs(state.depthM - DRY_BELOW_M, -flow),
    state.filmM < DRY_BELOW_M ? 0 : passesInMs(state.filmM - DRY_BELOW_M, state.filmMps),
  )
  const contact = state.wet ? opens : passesInMs(WET_ABOVE_M - state.depthM, flow)
  const drains = stands(state) ? passesInMs(state.depthM - WET_ABOVE_M, -flow) : Infinity
  return Math.min(contact, drains, state.dewInMs, faults.has('drip') ? state.dropInMs : Infinity)
}

function wetContacts(state: Draft, filmM: number, driesMs: number): void {
  state.filmM = filmM
  state.filmMps = ((filmM - DRY_BELOW_M) / driesMs) * 1000
}

/** Goes on by a time in which nothing falls before its end. */
function flowOn(state: Draft, elapsedMs: number, faults: Faults, random: SeededRandom): void {
  const seconds = elapsedMs / 1000
  const stood = stands(state)
  state.depthM = clamp(state.depthM + flowMps(state, faults) * seconds, 0, DEPTH_MAX_M)
  state.filmM = Math.max(0, state.filmM - state.filmMps * seconds)
  if (faults.has('drip')) {
    state.dropInMs -= elapsedMs
    if (state.dropInMs <= 0) {
      state.dropInMs = random.integer(...DROP_EVERY_MS)
      state.depthM = Math.min(state.depthM + DROP_M, DEPTH_MAX_M)
      wetContacts(state, Math.max(state.filmM, FILM_M), random.integer(...DROP_SPREADS_MS))
    }
  }
  state.dewInMs -= elapsedMs
  if (state.dewInMs <= 0) {
    state.dewInMs = untilDew(state.spec, random)
    wetContacts(state, Math.max(state.filmM, FILM_M), random.integer(...DEW_DRIES_MS))
  }
  // Water that stood on the floor leaves it wet.
  if (stood) wetContacts(state, FILM_M, state.spec.dryingMs)
  touch(state, elapsedMs)
}

function touch(state: Draft, elapsedMs: number): void {
  const contactM = Math.max(state.depthM, state.filmM)
  const wasWet = state.wet
  state.wet = wasWet ? contactM >= DRY_BELOW_M : contactM > WET_ABOVE_M
  if (wasWet && !state.wet) state.lastWetMs = state.wetForMs + elapsedMs
  if (!wasWet && state.wet) state.leakCount += 1
  state.wetForMs = wasWet && state.wet ? state.wetForMs + elapsedMs : 0
}

const untilDew = ({ condensationPerHour }: WaterLeakState['spec'], random: SeededRandom) =>
  condensationPerHour > 0 ? exponential(HOUR_MS / condensationPerHour, random) : Infinity

export const waterLeak: DeviceFamily<WaterLeakSpec, WaterLeakState, WaterLeakFault> = {
  kind: 'water_leak',
  faults: WATER_LEAK_FAULTS,
  words: {
    'water.leak': ['is wet', 'is dry again'],
    'device.sensor_fault': ['has lost its probe', 'has its probe again'],
  },
  levels,
  reportEveryMs: REPORT_EVERY_MS,
  reportsSoonerMs: ({ wet }) => (wet ? REPORT_WET_EVERY_MS : null),

  start(given, random) {
    const spec = { ...DEFAULTS, ...given }
    return {
      spec,
      depthM: spec.wet ? STANDING_M : 0,
      filmM: 0,
      filmMps: 0,
      wet: spec.wet,
      wetForMs: 0,
      lastWetMs: 0,
      leakCount: random.integer(0, 3),
      batteryPercent: random.range(55, 100),
      drained: false,
      broken: false,
      temperatureOff: random.range(-1, 1),
      humidityOff: random.range(-3, 3),
      dampness: 0,
      rssiOff: random.range(-6, 6),
      inflowMps: random.range(0.0005, 0.0015),
      dropInMs: random.integer(...DROP_EVERY_MS),
      dewInMs: untilDew(spec, random),
    }
  },

  next(before, { elapsedMs, faults }, random) {
    const state: Draft = { ...before }
    for (let leftMs = elapsedMs; leftMs > 0;) {
      const stepMs = Math.min(leftMs, eventInMs(state, faults))
      flowOn(state, stepMs, faults, random)
      leftMs -= stepMs
    }
    const dead = faults.has('battery_dead')
    const drained = dead || faults.has('battery_low')
    const left = dead ? 0 : drained ? Math.min(before.batteryPercent, 6) : before.drained ? 100 : before.batteryPercent
    const drift = (value: number, deviation: number, withinMs: number, bound: number) =>
      wander(value, { deviation, withinMs, bound }, elapsedMs, random)
    state.batteryPercent = Math.max(0, left - (100 * elapsedMs) / (state.spec.batteryYears * YEAR_MS))
    state.drained = drained
    state.broken = faults.has('sensor_fault')
    state.temperatureOff = drift(state.temperatureOff, 0.8, 3_600_000, 2.5)
    state.humidityOff = drift(state.humidityOff, 2, 1_800_000, 6)
    state.dampness = settle(state.dampness, state.wet ? 1 : 0, 300_000, elapsedMs)
    state.rssiOff = drift(state.rssiOff, 4, 60_000, 12)
    return state
  },

  restsForMs: (state, faults) => eventInMs(state, faults),
  silent: ({ batteryPercent }) => batteryPercent === 0,

  tell(before, after) {
    const now = levels(after)
    const then = before && levels(before)
    const changed = then !== null && then['water.leak'] !== now['water.leak']
    return { values: () => values(after), levels: now, levelsBefore: then, changed }
  },
}
