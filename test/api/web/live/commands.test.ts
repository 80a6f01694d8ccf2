import { describe, expect, it } from 'vitest'
import type { TicketCommandView } from '../../../../api/web/src/api/types.ts'
import { isLeftUndone, latestCommands } from '../../../../api/web/src/live/commands.ts'
import { CONTROL_STATES } from '../../../../rules/model.ts'
import { commandView, ticketView } from '../views.ts'

const command = (device: string, state: TicketCommandView['state'], id = `${device} ${state}`) =>
  commandView(device, state, id)

describe('what a ticket shows of its commands', () => {
  it('is the latest of each device', () => {
    const commands = [command('v1', 'expired'), command('v2', 'done'), command('v1', 'done')]
    expect(latestCommands(ticketView('1', { commands })).map(({ id }) => id)).toEqual(['v1 done', 'v2 done'])
    expect(latestCommands(ticketView('1'))).toEqual([])
  })

  it('stands out where a person must go', () => {
    const undone = CONTROL_STATES.filter((state) => isLeftUndone(command('v1', state)))
    expect(undone).toEqual(['failed', 'expired', 'refused'])
  })
})
