/**
 * A battery-driven leak sensor on the floor: two contacts that a film of water closes, and a climate sensor.
 */
import { clamp, round, settle, wander } from './family.ts'
import type { DeviceFamily } from './family.ts'
import type { Values } from '../languages/language.ts'

export const WATER_LEAK_FAULTS = ['leak', 'battery_low'] as const
export type WaterLeakFault = (typeof WATER_LEAK_FAULTS)[number]

export interface WaterLeakSpec {
  /** Typical air temperature of the room, in degrees Celsius. */
  roomCelsius: number
  /** Typical relative humidity of the room, in percent. */
  roomHumidity: number
}

export interface WaterLeakState {
  readonly spec: WaterLeakSpec
  readonly depthM: number
  readonly wet: boolean
  readonly wetForMs: number
  readonly lastWetMs: number
  readonly leakCount: number
  readonly batteryPercent: number
  /** The battery is at its end; whoever repairs that puts a new one in. */
  readonly drained: boolean
  readonly temperatureOff: number
  readonly humidityOff: number
  /** How far the room's humidity follows the water on its floor, 0 to 1. */
  readonly dampness: number
  readonly rssiOff: number
  /** How fast water comes while it leaks, in metres a second. */
  readonly inflowMps: number
}

/** Contacts close above the first depth and open below the second, so a drop on the edge does not chatter. */
const WET_ABOVE_M = 0.001
const DRY_BELOW_M = 0.0003
const DEPTH_MAX_M = 0.045
const DRAIN_MPS = 0.003
/** Four years from full to empty. */
const BATTERY_LIFE_MS = 4 * 365 * 24 * 3_600_000
const BATTERY_LOW_PERCENT = 10

/** A real one reports a few times a day; this one speaks each minute so that a demo has something to show. */
const REPORT_EVERY_MS = 60_000
const REPORT_WET_EVERY_MS = 10_000

const levels = (state: WaterLeakState) => ({ 'water.leak': state.wet })

function values(state: WaterLeakState): Values {
  const humidity = state.spec.roomHumidity + state.humidityOff
  const batteryPercent = Math.ceil(state.batteryPercent)
  return {
    'water.leak': state.wet,
    'water.depth': round(state.depthM, 3),
    'leak.count': state.leakCount,
    'leak.last_duration': Math.round((state.wet ? state.wetForMs : state.lastWetMs) / 1000),
    // Water at 12 °C on the floor cools the room a little.
    'temperature.ambient': round(state.spec.roomCelsius + state.temperatureOff - 1.5 * state.dampness, 1),
    'humidity.relative': round(clamp(humidity + (94 - humidity) * state.dampness, 0, 100), 1),
    batteryPercent,
    batteryVoltage: round(2.4 + 0.6 * (state.batteryPercent / 100), 2),
    batteryLow: batteryPercent <= BATTERY_LOW_PERCENT,
    rssi: Math.round(-78 + state.rssiOff),
    reportIntervalS: REPORT_EVERY_MS / 1000,
  }
}

export const waterLeak: DeviceFamily<WaterLeakSpec, WaterLeakState, WaterLeakFault> = {
  kind: 'water_leak',
  faults: WATER_LEAK_FAULTS,
  words: { 'water.leak': ['is wet', 'is dry again'] },
  levels,
  reportEveryMs: (state) => (state.wet ? REPORT_WET_EVERY_MS : REPORT_EVERY_MS),

  start(spec, random) {
    return {
      spec,
      depthM: 0,
      wet: false,
      wetForMs: 0,
      lastWetMs: 0,
      leakCount: random.integer(0, 3),
      batteryPercent: random.range(55, 100),
      drained: false,
      temperatureOff: random.range(-1, 1),
      humidityOff: random.range(-3, 3),
      dampness: 0,
      rssiOff: random.range(-6, 6),
      inflowMps: random.range(0.0005, 0.0015),
    }
  },

  next(state, { elapsedMs, faults }, random) {
    const seconds = elapsedMs / 1000
    const flow = faults.has('leak') ? state.inflowMps : -DRAIN_MPS
    const depthM = clamp(state.depthM + flow * seconds, 0, DEPTH_MAX_M)
    const wet = state.wet ? depthM >= DRY_BELOW_M : depthM > WET_ABOVE_M
    const wetForMs = wet ? state.wetForMs + elapsedMs : 0
    const used = (100 * elapsedMs) / BATTERY_LIFE_MS
    const drained = faults.has('battery_low')
    const left = drained ? Math.min(state.batteryPercent, 6) : state.drained ? 100 : state.batteryPercent
    return {
      ...state,
      depthM,
      wet,
      wetForMs,
      lastWetMs: state.wet && !wet ? state.wetForMs : state.lastWetMs,
      leakCount: state.leakCount + (wet && !state.wet ? 1 : 0),
      batteryPercent: Math.max(0, left - used),
      drained,
      temperatureOff: wander(
        state.temperatureOff,
        { deviation: 0.8, withinMs: 3_600_000, bound: 2.5 },
        elapsedMs,
        random,
      ),
      humidityOff: wander(state.humidityOff, { deviation: 2, withinMs: 1_800_000, bound: 6 }, elapsedMs, random),
      dampness: settle(state.dampness, wet ? 1 : 0, 300_000, elapsedMs),
      rssiOff: wander(state.rssiOff, { deviation: 4, withinMs: 60_000, bound: 12 }, elapsedMs, random),
    }
  },

  restsForMs: (state, faults) => (faults.has('leak') || state.depthM > 0 ? 1_000 : Infinity),

  tell: (before, after) => ({
    values: () => values(after),
    levels: levels(after),
    levelsBefore: before && levels(before),
    changed: before !== null && before.wet !== after.wet,
  }),
}
