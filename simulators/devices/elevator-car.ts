/** A lift's car: where it is, how it travels and what its door does, in steps of a tenth of a second. */
import { clamp } from './family.ts'
import { exposureToCall, exposureWithin, tripRate } from './elevator-traffic.ts'
import type { SeededRandom } from '../random.ts'

export const ELEVATOR_FAULTS = [
  'entrapment',
  'entrapment_level',
  'door_fault',
  'overspeed',
  'overtravel_top',
  'overtravel_bottom',
  'unintended_movement',
  'mislevelling',
  'emergency_stop',
  'safety_circuit',
  'power_loss',
  'start_failure',
  'out_of_service',
  'maintenance_mode',
  'fire_mode',
  'worn_part',
  'controller_link',
  'alarm_button',
  'test_call',
  'phone_dead',
] as const
export type ElevatorFault = (typeof ELEVATOR_FAULTS)[number]
export type Faults = ReadonlySet<ElevatorFault>

/** A lift as a scenario describes it; what is left out is as in `USUAL_LIFT`. */
export interface ElevatorSpec {
  /** Numbers as on the panel; there is no floor 0 between -1 and 1. */
  lowestFloor?: number
  highestFloor?: number
  ratedMps?: number
  /** Spread over the hours as `TRIPS_PER_HOUR` is. */
  tripsPerDay?: number
  /** It tells each floor and each move of its door; else only at its interval, and what is the case or happens. */
  tellsMoves?: boolean
  /** It tells how many trips it made and how often its door opened. */
  tellsCounters?: boolean
  /** Without mains it drives to the next landing and opens, instead of stopping where it is. */
  emergencyPower?: boolean
  /** How often its telephone tests its line by itself; 0: never. EN 81-28 asks for three days at most. */
  testCallEveryMs?: number
  /** So long after passengers were shut in the controller reports them; they press the button when they will. */
  reportsTrappedAfterMs?: number
}

export const USUAL_LIFT: Required<ElevatorSpec> = {
  lowestFloor: -1,
  highestFloor: 18,
  ratedMps: 1.75,
  tripsPerDay: 750,
  tellsMoves: true,
  tellsCounters: false,
  emergencyPower: false,
  testCallEveryMs: 0,
  reportsTrappedAfterMs: 20_000,
}

export interface ElevatorState {
  readonly spec: Required<ElevatorSpec>
  /** Local time of day at this moment. */
  readonly hourOfDay: number
  /** Height above the lowest floor, in metres, and speed, upwards positive. */
  readonly heightM: number
  readonly speedMps: number
  readonly door: 'closed' | 'opening' | 'open' | 'closing'
  readonly doorForMs: number
  /** Landings still to serve, counted from the lowest as 0. */
  readonly stops: readonly number[]
  /** Calls that wait for the car, and the exposure until the next comes. */
  readonly waiting: number
  readonly untilCall: number
  readonly trips: number
  readonly doorCycles: number
  readonly testCalls: number
  readonly testInMs: number
  /** Time that is not yet gone through. */
  readonly restMs: number
  /** What is wrong right now. */
  readonly faults: readonly ElevatorFault[]
  // What went wrong, held until the fault is gone.
  readonly stuckForMs: number | null
  readonly pressAtMs: number
  readonly presses: number
  readonly doorFailures: number
  readonly blockedForMs: number
  readonly overspeeding: boolean
  readonly safetyGear: boolean
  /** The fault that brought the car to a place where it must not stand. */
  readonly astrayBy: ElevatorFault | null
}

export type Draft = { -readonly [Key in keyof ElevatorState]: ElevatorState[Key] }

export const FLOOR_HEIGHT_M = 3
export const STEP_MS = 100
const ACCELERATION = 0.8
const DOOR_MOVES_MS = 2_500
const DOOR_STAYS_OPEN_MS = 5_000
/** A door that has failed so often is left open. */
export const DOOR_ATTEMPTS = 3
/** Room beyond the terminal landings, up to the buffers. */
const PIT_M = 0.5

export const landings = ({ lowestFloor: low, highestFloor: high }: Required<ElevatorSpec>) =>
  high - low + (low < 0 && high > 0 ? 0 : 1)

export const nearestLanding = (state: ElevatorState) =>
  clamp(Math.round(state.heightM / FLOOR_HEIGHT_M), 0, landings(state.spec) - 1)

/** Distance to the nearest landing, in metres. */
export const offLanding = (state: ElevatorState) => Math.abs(state.heightM - nearestLanding(state) * FLOOR_HEIGHT_M)

/** The nearest landing's number as on the panel. */
export function floorOf(state: ElevatorState): number {
  const floor = state.spec.lowestFloor + nearestLanding(state)
  return state.spec.lowestFloor < 0 && floor >= 0 ? floor + 1 : floor
}

/** The landing that people leave the building by: the lowest above ground. */
export const mainLanding = ({ lowestFloor, highestFloor }: Required<ElevatorSpec>) =>
  clamp(lowestFloor < 0 ? -lowestFloor : 0, 0, highestFloor - lowestFloor)

/** Sends an idle car from where it is to where it was called from, and on to another landing. */
export function newTrip(state: Draft, random: SeededRandom): void {
  const here = nearestLanding(state)
  const other = (not: number) => (not + random.integer(1, landings(state.spec) - 1)) % landings(state.spec)
  const called = random.chance(0.4) ? here : other(here)
  state.stops = called === here ? [other(here)] : [called, other(called)]
  state.trips += 1
}

/** Lets the calls of `forMs` from `hourOfDay` on come in. */
export function receiveCalls(state: Draft, forMs: number, hourOfDay: number, random: SeededRandom): void {
  const { tripsPerDay } = state.spec
  state.untilCall -=
    forMs === STEP_MS ? forMs * tripRate(hourOfDay, tripsPerDay) : exposureWithin(forMs, hourOfDay, tripsPerDay)
  for (; state.untilCall <= 0 && tripsPerDay > 0; state.untilCall += exposureToCall(random)) state.waiting += 1
}

export function brake(state: Draft, deceleration: number): void {
  const lost = (deceleration * STEP_MS) / 1000
  const left = Math.abs(state.speedMps) - lost
  move(state, left > 0 ? Math.sign(state.speedMps) * left : 0)
}

export function move(state: Draft, speedMps: number): void {
  state.speedMps = speedMps
  const top = (landings(state.spec) - 1) * FLOOR_HEIGHT_M
  state.heightM = clamp(state.heightM + (speedMps * STEP_MS) / 1000, -PIT_M, top + PIT_M)
}

/** One step towards `targetM`, no faster than braking in time allows; `true` once there. */
export function approach(state: Draft, targetM: number, limitMps: number): boolean {
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

export function setDoor(state: Draft, door: ElevatorState['door']): void {
  state.door = door
  state.doorForMs = 0
  if (door === 'opening') state.doorCycles += 1
}

/** One step of the door; `holdsOpen` keeps it from closing. */
export function moveDoor(state: Draft, faults: Faults, holdsOpen: boolean): void {
  state.doorForMs += STEP_MS
  switch (state.door) {
    case 'closed':
      return
    case 'opening':
      if (state.doorForMs >= DOOR_MOVES_MS) setDoor(state, 'open')
      return
    case 'open':
      if (state.doorForMs >= DOOR_STAYS_OPEN_MS && !holdsOpen) setDoor(state, 'closing')
      return
    case 'closing':
      if (faults.has('door_fault') && state.doorForMs >= DOOR_MOVES_MS / 2) {
        state.doorFailures += 1
        setDoor(state, 'opening')
      } else if (state.doorForMs >= DOOR_MOVES_MS) setDoor(state, 'closed')
      return
  }
}
