/** How a lift's faults take over from its drive, and how it comes back after the repair. */
import {
  approach,
  brake,
  DOOR_ATTEMPTS,
  FLOOR_HEIGHT_M,
  landings,
  move,
  moveDoor,
  nearestLanding,
  offLanding,
  setDoor,
  STEP_MS,
} from './elevator-car.ts'
import type { Draft, ElevatorFault, ElevatorState, Faults } from './elevator-car.ts'
import type { SeededRandom } from '../random.ts'

const BRAKE = 2.5
const EMERGENCY_BRAKE = 6
const RESCUE_MPS = 0.3
/** The governor reports at the first and trips the safety gear at the second, as shares of the rated speed. */
const OVERSPEED = 1.15
const GEAR_TRIPS = 1.25
/** How far past its landing a car stands, by what it stands there for; beyond a terminal one the final limit opens. */
const MISLEVEL_M = 0.35
const OVERTRAVEL_M = 0.25
/** A car that leaves its landing with an open door is caught this far away (EN 81-20 allows 1.2 m). */
const CAUGHT_M = 0.1
const DRIFT_MPS2 = 0.3
/** After so long the controller reports a car that does not start. */
export const START_FAILS_AFTER_MS = 10_000

/** Faults that open the safety chain or take the power: the car stops where it is. */
const CUTS: readonly ElevatorFault[] = ['power_loss', 'emergency_stop', 'safety_circuit']
/** Faults that show only in a car that travels. */
const WANT_A_TRIP: readonly ElevatorFault[] = ['entrapment', 'entrapment_level', 'overspeed', 'mislevelling']
/** Faults with which the car serves nobody: it stays where its trip ended. */
const STANDS: readonly ElevatorFault[] = ['out_of_service', 'maintenance_mode', 'fire_mode']

const onEmergencyPower = ({ spec }: ElevatorState, faults: Faults) =>
  spec.emergencyPower && faults.has('power_loss') && !faults.has('emergency_stop') && !faults.has('safety_circuit')

/** The car is held: by an open chain, without power. */
export const isCut = (state: ElevatorState, faults: Faults) =>
  CUTS.some((each) => faults.has(each)) && !onEmergencyPower(state, faults)

export const servesNobody = (state: ElevatorState, faults: Faults) =>
  STANDS.some((each) => faults.has(each)) || onEmergencyPower(state, faults)

/** Passengers are shut in and the cause is still there. */
const isStuck = ({ stuckForMs }: ElevatorState, faults: Faults) =>
  stuckForMs !== null && (faults.has('entrapment') || faults.has('entrapment_level'))

const isAstray = ({ astrayBy }: ElevatorState, faults: Faults) => astrayBy !== null && faults.has(astrayBy)

/** For how long nothing moves or shows in a car that a fault holds; `null` where none holds it. */
export function heldForMs(state: ElevatorState, faults: Faults): number | null {
  if (isCut(state, faults) || isAstray(state, faults)) return Infinity
  if (!isStuck(state, faults)) return null
  const { stuckForMs, pressAtMs, spec } = state
  const shows = [pressAtMs, spec.reportsTrappedAfterMs].filter((each) => each > stuckForMs!)
  return Math.floor((Math.min(...shows) - 1 - stuckForMs!) / STEP_MS) * STEP_MS
}

/** Stops the car where a fault says so; `true` where the fault has taken over from the drive. */
export function suffer(state: Draft, faults: Faults, random: SeededRandom): boolean {
  if (isCut(state, faults)) {
    brake(state, BRAKE)
    return true
  }
  const between = faults.has('entrapment') && Math.abs(state.speedMps) > 0.5 && offLanding(state) > 0.9
  if (between && state.stuckForMs === null) shutIn(state, random)
  if (isStuck(state, faults)) {
    beStuck(state, random)
    return true
  }
  if (faults.has('overspeed') && runAway(state)) return true
  if (faults.has('unintended_movement') && state.astrayBy === null && state.door === 'open') {
    drift(state)
    return true
  }
  if (!isAstray(state, faults)) return false
  brake(state, BRAKE)
  return true
}

/** From now on passengers wait in a car that does not let them out; soon they press the button. */
export function shutIn(state: Draft, random: SeededRandom): void {
  state.stuckForMs = 0
  state.pressAtMs = random.integer(6_000, 12_000)
}

/** They press the button again and again, and after a while the controller itself reports them. */
function beStuck(state: Draft, random: SeededRandom): void {
  brake(state, EMERGENCY_BRAKE)
  state.stuckForMs = (state.stuckForMs ?? 0) + STEP_MS
  if (state.stuckForMs >= state.pressAtMs) {
    state.presses += 1
    state.pressAtMs = state.stuckForMs + random.integer(60_000, 150_000)
  }
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

/** A brake that slips: the car leaves its landing with an open door until it is caught. */
function drift(state: Draft): void {
  const way = nearestLanding(state) === landings(state.spec) - 1 ? -1 : 1
  move(state, state.speedMps + (way * DRIFT_MPS2 * STEP_MS) / 1000)
  if (offLanding(state) >= CAUGHT_M) state.astrayBy = 'unintended_movement'
}

/** Where the car stops that is bound for a landing, in metres above the lowest, and the fault that sends it there. */
export function missed(state: ElevatorState, stop: number, faults: Faults): { offM: number; by: ElevatorFault | null } {
  if (faults.has('overtravel_top') && stop === landings(state.spec) - 1)
    return { offM: OVERTRAVEL_M, by: 'overtravel_top' }
  if (faults.has('overtravel_bottom') && stop === 0) return { offM: -OVERTRAVEL_M, by: 'overtravel_bottom' }
  if (!faults.has('mislevelling')) return { offM: 0, by: null }
  return { offM: -MISLEVEL_M * Math.sign(stop * FLOOR_HEIGHT_M - state.heightM), by: 'mislevelling' }
}

/** Landings that an idle car is sent to so that a fault can show; none where no fault needs a trip. */
export function tripTowards(state: ElevatorState, faults: Faults): number[] {
  const here = nearestLanding(state)
  const top = landings(state.spec) - 1
  if (faults.has('overtravel_top')) return [here === top ? top - 1 : top]
  if (faults.has('overtravel_bottom')) return [here === 0 ? 1 : 0]
  return WANT_A_TRIP.some((each) => faults.has(each)) ? [here < landings(state.spec) / 2 ? top : 0] : []
}

/** The car stands where it must not, or where nobody sent it, and no fault keeps it there. */
export const needsRescue = (state: ElevatorState, faults: Faults) =>
  (state.stuckForMs !== null && !isStuck(state, faults)) ||
  (state.astrayBy !== null && !isAstray(state, faults)) ||
  ((state.stops.length === 0 || onEmergencyPower(state, faults)) && offLanding(state) > 0)

/** What a repair resets, wherever the car is. */
export function reset(state: Draft, faults: Faults): void {
  if (!faults.has('door_fault')) state.doorFailures = 0
  if (!faults.has('overspeed')) state.overspeeding = state.safetyGear = false
  if (!faults.has('start_failure')) state.blockedForMs = 0
}

/** After the repair a car off its landing creeps to the nearest one and opens; `true` while it does. */
export function recover(state: Draft, faults: Faults): boolean {
  if (!needsRescue(state, faults)) return false
  if (state.door !== 'closed') {
    moveDoor(state, faults, state.doorFailures >= DOOR_ATTEMPTS)
    return true
  }
  if (Math.abs(state.speedMps) > RESCUE_MPS) {
    brake(state, BRAKE)
    return true
  }
  if (!approach(state, nearestLanding(state) * FLOOR_HEIGHT_M, RESCUE_MPS)) return true
  state.stuckForMs = null
  state.astrayBy = null
  state.stops = []
  setDoor(state, 'opening')
  return true
}
