/**
 * ES1000, a Chinese collector on the car's roof: its whole state in each report, every flag a text "0" or "1".
 * Its server passes a report on as `real_alarm` where any flag is set, else as `real_ok`.
 */
import type { Language, Values } from '../language.ts'
import { hasNews } from '../news.ts'
import { directions, hasPassengers, isOn, labelOf, localTime, pressed } from './said.ts'

/** The flag of each condition; a door fault is told apart by which way the door failed. */
const FLAGS: Readonly<Record<string, string>> = {
  'elevator.entrapment': 'PersonTrapped',
  'elevator.overtravel_bottom': 'DownAlarm',
  'elevator.overtravel_top': 'UpAlarm',
  'elevator.overspeed': 'Speed',
  'elevator.mislevelling': 'Stuck',
  'elevator.door_fault': 'StpDoorUnClose',
  'elevator.out_of_service': 'Paused',
}

/** What it watches for and a simulated lift never does: it does not shake, lean, or carry an e-bike. */
const NEVER = ['RunDoor', 'StpDoorRepeat', 'StpDoorUnOpen', 'SlantFb', 'SlantLr', 'Amplitude', 'Ebike']

const flag = (on: boolean) => (on ? '1' : '0')

export const es1000: Language = {
  id: 'es1000',
  kinds: ['elevator'],
  topics: () => ['TerminalData/#'],
  identity: ({ id }) => `es1000:${id}`,
  tells: [
    ...Object.keys(FLAGS),
    'elevator.alarm_button',
    'elevator.maintenance_mode',
    'lift.floor_label',
    'lift.speed',
  ],
  speaker({ id }) {
    const status = directions('0', '1', '2')
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const values = statement.values()
        const alarms: Record<string, string> = { ManualAlarm: flag(pressed(statement) > 0) }
        for (const [code, name] of Object.entries(FLAGS)) alarms[name] = flag(isOn(statement, code))
        for (const name of NEVER) alarms[name] = '0'
        const hasAlarm = Object.values(alarms).includes('1')
        const body = {
          Count: { EbikeInCnt: 0, RunNum: values['lift.trips'] ?? 0 },
          Alarm: { HasAlarm: flag(hasAlarm), ErrorCode: [], ...alarms },
          Parameters: { Id: id, Time: localTime(occasion.atMs), Version: 'ES1000_V2.0' },
          State: {
            ...stateOf(values, status(values), hasPassengers(statement, values)),
            Maintain: flag(isOn(statement, 'elevator.maintenance_mode')),
          },
        }
        return [
          {
            device: id,
            topic: `TerminalData/${id}/${hasAlarm ? 'real_alarm' : 'real_ok'}`,
            payload: JSON.stringify(body),
            once: pressed(statement) > 0,
          },
        ]
      },
    }
  },
}

const stateOf = (values: Values, status: string, passengers: boolean) => ({
  Floor: labelOf(values),
  Status: status,
  Door: flag(values['door.open'] === true),
  People: flag(passengers),
  Speed: Number(values['lift.speed'] ?? 0).toFixed(2),
  Hum: '45.0',
  Temp: '25.0',
})
