/**
 * A terminal by GB/T 24476 (interface of lifts to the Internet of Things): a fault or an event by its code when it
 * happens, and the state of the car. The lift is known by the 20 digits of its registration.
 */
import type { Address, Language, Packet, Statement, Values } from '../language.ts'
import { hasNews, turned } from '../news.ts'
import { digitsOf, directions, hasPassengers, isAtLevel, isMoving, isOn, labelOf, localTime, pressed } from './said.ts'

/** An emergency stop shows as an open safety circuit. */
const FAULTS: Readonly<Record<string, string>> = {
  'elevator.safety_circuit': '01',
  'elevator.emergency_stop': '01',
  'elevator.door_fault': '02',
  'elevator.mislevelling': '04',
  'elevator.unintended_movement': '05',
  'elevator.start_failure': '08',
  'elevator.overtravel_top': '09',
  'elevator.overtravel_bottom': '10',
  'elevator.entrapment': '11',
}
const EVENTS: Readonly<Record<string, string>> = {
  'elevator.power_loss': '41',
  'elevator.out_of_service': '42',
  'elevator.maintenance_mode': '43',
  'elevator.fire_mode': '44',
  'elevator.emergency_power': '46',
}
const BACK_TO_NORMAL = '40'
const ALARM_BUTTON = '90'

/** Service modes, the first that holds. */
const MODES: readonly [code: string, mode: number][] = [
  ['elevator.maintenance_mode', 2],
  ['elevator.fire_mode', 3],
  ['elevator.emergency_power', 5],
  ['elevator.out_of_service', 0],
]
const NORMAL_MODE = 1

/** The codes of every fault that it has now; none ends them all. */
const faultsOf = (statement: Statement) => [
  ...new Set(Object.entries(FAULTS).flatMap(([code, fault]) => (isOn(statement, code) ? [fault] : []))),
]

const registrationOf = (address: Address) => digitsOf(address, 20)
const modeOf = (statement: Statement) => MODES.find(([code]) => isOn(statement, code))?.[1] ?? NORMAL_MODE
const isOutside = (statement: Statement, values: Values) =>
  isMoving(values) ||
  isOn(statement, 'elevator.mislevelling') ||
  (isOn(statement, 'elevator.entrapment') && !isAtLevel(statement))

export const gbt24476: Language = {
  id: 'gbt24476',
  kinds: ['elevator'],
  topics: () => ['gbt24476/#'],
  identity: (address) => `gbt24476:${registrationOf(address)}`,
  tells: [
    ...Object.keys(FAULTS).filter((code) => code !== 'elevator.emergency_stop'),
    ...Object.keys(EVENTS),
    'elevator.alarm_button',
    'lift.floor_label',
  ],
  speaker(address) {
    const register_code = registrationOf(address)
    const direction = directions(0, 1, 2)
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const values = statement.values()
        const packet = (kind: string, content: object, once = true): Packet => ({
          device: address.id,
          topic: `gbt24476/${register_code}/${kind}`,
          payload: JSON.stringify({ register_code, time: localTime(occasion.atMs), ...content }),
          once,
        })
        const floor = labelOf(values)
        const car = {
          door_zone: isOutside(statement, values) ? 2 : 1,
          door_status: values['door.open'] === true ? 2 : 1,
          passenger_status: hasPassengers(statement, values) ? 2 : 1,
        }
        const begun = turned(statement).filter(([, active]) => active)
        const ended = statement.levelsBefore !== null && turned(statement).some(([, active]) => !active)
        return [
          ...Array.from({ length: pressed(statement) }, () => packet('event', { event_code: ALARM_BUTTON, floor })),
          ...begun.flatMap(([code]) => {
            if (FAULTS[code] !== undefined) return [packet('fault', { fault_code: FAULTS[code], floor, ...car })]
            if (EVENTS[code] === undefined) return []
            return [packet('event', { event_code: EVENTS[code], service_mode: modeOf(statement) })]
          }),
          ...(ended ? [packet('event', { event_code: BACK_TO_NORMAL, service_mode: modeOf(statement) })] : []),
          packet(
            'status',
            {
              service_mode: modeOf(statement),
              car_status: isMoving(values) ? 1 : 0,
              car_direction: direction(values),
              ...car,
              power_status: isOn(statement, 'elevator.power_loss') ? 0 : 1,
              floor,
              fault_code: faultsOf(statement),
            },
            false,
          ),
        ]
      },
    }
  },
}
