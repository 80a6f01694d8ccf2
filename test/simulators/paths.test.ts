import { describe, expect, it } from 'vitest'
import type { SeenAlarm, SeenTicket } from '../../simulators/facts.ts'
import { pathsOf } from '../../simulators/paths.ts'

const tickets = new Map(
  [
    { id: 't1', device: 'leak-b2' },
    { id: 't2', device: 'lift-1' },
    { id: 't3', device: 'leak-b2' },
  ].map((each) => [each.id, each as SeenTicket]),
)
const alarms = new Map([['a1', { id: 'a1', device: 'leak-b2' } as SeenAlarm]])
const pathOf = pathsOf((device) => `of ${device}`, { tickets, alarms })

describe('paths of a scenario', () => {
  it('name a device, and the newest ticket or alarm of one', () => {
    expect(pathOf('devices/leak-b2/commands')).toBe('devices/of%20leak-b2/commands')
    expect(pathOf('tickets/@leak-b2/rework')).toBe('tickets/t3/rework')
    expect(pathOf('alarms/@leak-b2')).toBe('alarms/a1')
  })

  it('stay as they are where there is none, and where they mean something else', () => {
    expect(pathOf('tickets/@lift-9/cancel')).toBe('tickets/@lift-9/cancel')
    expect(pathOf('tickets?device=@leak-b2')).toBe('tickets?device=@leak-b2')
  })
})
