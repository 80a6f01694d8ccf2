/**
 * JTC340, a Chinese lift gateway: each fault has an Event when it begins and a Close when it ends, of one of three
 * kinds (fault, entrapment, alarm), with the time twice: local text and epoch seconds. Live data comes in between.
 */
import type { Language, Packet, Statement, Values } from '../language.ts'
import { hasNews, turned } from '../news.ts'
import { isAtLevel, isMoving, labelOf, localTime, wholeSeconds } from './said.ts'

const ERROR_TYPES: Readonly<Record<string, number>> = {
  'elevator.unintended_movement': 1001,
  'elevator.mislevelling': 1003,
  'elevator.overtravel_top': 1004,
  'elevator.overtravel_bottom': 1005,
  'elevator.door_fault': 1006,
  'elevator.power_loss': 1009,
}

/** Where passengers are trapped. */
const LOCK_TYPES = { atLevel: 1, outsideLevel: 2 }

type Named = [event: string, value: Values]

function eventOf(statement: Statement, code: string, active: boolean, time: string): Named | null {
  if (code === 'elevator.entrapment') {
    const Type = isAtLevel(statement) ? LOCK_TYPES.atLevel : LOCK_TYPES.outsideLevel
    return active ? ['LockEvent', { Type, LockTime: time }] : ['LockClose', { Type, CloseTime: time }]
  }
  const ErrorType = ERROR_TYPES[code]
  if (ErrorType === undefined) return null
  return active ? ['ErrorEvent', { ErrorType, ErrorTime: time }] : ['ErrorClose', { ErrorType, CloseTime: time }]
}

export const jtc340: Language = {
  id: 'jtc340',
  kinds: ['elevator'],
  topics: () => ['/device/JTC340/#'],
  identity: ({ id }) => `jtc340:${id}`,
  tells: ['elevator.entrapment', ...Object.keys(ERROR_TYPES), 'lift.floor_label'],
  speaker: ({ id }) => ({
    say(statement, occasion) {
      const time = localTime(occasion.atMs)
      const packet = ([event, value]: Named, once: boolean): Packet => ({
        device: id,
        topic: `/device/JTC340/${id}/thing/event/${event}/post/`,
        payload: JSON.stringify({ Version: '1.0', Params: { Value: value, Time: wholeSeconds(occasion.atMs) } }),
        once,
      })
      // A gateway that was just switched on has nothing to close.
      const told = turned(statement).filter(([, active]) => active || statement.levelsBefore !== null)
      const packets = told.flatMap(([code, active]) => {
        const event = eventOf(statement, code, active, time)
        return event ? [packet(event, true)] : []
      })
      if (!hasNews(statement, occasion)) return packets
      const values = statement.values()
      const live = {
        CurrentFloor: labelOf(values),
        DoorState: values['door.open'] === true ? 1 : 0,
        RunState: isMoving(values) ? 1 : 0,
      }
      return [...packets, packet(['LiveData', live], false)]
    },
  }),
}
