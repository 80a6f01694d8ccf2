/** How a lift goes through time: it stands, serves its calls, and drives where somebody looks or something is wrong. */
import {
  approach,
  DOOR_ATTEMPTS,
  FLOOR_HEIGHT_M,
  mainLanding,
  moveDoor,
  nearestLanding,
  newTrip,
  receiveCalls,
  setDoor,
  STEP_MS,
} from './elevator-car.ts'
import type { Draft, ElevatorState, Faults } from './elevator-car.ts'
import {
  heldForMs,
  missed,
  needsRescue,
  recover,
  reset,
  servesNobody,
  shutIn,
  suffer,
  tripTowards,
} from './elevator-faults.ts'
import { callsInMs } from './elevator-traffic.ts'
import type { SeededRandom } from '../random.ts'
import { HOUR_MS } from '../../rules/model.ts'

/** A healthy car’s time that is longer is not driven through: its trips are counted and it stands at the end. */
const DRIVEN_MS = 10_000

/** Until when nothing moves, in whole steps: a held car, or one that stands at a landing until somebody calls. */
export function standsForMs(state: ElevatorState, faults: Faults, hourOfDay: number): number {
  if (state.speedMps !== 0) return 0
  const held = heldForMs(state, faults)
  if (held !== null) return held
  if (state.door === 'opening' || state.door === 'closing' || needsRescue(state, faults)) return 0
  if (state.stops.length > 0) return 0
  if (servesNobody(state, faults)) return state.door === 'closed' && !faults.has('fire_mode') ? Infinity : 0
  if (state.door !== 'closed' || state.waiting > 0 || faults.size > 0) return 0
  const callsIn = callsInMs(state.untilCall, hourOfDay, state.spec.tripsPerDay)
  return callsIn === Infinity ? Infinity : Math.floor((callsIn - 1) / STEP_MS) * STEP_MS
}

/** Lets time pass in which the car stands; somebody who is shut in counts it. */
function stand(state: Draft, faults: Faults, forMs: number, hourOfDay: number, random: SeededRandom): void {
  if (state.stuckForMs !== null) state.stuckForMs += forMs
  else if (faults.size === 0) receiveCalls(state, forMs, hourOfDay, random)
}

/** Serves every call of a long time at once: the trips and stops are counted, and the car stands at the last one. */
function serve(state: Draft, forMs: number, hourOfDay: number, random: SeededRandom): void {
  const ride = () => {
    state.doorCycles += state.stops.length
    state.heightM = (state.stops.at(-1) ?? nearestLanding(state)) * FLOOR_HEIGHT_M
    state.stops = []
  }
  ride()
  state.speedMps = 0
  receiveCalls(state, forMs, hourOfDay, random)
  for (; state.waiting > 0; state.waiting -= 1) {
    newTrip(state, random)
    ride()
  }
  state.door = 'closed'
  state.doorForMs = 0
}

/** One step of a car that no fault holds. */
function travel(state: Draft, faults: Faults, hourOfDay: number, random: SeededRandom): void {
  if (faults.size === 0) receiveCalls(state, STEP_MS, hourOfDay, random)
  else state.stops = state.stops.slice(0, 1)
  const waitsForFirefighters = faults.has('fire_mode') && nearestLanding(state) === mainLanding(state.spec)
  moveDoor(state, faults, state.doorFailures >= DOOR_ATTEMPTS || waitsForFirefighters)
  if (state.door !== 'closed') return
  if (faults.has('start_failure') && state.speedMps === 0) {
    state.blockedForMs += STEP_MS
    return
  }
  const [stop] = state.stops
  if (stop === undefined) return setOut(state, faults, random)
  const { offM, by } = missed(state, stop, faults)
  if (!approach(state, stop * FLOOR_HEIGHT_M + offM, state.spec.ratedMps)) return
  state.astrayBy = by
  if (by !== null) state.stops = []
  else arrive(state, faults, random)
}

function arrive(state: Draft, faults: Faults, random: SeededRandom): void {
  state.stops = state.stops.slice(1)
  if (faults.has('entrapment_level')) shutIn(state, random)
  else setDoor(state, 'opening')
}

/** What a car does that stands at a landing with its door closed. */
function setOut(state: Draft, faults: Faults, random: SeededRandom): void {
  const towards = tripTowards(state, faults)
  if (towards.length > 0) {
    state.stops = towards
    state.trips += 1
  } else if (faults.has('fire_mode')) {
    const main = mainLanding(state.spec)
    if (nearestLanding(state) === main) setDoor(state, 'opening')
    else state.stops = [main]
  } else if (faults.has('door_fault') || faults.has('unintended_movement')) setDoor(state, 'opening')
  else if (state.waiting > 0 && !servesNobody(state, faults)) {
    state.waiting -= 1
    newTrip(state, random)
  }
}

/** Goes through the time that is left: stands where nothing moves, counts what is long, drives the rest. */
export function goOn(state: Draft, faults: Faults, random: SeededRandom): void {
  reset(state, faults)
  while (state.restMs >= STEP_MS) {
    const hourOfDay = state.hourOfDay - state.restMs / HOUR_MS
    const whole = state.restMs - (state.restMs % STEP_MS)
    const stands = Math.min(whole, standsForMs(state, faults, hourOfDay))
    const counted = whole > DRIVEN_MS && faults.size === 0 && !needsRescue(state, faults)
    const passed = stands > STEP_MS ? stands : counted ? whole : STEP_MS
    if (stands > STEP_MS) stand(state, faults, passed, hourOfDay, random)
    else if (counted) serve(state, passed, hourOfDay, random)
    else if (!suffer(state, faults, random) && !recover(state, faults)) travel(state, faults, hourOfDay, random)
    state.restMs -= passed
  }
}
