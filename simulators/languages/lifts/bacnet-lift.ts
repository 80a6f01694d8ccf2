/**
 * A Lift object of ASHRAE 135 behind a BACnet-to-MQTT gateway: its properties by their standard names, whole each time.
 * There is no property for passengers trapped; a passenger alarm is all that it says of them.
 */
import type { Language, Statement } from '../language.ts'
import { hasNews } from '../news.ts'
import { digitsOf, floorOf, isOn, pressed } from './said.ts'

/** BACnetLiftFault; an emergency stop shows as an open safety interlock. */
const SIGNALS: Readonly<Record<string, string>> = {
  'elevator.safety_gear': 'governor-and-safety-gear-fault',
  'elevator.power_loss': 'power-supply-fault',
  'elevator.safety_circuit': 'safety-interlock-fault',
  'elevator.door_fault': 'door-closing-fault',
  'elevator.mislevelling': 'car-stopped-outside-landing-zone',
  'elevator.start_failure': 'start-failure',
}

/** BACnetLiftCarMode, the first that holds. */
const MODES: readonly [code: string, mode: string][] = [
  ['elevator.fire_mode', 'fire-operation'],
  ['elevator.emergency_power', 'emergency-power'],
  ['elevator.maintenance_mode', 'inspection'],
  ['elevator.out_of_service', 'out-of-service'],
]

const signalsOf = (statement: Statement) => {
  const signals = Object.entries(SIGNALS).filter(([code]) => isOn(statement, code))
  const stopped = isOn(statement, 'elevator.emergency_stop') && !isOn(statement, 'elevator.safety_circuit')
  return [...signals.map(([, signal]) => signal), ...(stopped ? ['safety-interlock-fault'] : [])]
}

export const bacnetLift: Language = {
  id: 'bacnet-lift',
  kinds: ['elevator'],
  topics: () => ['bacnet/#'],
  identity: (address) => `bacnet:${placeOf(address)}`,
  tells: [...Object.keys(SIGNALS), ...MODES.map(([code]) => code), 'elevator.alarm_button', 'lift.floor'],
  speaker: (address) => ({
    say(statement, occasion) {
      if (!hasNews(statement, occasion)) return []
      const values = statement.values()
      const faultSignals = signalsOf(statement)
      const body = {
        objectIdentifier: `lift,${instanceOf(address)}`,
        carPosition: floorOf(values),
        carMode: MODES.find(([code]) => isOn(statement, code))?.[1] ?? 'normal',
        carDoorStatus: [values['door.open'] === true ? 'opened' : 'closed'],
        passengerAlarm: pressed(statement) > 0,
        faultSignals,
        outOfService: false,
        statusFlags: {
          'in-alarm': pressed(statement) > 0,
          fault: faultSignals.length > 0,
          overridden: false,
          'out-of-service': false,
        },
      }
      return [
        {
          device: address.id,
          topic: `bacnet/${placeOf(address)}`,
          payload: JSON.stringify(body),
          once: pressed(statement) > 0,
        },
      ]
    },
  }),
}

type Of = Parameters<typeof digitsOf>[0]
const instanceOf = (address: Of) => digitsOf(address, 4)
/** The device's instance and the object within it. */
const placeOf = (address: Of) => `${digitsOf(address, 6)}/lift,${instanceOf(address)}`
