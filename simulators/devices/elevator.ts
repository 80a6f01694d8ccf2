/**
 * A lift controller: a car that travels between floors, its door, and the safety chain that stops it.
 */
import { clamp, round } from './family.ts'
import type { DeviceFamily, Surroundings } from './family.ts'
import type { SeededRandom } from '../random.ts'

export const ELEVATOR_FAULTS = [
  'entrapment',
  'door_fault',
  'overspeed',
  'emergency_stop',
  'mislevelling',
  'power_loss',
] as const
export type ElevatorFault = (typeof ELEVATOR_FAULTS)[number]

export interface ElevatorSpec {
  /** Numbers as on the panel; there is no floor 0 between -1 and 1. */
  lowestFloor: number
  highestFloor: number
  ratedMps: number
}

type Door = 'closed' | 'opening' | 'open' | 'closing'

export interface ElevatorState {
  readonly spec: ElevatorSpec
  /** Height above the lowest floor, in metres, and speed, upwards positive. */
  readonly heightM: number
  readonly speedMps: number
  readonly door: Door
  readonly doorForMs: number
  /** Landings still to serve, counted from the lowest as 0. */
  readonly stops: readonly number[]
  readonly idleForMs: number
  readonly trips: number
  /** Time that is not yet a whole step. */
  readonly restMs: number
  // What went wrong, held until the fault is gone.
  readonly stuckForMs: number | null
  readonly pressAtMs: number
  readonly presses: number
  readonly doorFailures: number
  readonly overspeeding: boolean
  readonly safetyGear: boolean
  readonly stopped: boolean
  readonly mislevelled: boolean
  readonly powerLost: boolean
}

type Draft = { -readonly [Key in keyof ElevatorState]: ElevatorState[Key] }
type Faults = Surroundings<ElevatorFault>['faults']

export const FLOOR_HEIGHT_M = 3
const STEP_MS = 100
const ACCELERATION = 0.8
const BRAKE = 2.5
const EMERGENCY_BRAKE = 6
const RESCUE_MPS = 0.3
const DOOR_MOVES_MS = 2_500
const DOOR_STAYS_OPEN_MS = 5_000
/** The governor reports at the first and trips the safety gear at the second, as shares of the rated speed. */
const OVERSPEED = 1.15
const GEAR_TRIPS = 1.25
const MISLEVEL_M = 0.35
const ENTRAPMENT_AFTER_MS = 20_000
const DOOR_ATTEMPTS = 3
const REPORT_EVERY_MS = 10_000

const landings = ({ lowestFloor: low, highestFloor: high }: ElevatorSpec) => high - low + (low < 0 && high > 0 ? 0 : 1)

const nearestLanding = (state: ElevatorState) =>
  clamp(Math.round(state.heightM / FLOOR_HEIGHT_M), 0, landings(state.spec) - 1)

/** Distance to the nearest landing, in metres. */
export const offLanding = (state: ElevatorState) => Math.abs(state.heightM - nearestLanding(state) * FLOOR_HEIGHT_M)

/** The nearest landing's number as on the panel. */
export function floorOf(state: ElevatorState): number {
  const floor = state.spec.lowestFloor + nearestLanding(state)
  return state.spec.lowestFloor < 0 && floor >= 0 ? floor + 1 : floor
}

export const floorLabel = (floor: number) => (floor < 0 ? `B${-floor}` : String(floor))

function newTrip(state: Draft, random: SeededRandom): void {
  const here = nearestLanding(state)
  const other = (not: number) => (not + random.integer(1, landings(state.spec) - 1)) % landings(state.spec)
  const called = random.chance(0.4) ? here : other(here)
  state.stops = called === here ? [other(here)] : [called, other(called)]
  state.trips += 1
}

/** Long enough for a fault that needs a moving car. */
function farTrip(state: Draft): void {
  const here = nearestLanding(state)
  state.stops = [here < landings(state.spec) / 2 ? landings(state.spec) - 1 : 0]
  state.trips += 1
}

function brake(state: Draft, deceleration: number): void {
  const lost = (deceleration * STEP_MS) / 1000
  const left = Math.abs(state.speedMps) - lost
  move(state, left > 0 ? Math.sign(state.speedMps) * left : 0)
}

function move(state: Draft, speedMps: number): void {
  state.speedMps = speedMps
  const top = (landings(state.spec) - 1) * FLOOR_HEIGHT_M
  state.heightM = clamp(state.heightM + (speedMps * STEP_MS) / 1000, 0, top)
}

/** One step towards `targetM`, no faster than braking in time allows; `true` once there. */
function approach(state: Draft, targetM: number, limitMps: number): boolean {
  const remaining = targetM - state.heightM
  const distance = Math.abs(remaining)
  const faster = Math.abs(state.speedMps) + (ACCELERATION * STEP_MS) / 1000
  const speed = Math.min(faster, limitMps, Math.max(0.05, Math.sqrt(2 * ACCELERATION * distance)))
  if (distance <= (speed * STEP_MS) / 1000) {
    state.heightM = targetM
    state.speedMps = 0
    return true
  }
  move(state, Math.sign(remaining) * speed)
  return false
}

function setDoor(state: Draft, door: Door): void {
  state.door = door
  state.doorForMs = 0
}

function moveDoor(state: Draft, faults: Faults): void {
  state.doorForMs += STEP_MS
  switch (state.door) {
    case 'closed':
      return
    case 'opening':
      if (state.doorForMs >= DOOR_MOVES_MS) setDoor(state, 'open')
      return
    case 'open':
      if (state.doorForMs >= DOOR_STAYS_OPEN_MS && state.doorFailures < DOOR_ATTEMPTS) setDoor(state, 'closing')
      return
    case 'closing':
      if (faults.has('door_fault') && state.doorForMs >= DOOR_MOVES_MS / 2) {
        state.doorFailures += 1
        setDoor(state, 'opening')
      } else if (state.doorForMs >= DOOR_MOVES_MS) setDoor(state, 'closed')
      return
  }
}

/** Passengers between two floors: they press the button, and after a while the controller itself reports it. */
function beStuck(state: Draft, stuckForMs: number, random: SeededRandom): void {
  brake(state, EMERGENCY_BRAKE)
  state.stuckForMs = stuckForMs + STEP_MS
  if (state.stuckForMs >= state.pressAtMs) {
    state.presses += 1
    state.pressAtMs = state.stuckForMs + random.integer(60_000, 150_000)
  }
}

/** Stops the car where a fault says so; `true` where the fault has taken over from the drive. */
function suffer(state: Draft, faults: Faults, random: SeededRandom): boolean {
  state.powerLost = faults.has('power_loss')
  state.stopped = faults.has('emergency_stop')
  if (state.powerLost || state.stopped) {
    brake(state, BRAKE)
    return true
  }
  if (faults.has('entrapment')) {
    const trapped = Math.abs(state.speedMps) > 0.5 && offLanding(state) > 0.9
    if (state.stuckForMs === null && trapped) state.pressAtMs = random.integer(6_000, 12_000)
    if (state.stuckForMs !== null || trapped) {
      beStuck(state, state.stuckForMs ?? 0, random)
      return true
    }
  }
  if (faults.has('overspeed') && runAway(state)) return true
  return faults.has('mislevelling') && state.mislevelled
}

/** A drive that no longer holds its speed, until the safety gear grips. */
function runAway(state: Draft): boolean {
  if (state.safetyGear) {
    brake(state, EMERGENCY_BRAKE)
    return true
  }
  const speed = Math.abs(state.speedMps)
  const rated = state.spec.ratedMps
  const target = (state.stops[0] ?? nearestLanding(state)) * FLOOR_HEIGHT_M
  const room = Math.abs(target - state.heightM) > 5
  if (!state.overspeeding && (speed < 0.6 * rated || !room)) return false
  move(state, Math.sign(state.speedMps) * (speed + (1.2 * STEP_MS) / 1000))
  state.overspeeding = Math.abs(state.speedMps) > OVERSPEED * rated
  state.safetyGear = Math.abs(state.speedMps) > GEAR_TRIPS * rated
  return true
}

/** After the repair: levels are reset, and a car off its landing creeps to the nearest one and opens. */
function recover(state: Draft, faults: Faults): boolean {
  if (!faults.has('door_fault')) state.doorFailures = 0
  if (!faults.has('overspeed')) state.overspeeding = state.safetyGear = false
  const astray =
    (state.stuckForMs !== null && !faults.has('entrapment')) || (state.mislevelled && !faults.has('mislevelling'))
  const lost = state.stops.length === 0 && offLanding(state) > 0
  if (!astray && !lost) return false
  if (!approach(state, nearestLanding(state) * FLOOR_HEIGHT_M, RESCUE_MPS)) return true
  state.stuckForMs = null
  state.mislevelled = false
  state.stops = []
  setDoor(state, 'opening')
  return true
}

function travel(state: Draft, faults: Faults, hourOfDay: number, random: SeededRandom): void {
  moveDoor(state, faults)
  if (state.door !== 'closed') return
  const [stop] = state.stops
  if (stop === undefined) {
    const wanted = faults.has('entrapment') || faults.has('overspeed') || faults.has('mislevelling')
    state.idleForMs -= STEP_MS
    if (wanted) farTrip(state)
    else if (faults.has('door_fault')) setDoor(state, 'opening')
    else if (state.idleForMs <= 0) {
      const night = hourOfDay < 6 || hourOfDay >= 23
      state.idleForMs = random.integer(5_000, night ? 400_000 : 80_000)
      newTrip(state, random)
    }
    return
  }
  const target = stop * FLOOR_HEIGHT_M
  const misses = faults.has('mislevelling')
  const short = misses ? MISLEVEL_M * Math.sign(target - state.heightM) : 0
  if (!approach(state, target - short, state.spec.ratedMps)) return
  state.stops = misses ? [] : state.stops.slice(1)
  if (misses) state.mislevelled = true
  else setDoor(state, 'opening')
}

function levels(state: ElevatorState): Record<string, boolean> {
  return {
    'elevator.entrapment': state.stuckForMs !== null && state.stuckForMs >= ENTRAPMENT_AFTER_MS,
    'elevator.overspeed': state.overspeeding,
    'elevator.safety_gear': state.safetyGear,
    'elevator.emergency_stop': state.stopped,
    'elevator.mislevelling': state.mislevelled,
    'elevator.door_fault': state.doorFailures >= DOOR_ATTEMPTS,
    'elevator.power_loss': state.powerLost,
  }
}

/** What makes a report worth sending at once. */
const outlook = (state: ElevatorState) =>
  `${floorOf(state)} ${state.door !== 'closed'} ${state.speedMps !== 0} ${Object.values(levels(state)).join()}`

export const elevator: DeviceFamily<ElevatorSpec, ElevatorState, ElevatorFault> = {
  kind: 'elevator',
  faults: ELEVATOR_FAULTS,
  words: {
    'elevator.alarm_button': ['had its alarm button pressed', ''],
    'elevator.entrapment': ['has passengers trapped between floors', 'has its passengers out'],
    'elevator.overspeed': ['runs too fast', 'had its overspeed reset'],
    'elevator.emergency_stop': ['made an emergency stop', 'had its emergency stop released'],
    'elevator.mislevelling': ['stands outside the door zone', 'is level with a floor again'],
    'elevator.door_fault': ['cannot close its door', 'has its door working again'],
    'elevator.power_loss': ['lost its power', 'has its power back'],
  },
  levels,
  reportEveryMs: () => REPORT_EVERY_MS,

  start(spec, random) {
    return {
      spec,
      heightM: random.integer(0, landings(spec) - 1) * FLOOR_HEIGHT_M,
      speedMps: 0,
      door: 'closed',
      doorForMs: 0,
      stops: [],
      idleForMs: random.integer(1_000, 40_000),
      trips: 0,
      restMs: 0,
      stuckForMs: null,
      pressAtMs: 0,
      presses: 0,
      doorFailures: 0,
      overspeeding: false,
      safetyGear: false,
      stopped: false,
      mislevelled: false,
      powerLost: false,
    }
  },

  next(before, { elapsedMs, hourOfDay, faults }, random) {
    const state: Draft = { ...before, restMs: before.restMs + elapsedMs }
    for (; state.restMs >= STEP_MS; state.restMs -= STEP_MS) {
      if (suffer(state, faults, random) || recover(state, faults)) continue
      travel(state, faults, hourOfDay, random)
    }
    return state
  },

  restsForMs: () => 1_000,

  tell(before, after) {
    const floor = floorOf(after)
    const pressed = before ? after.presses - before.presses : 0
    return {
      values: () => ({
        'lift.floor': floor,
        'lift.floor_label': floorLabel(floor),
        'lift.speed': round(Math.abs(after.speedMps), 2),
        'door.open': after.door !== 'closed',
      }),
      levels: levels(after),
      levelsBefore: before && levels(before),
      pulses: Array<string>(pressed).fill('elevator.alarm_button'),
      data: { 'elevator.door_fault': { kind: 'closing' }, 'elevator.entrapment': { floor } },
      changed: before !== null && outlook(before) !== outlook(after),
    }
  },
}
