import type { TicketCommandView, TicketView } from '../api/types.ts'

/** The latest command to each device that a ticket’s alarms told to do something, in the order of their first ones. */
export function latestCommands({ commands }: Pick<TicketView, 'commands'>): TicketCommandView[] {
  return [...new Map(commands.map((command) => [command.device, command])).values()]
}

/** Nobody did it: a person must. */
export const isLeftUndone = ({ state }: Pick<TicketCommandView, 'state'>) =>
  state === 'failed' || state === 'expired' || state === 'refused'
