/** A contact at a door that people use: more of them by day than by night. */
import { exponential } from './family.ts'
import type { DeviceFamily } from './family.ts'
import type { SeededRandom } from '../random.ts'
import { HOUR_MS } from '../../rules/model.ts'

export const DOOR_FAULTS = ['forced_open', 'stuck'] as const
export type DoorFault = (typeof DOOR_FAULTS)[number]

export interface DoorSpec {
  /** How often it is opened, on average; 40 unless set. */
  openingsPerDay?: number
  /** How long it stays open, on average; 8 seconds unless set. */
  openForMs?: number
}

export interface DoorState {
  readonly spec: Required<DoorSpec>
  readonly open: boolean
  /** The contact says so, true or not. */
  readonly told: boolean
  /** Somebody comes who may open it; who comes at a quiet hour is one of few. */
  readonly visitorInMs: number
  readonly closesInMs: number
  readonly batteryPercent: number
}

/** Share of a day's openings by the hour, from midnight: people go to work, have lunch and come home. Sum 1. */
export const DOOR_HOURS: readonly number[] = [
  0.005, 0.002, 0.002, 0.002, 0.003, 0.012, 0.045, 0.09, 0.095, 0.055, 0.045, 0.05, 0.065, 0.055, 0.045, 0.045, 0.05,
  0.08, 0.09, 0.065, 0.045, 0.03, 0.016, 0.008,
]
const BUSIEST = Math.max(...DOOR_HOURS)
const BATTERY_MS = 2 * 365 * 24 * HOUR_MS
const REPORT_EVERY_MS = HOUR_MS

type Draft = { -readonly [Key in keyof DoorState]: DoorState[Key] }

/** Visitors are drawn at the busiest hour's rate, and only the hour's share of them opens the door. */
const untilVisitor = ({ openingsPerDay }: DoorState['spec'], random: SeededRandom) =>
  openingsPerDay > 0 ? exponential(HOUR_MS / (openingsPerDay * BUSIEST), random) : Infinity

const eventInMs = (state: DoorState, faults: ReadonlySet<DoorFault>) =>
  faults.has('forced_open') && state.open
    ? Infinity
    : Math.min(state.visitorInMs, state.open ? state.closesInMs : Infinity)

function useDoor(state: Draft, elapsedMs: number, hourOfDay: number, random: SeededRandom): void {
  state.closesInMs -= elapsedMs
  if (state.open && state.closesInMs <= 0) state.open = false
  state.visitorInMs -= elapsedMs
  if (state.visitorInMs > 0) return
  state.visitorInMs = untilVisitor(state.spec, random)
  const comes = random.chance((DOOR_HOURS[Math.floor(hourOfDay) % 24] ?? 0) / BUSIEST)
  if (!comes || state.open) return
  state.open = true
  state.closesInMs = exponential(state.spec.openForMs, random)
}

const levels = (state: DoorState) => ({ 'door.open': state.told })

export const door: DeviceFamily<DoorSpec, DoorState, DoorFault> = {
  kind: 'door',
  faults: DOOR_FAULTS,
  words: { 'door.open': ['is open', 'is closed'] },
  levels: levels,
  reportEveryMs: REPORT_EVERY_MS,

  start(given, random) {
    const spec = { openingsPerDay: 40, openForMs: 8_000, ...given }
    const visitorInMs = untilVisitor(spec, random)
    return { spec, open: false, told: false, visitorInMs, closesInMs: 0, batteryPercent: random.range(50, 100) }
  },

  next(before, { elapsedMs, hourOfDay, faults }, random) {
    const state: Draft = { ...before }
    const forced = faults.has('forced_open')
    // It falls shut as soon as nobody holds it open any more.
    if (forced) Object.assign(state, { open: true, closesInMs: 1 })
    for (let leftMs = elapsedMs; leftMs > 0;) {
      const stepMs = Math.min(leftMs, eventInMs(state, faults))
      leftMs -= stepMs
      if (!forced) useDoor(state, stepMs, (hourOfDay + 24 - ((leftMs / HOUR_MS) % 24)) % 24, random)
    }
    if (!faults.has('stuck')) state.told = state.open
    state.batteryPercent = Math.max(1, state.batteryPercent - (100 * elapsedMs) / BATTERY_MS)
    return state
  },

  // Who has just forced it is told at once.
  restsForMs: (state, faults) => (faults.has('forced_open') && !state.open ? 1 : eventInMs(state, faults)),

  tell: (before, after) => ({
    values: () => ({
      'door.open': after.told,
      batteryPercent: Math.ceil(after.batteryPercent),
      reportIntervalS: REPORT_EVERY_MS / 1000,
    }),
    levels: levels(after),
    levelsBefore: before && levels(before),
    changed: before !== null && before.told !== after.told,
  }),
}
