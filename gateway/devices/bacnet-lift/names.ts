import { liftFaults } from '../lifts.ts'

/** Enumerations and properties of the Lift object of ASHRAE 135, by number and by name. */

/** Names are written with hyphens, underscores, blanks or in capitals, and with or without a final `-fault`. */
export function normalName(name: string): string {
  return name.trim().toLowerCase().replace(/[_ ]+/g, '-')
}

/** BACnetLiftFault; numbers above and other names are a maker's own. */
const FAULTS: readonly [name: string, meaning: string][] = [
  ['controller-fault', 'elevator.controller_fault'],
  ['drive-and-motor-fault', 'elevator.drive_fault'],
  ['governor-and-safety-gear-fault', 'elevator.safety_gear'],
  ['lift-shaft-device-fault', 'elevator.other_fault shaft_device'],
  ['power-supply-fault', 'elevator.power_loss'],
  ['safety-interlock-fault', 'elevator.safety_circuit'],
  ['door-closing-fault', 'elevator.door_fault closing'],
  ['door-opening-fault', 'elevator.door_fault opening'],
  ['car-stopped-outside-landing-zone', 'elevator.mislevelling'],
  ['call-button-stuck', 'elevator.other_fault call_button_stuck'],
  ['start-failure', 'elevator.start_failure'],
  ['controller-supply-fault', 'elevator.controller_fault'],
  ['self-test-failure', 'elevator.other_fault self_test'],
  ['runtime-limit-exceeded', 'elevator.runtime_limit'],
  ['position-lost', 'elevator.position_lost'],
  ['drive-temperature-exceeded', 'elevator.drive_fault'],
  ['load-measurement-fault', 'elevator.overload'],
]

const spelled = FAULTS.flatMap(([name, meaning], number): [string, string][] => [
  [String(number), meaning],
  [name.replace(/-fault$/, ''), meaning],
  [name, meaning],
])

export const LIFT_FAULTS = liftFaults({ ...Object.fromEntries(spelled), 'door-fault': 'elevator.door_fault door' })

/** BACnetLiftCarMode; `null` where the mode is nothing to report. Unknown (0) and a maker's own are left out. */
const MODES: readonly [name: string, condition: string | null][] = [
  ['normal', null],
  ['vip', null],
  ['homing', null],
  ['parking', null],
  ['attendant-control', null],
  ['firefighter-control', 'elevator.fire_mode'],
  ['emergency-power', 'elevator.emergency_power'],
  ['inspection', 'elevator.maintenance_mode'],
  ['cabinet-recall', null],
  ['earthquake-operation', 'elevator.earthquake_mode'],
  ['fire-operation', 'elevator.fire_mode'],
  ['out-of-service', 'elevator.out_of_service'],
  ['occupant-evacuation', null],
]

export const LIFT_MODES: ReadonlyMap<string, string | null> = new Map(
  MODES.flatMap(([name, condition], index): [string, string | null][] => [
    [name, condition],
    [String(index + 1), condition],
  ]),
)

export const MODE_CONDITIONS = [...new Set(MODES.map(([, condition]) => condition))].filter((code) => code !== null)

/** How gateways write a property's name. */
export const PROPERTIES = {
  carPosition: ['carPosition', 'Car_Position', 'car-position'],
  floorText: ['floorText', 'Floor_Text', 'floor-text'],
  carMode: ['carMode', 'Car_Mode', 'car-mode'],
  carDoorStatus: ['carDoorStatus', 'Car_Door_Status', 'car-door-status'],
  passengerAlarm: ['passengerAlarm', 'Passenger_Alarm', 'passenger-alarm'],
  faultSignals: ['faultSignals', 'Fault_Signals', 'fault-signals'],
  energyMeter: ['energyMeter', 'Energy_Meter', 'energy-meter'],
  statusFlags: ['statusFlags', 'Status_Flags', 'status-flags'],
  outOfService: ['outOfService', 'Out_Of_Service', 'out-of-service'],
} as const
export type Property = keyof typeof PROPERTIES
