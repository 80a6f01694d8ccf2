/** An open Chinese lift monitor ("elevatorcloud"): numbers for its state, and the codes of the faults it has now. */
import type { Language, Packet, Statement } from '../language.ts'
import { hasNews } from '../news.ts'
import { directions, floorOf, hasPassengers, isAtLevel, isMoving, isOn } from './said.ts'

const CODES: Readonly<Record<string, number>> = {
  'elevator.mislevelling': 4,
  'elevator.overspeed': 5,
  'elevator.overtravel_top': 6,
  'elevator.overtravel_bottom': 7,
}
/** Moving with an open door, whatever the reason: it does not tell a drift from a door that fails. */
const MOVES_OPEN = 8
const TRAPPED = { atLevel: 1, between: 2 }

function faultsOf(statement: Statement): number[] {
  const trapped = isAtLevel(statement) ? TRAPPED.atLevel : TRAPPED.between
  const others = Object.entries(CODES).filter(([code]) => isOn(statement, code))
  const drifts = isOn(statement, 'elevator.unintended_movement') ? [MOVES_OPEN] : []
  return [...(isOn(statement, 'elevator.entrapment') ? [trapped] : []), ...others.map(([, code]) => code), ...drifts]
}

/** Stands where its door may open. */
const inPosition = (statement: Statement, moving: boolean) =>
  !moving &&
  !isOn(statement, 'elevator.mislevelling') &&
  !(isOn(statement, 'elevator.entrapment') && !isAtLevel(statement))

export const elevatorCloud: Language = {
  id: 'elevator-cloud',
  kinds: ['elevator'],
  topics: () => ['elevatorcloud/#'],
  identity: ({ id }) => `elevatorcloud:${id}`,
  tells: ['elevator.entrapment', ...Object.keys(CODES), 'elevator.maintenance_mode', 'lift.floor'],
  speaker({ id }) {
    const direction = directions(0, 1, 2)
    const packet = (body: object): Packet => ({
      device: id,
      topic: `elevatorcloud/${id}/info`,
      payload: JSON.stringify(body),
      once: false,
    })
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const values = statement.values()
        const maintained = Number(isOn(statement, 'elevator.maintenance_mode'))
        const info = packet({
          type: 'info',
          data: {
            direction: direction(values),
            inposition: Number(inPosition(statement, isMoving(values))),
            floor: floorOf(values),
            door: Number(values['door.open'] === true),
            haspeople: Number(hasPassengers(statement, values)),
            reparing: 0,
            inmaintenance: maintained,
            fault: faultsOf(statement),
          },
        })
        return statement.levelsBefore === null ? [packet({ type: 'cping' }), info] : [info]
      },
    }
  },
}
