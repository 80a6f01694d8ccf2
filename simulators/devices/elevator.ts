/**
 * A lift controller: a car that travels between floors, its door, and the safety chain that stops it.
 */
import {
  ELEVATOR_FAULTS,
  FLOOR_HEIGHT_M,
  DOOR_ATTEMPTS,
  floorOf,
  landings,
  offLanding,
  USUAL_LIFT,
} from './elevator-car.ts'
import type { Draft, ElevatorFault, ElevatorSpec, ElevatorState, Faults } from './elevator-car.ts'
import { goOn, standsForMs } from './elevator-drive.ts'
import { needsRescue, START_FAILS_AFTER_MS } from './elevator-faults.ts'
import { exposureToCall } from './elevator-traffic.ts'
import { round } from './family.ts'
import type { DeviceFamily } from './family.ts'

export type { ElevatorFault, ElevatorSpec } from './elevator-car.ts'

const REPORT_EVERY_MS = 10_000
/** A car that moves is looked at so often. */
const MOVES_EVERY_MS = 1_000

export const floorLabel = (floor: number) => (floor < 0 ? `B${-floor}` : String(floor))

function levels(state: ElevatorState): Record<string, boolean> {
  const has = (fault: ElevatorFault) => state.faults.includes(fault)
  return {
    'elevator.entrapment': state.stuckForMs !== null && state.stuckForMs >= state.spec.reportsTrappedAfterMs,
    'elevator.overspeed': state.overspeeding,
    'elevator.safety_gear': state.safetyGear,
    'elevator.overtravel_top': state.astrayBy === 'overtravel_top',
    'elevator.overtravel_bottom': state.astrayBy === 'overtravel_bottom',
    'elevator.unintended_movement': state.astrayBy === 'unintended_movement',
    'elevator.mislevelling': state.astrayBy === 'mislevelling',
    'elevator.door_fault': state.doorFailures >= DOOR_ATTEMPTS,
    'elevator.emergency_stop': has('emergency_stop'),
    'elevator.safety_circuit': has('safety_circuit'),
    'elevator.power_loss': has('power_loss'),
    'elevator.emergency_power': has('power_loss') && state.spec.emergencyPower,
    'elevator.start_failure': state.blockedForMs >= START_FAILS_AFTER_MS,
    'elevator.out_of_service': has('out_of_service'),
    'elevator.maintenance_mode': has('maintenance_mode'),
    'elevator.fire_mode': has('fire_mode'),
    'elevator.predictive_maintenance': has('worn_part'),
    'device.controller_link': has('controller_link'),
  }
}

/** What makes a report worth sending at once. */
const outlook = (state: ElevatorState) => {
  const held = Object.values(levels(state)).join()
  return state.spec.tellsMoves ? `${floorOf(state)} ${state.door !== 'closed'} ${state.speedMps !== 0} ${held}` : held
}

/** What happens once when it begins, and the calls that the telephone makes by itself. */
function ring(state: Draft, before: ElevatorState, elapsedMs: number): void {
  const begins = (fault: ElevatorFault) => state.faults.includes(fault) && !before.faults.includes(fault)
  if (begins('alarm_button')) state.presses += 1
  if (begins('test_call')) state.testCalls += 1
  const { testCallEveryMs } = state.spec
  if (testCallEveryMs <= 0) return
  state.testInMs -= elapsedMs
  for (; state.testInMs <= 0; state.testInMs += testCallEveryMs) {
    if (!state.faults.includes('phone_dead')) state.testCalls += 1
  }
}

/** A monitor that does not reach the controller learns what happened meanwhile when it does again. */
function known(before: ElevatorState, faults: Faults): ElevatorFault[] {
  if (!faults.has('controller_link')) return [...faults]
  return [...before.faults.filter((each) => each !== 'controller_link'), 'controller_link']
}

/** What leaves the car as it is: the telephone’s faults, and a part that will fail but has not. */
const ofTheCar = (faults: Faults): Faults =>
  faults.size === 0 ? faults : new Set([...faults].filter((each) => !BESIDE_THE_CAR.has(each)))
const BESIDE_THE_CAR: Faults = new Set(['alarm_button', 'test_call', 'phone_dead', 'worn_part'])

export const elevator: DeviceFamily<ElevatorSpec, ElevatorState, ElevatorFault> = {
  kind: 'elevator',
  faults: ELEVATOR_FAULTS,
  words: {
    'elevator.alarm_button': ['had its alarm button pressed', ''],
    'device.test_button': ['tested its emergency telephone', ''],
    'elevator.entrapment': ['has passengers trapped', 'has its passengers out'],
    'elevator.overspeed': ['runs too fast', 'had its overspeed reset'],
    'elevator.overtravel_top': ['ran past its top landing', 'is back from above its top landing'],
    'elevator.overtravel_bottom': ['ran past its bottom landing', 'is back from below its bottom landing'],
    'elevator.unintended_movement': ['moved with its door open', 'is level with a floor again'],
    'elevator.mislevelling': ['stands outside the door zone', 'is level with a floor again'],
    'elevator.door_fault': ['cannot close its door', 'has its door working again'],
    'elevator.emergency_stop': ['made an emergency stop', 'had its emergency stop released'],
    'elevator.safety_circuit': ['has its safety circuit open', 'has its safety circuit closed again'],
    'elevator.power_loss': ['lost its power', 'has its power back'],
    'elevator.start_failure': ['does not start', 'starts again'],
    'elevator.out_of_service': ['was taken out of service', 'is in service again'],
    'elevator.maintenance_mode': ['is being maintained', 'is back from maintenance'],
    'elevator.fire_mode': ['returns for the fire brigade', 'is back from fire mode'],
    'elevator.predictive_maintenance': ['has a part that is worn', 'had its worn part replaced'],
    'device.controller_link': ['is out of its monitor’s reach', 'is within its monitor’s reach again'],
  },
  levels,
  reportEveryMs: REPORT_EVERY_MS,

  start(described, random) {
    const spec = { ...USUAL_LIFT, ...described }
    return {
      spec,
      hourOfDay: 0,
      heightM: random.integer(0, landings(spec) - 1) * FLOOR_HEIGHT_M,
      speedMps: 0,
      door: 'closed',
      doorForMs: 0,
      stops: [],
      waiting: 0,
      untilCall: exposureToCall(random),
      trips: 0,
      doorCycles: 0,
      testCalls: 0,
      testInMs: random.integer(1, Math.max(1, spec.testCallEveryMs)),
      restMs: 0,
      faults: [],
      stuckForMs: null,
      pressAtMs: 0,
      presses: 0,
      doorFailures: 0,
      blockedForMs: 0,
      overspeeding: false,
      safetyGear: false,
      astrayBy: null,
    }
  },

  next(before, { elapsedMs, hourOfDay, faults }, random) {
    const state: Draft = { ...before, hourOfDay, restMs: before.restMs + elapsedMs, faults: known(before, faults) }
    ring(state, before, elapsedMs)
    if (!faults.has('controller_link')) goOn(state, ofTheCar(faults), random)
    return state
  },

  restsForMs(state, faults) {
    const { tellsMoves, testCallEveryMs } = state.spec
    const testsInMs = testCallEveryMs > 0 ? state.testInMs : Infinity
    const unlike = faults.size !== state.faults.length || [...faults].some((each) => !state.faults.includes(each))
    if (unlike) return Math.min(MOVES_EVERY_MS, testsInMs)
    const ofCar = ofTheCar(faults)
    const quiet = faults.has('controller_link') || (!tellsMoves && ofCar.size === 0 && !needsRescue(state, ofCar))
    const restMs = quiet ? Infinity : standsForMs(state, ofCar, state.hourOfDay)
    return Math.min(Math.max(MOVES_EVERY_MS, restMs), testsInMs)
  },

  tell(before, after) {
    const floor = floorOf(after)
    const pressed = before ? after.presses - before.presses : 0
    const tested = before ? after.testCalls - before.testCalls : 0
    const position = offLanding(after) === 0 ? 'at_level' : 'outside_level'
    return {
      values: () => ({
        'lift.floor': floor,
        'lift.floor_label': floorLabel(floor),
        'lift.speed': round(Math.abs(after.speedMps), 2),
        'door.open': after.door !== 'closed',
        ...(after.spec.tellsCounters && { 'lift.trips': after.trips, 'lift.doorCycles': after.doorCycles }),
      }),
      levels: levels(after),
      levelsBefore: before && levels(before),
      pulses: [
        ...Array<string>(tested).fill('device.test_button'),
        ...Array<string>(pressed).fill('elevator.alarm_button'),
      ],
      data: { 'elevator.door_fault': { kind: 'closing' }, 'elevator.entrapment': { floor, position } },
      changed: before !== null && outlook(before) !== outlook(after),
    }
  },
}
