import { describe, expect, it } from 'vitest'
import {
  createFactFinder,
  type SeenAlarm,
  type SeenClock,
  type SeenNotice,
  type SeenTicket,
} from '../../simulators/facts.ts'

const clock = (state: SeenClock['state'], metAt: string | null = null): SeenClock => ({
  ...{ id: 'c1', milestone: 'arrive', party: 'property', state, metAt, dueAt: '2026-11-24T02:10:00.000Z' },
})
const ticket = (rest: Partial<SeenTicket> = {}): SeenTicket => ({
  ...{ id: 't1', number: '20261124-0001', state: 'pending_dispatch', priority: 'critical', category: 'water_leak' },
  ...{ origin: 'alarm', kind: 'emergency', site: 'riverside', location: 'B2', device: 'leak-1', assignee: null },
  ...{ titles: { zh: '漏水', en: 'Leak' }, reworkOf: null, ageUnknown: false, alarms: ['a1'], commands: [] },
  ...{ openedAt: '2026-11-24T02:00:00.000Z', clocks: [clock('running')] },
  ...rest,
})
const alarm = (rest: Partial<SeenAlarm> = {}): SeenAlarm => ({
  ...{ id: 'a1', rule: 'water_leak.wet', device: 'leak-1', site: 'riverside', priority: 'critical' },
  ...{ category: 'water_leak', state: 'unacked', computed: 'unacked', active: true, latched: false, count: 1 },
  ...{ ticket: 't1', raisedAt: null },
  ...rest,
})
const notice = (state: SeenNotice['state']): SeenNotice => ({
  ...{ id: 'n1', kind: 'ticket.call', state, channel: 'sms', recipient: 'zhang', emergency: true },
  ...{ ticket: 't1', alarm: null, attempts: 1 },
})

describe('what the service told', () => {
  it('is a fact for each state that a ticket comes to, once', () => {
    const finder = createFactFinder()
    const told = (state: SeenTicket['state'], joined = false) =>
      finder
        .find({ about: 'ticket', ticket: ticket({ state }), joined }, 1_000)
        .map(({ about, what }) => `${about} ${what}`)
    expect(told('pending_dispatch')).toEqual(['ticket opened', 'clock started'])
    expect(told('pending_dispatch')).toEqual([])
    expect(told('assigned')).toEqual(['ticket assigned'])
    expect(told('pending_dispatch')).toEqual(['ticket declined'])
    expect(told('pending_dispatch', true)).toEqual(['ticket joined'])
    expect(told('on_site')).toEqual(['ticket on_site'])
    expect([...finder.tickets.keys()]).toEqual(['t1'])
  })

  it('is opened and assigned where a ticket was assigned as it opened', () => {
    const finder = createFactFinder()
    const facts = finder.find(
      { about: 'ticket', ticket: ticket({ state: 'assigned', assignee: 'li' }), joined: false },
      1,
    )
    expect(facts.map(({ what }) => what)).toEqual(['opened', 'assigned', 'started'])
    expect(facts[1]).toMatchObject({ of: 't1', fields: { assignee: 'li', alarms: 1, rework: false } })
  })

  it('tells a milestone at the time it was reached, and a breach when it was found', () => {
    const finder = createFactFinder()
    const find = (state: SeenClock['state'], atMs: number, metAt: string | null = null) =>
      finder.find({ about: 'ticket', ticket: ticket({ clocks: [clock(state, metAt)] }), joined: false }, atMs)
    find('running', 0)
    expect(find('breached', 600_001)).toMatchObject([{ about: 'clock', what: 'breached', atMs: 600_001 }])
    const metAt = '2026-11-24T02:11:00.000Z'
    expect(find('met_late', 999, metAt)).toMatchObject([{ what: 'met_late', atMs: Date.parse(metAt) }])
    expect(find('met_late', 9_999, metAt)).toEqual([])
  })

  it('tells every event of an alarm, and whether it is muted', () => {
    const finder = createFactFinder()
    const news = { about: 'alarm', alarm: alarm({ state: 'shelved' }), events: ['raised', 'muted'] } as const
    const facts = finder.find(news, 5)
    expect(facts.map(({ what }) => what)).toEqual(['raised', 'muted'])
    expect(facts[0]).toMatchObject({ of: 't1', fields: { muted: true, state: 'unacked', rule: 'water_leak.wet' } })
  })

  it('tells a notice as it goes, with the device that it is about', () => {
    const finder = createFactFinder()
    finder.find({ about: 'ticket', ticket: ticket(), joined: false }, 0)
    const find = (state: SeenNotice['state']) =>
      finder.find({ about: 'notice', notice: notice(state) }, 1).map(({ what, fields }) => [what, fields.device])
    expect(find('queued')).toEqual([['queued', 'leak-1']])
    expect(find('queued')).toEqual([])
    expect(find('sent')).toEqual([['sent', 'leak-1']])
    const other = createFactFinder().find({ about: 'notice', notice: notice('failed') }, 1)
    expect(other.map(({ what, fields }) => [what, fields.device])).toEqual([
      ['queued', null],
      ['failed', null],
    ])
  })

  it('tells commands, discoveries and rejections', () => {
    const finder = createFactFinder()
    const command = { id: 'c1', device: 'valve-1', command: 'close', requestedBy: null, ticket: 't1' }
    const sent = { about: 'command', command: { ...command, state: 'sent' } } as const
    expect(finder.find(sent, 1)).toMatchObject([{ about: 'command', what: 'sent', of: 't1' }])
    expect(finder.find(sent, 2)).toEqual([])
    const device = { id: 'leak-2', kind: 'water_leak', family: 'zigbee2mqtt', key: 'zigbee2mqtt:leak-2' }
    expect(finder.find({ about: 'device', device, what: 'updated' }, 1)).toEqual([])
    expect(finder.find({ about: 'device', device, what: 'discovered' }, 1)).toMatchObject([{ what: 'discovered' }])
    const rejection = { id: 1, reason: 'not_json', device: 'leak-1', topic: 'x' }
    expect(finder.find({ about: 'rejection', rejection }, 1)).toMatchObject([
      { about: 'rejection', what: 'stored', fields: { reason: 'not_json' } },
    ])
  })
})

it('forgets the oldest where it may remember only so many', () => {
  const finder = createFactFinder(2)
  for (const id of ['t1', 't2', 't3']) finder.find({ about: 'ticket', ticket: ticket({ id }), joined: false }, 1)
  expect([...finder.tickets.keys()]).toEqual(['t2', 't3'])
})
