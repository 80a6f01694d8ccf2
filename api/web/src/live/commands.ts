import type { ControlState } from '../../../../rules/model.ts'
import type { TicketCommandView, TicketView } from '../api/types.ts'

/** The latest command to each device that a ticket’s alarms told to do something, in the order of their first ones. */
export function latestCommands({ commands }: Pick<TicketView, 'commands'>): TicketCommandView[] {
  return [...new Map(commands.map((command) => [command.device, command])).values()]
}

/** Nobody did it: a person must. */
export const isLeftUndone = ({ state }: Pick<TicketCommandView, 'state'>) =>
  state === 'failed' || state === 'expired' || state === 'refused'

/** `valve-b2 close: done`, as a ticket's history notes what became of a command; `null` for another note. */
export function commandOf(note: string) {
  const match = /^(\S+) (\w+): (sent|done|failed|expired|superseded|refused)\b/.exec(note)
  return match && { device: match[1]!, command: match[2]!, state: match[3] as ControlState }
}
