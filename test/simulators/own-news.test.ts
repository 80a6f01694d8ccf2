import { describe, expect, it } from 'vitest'
import type { Scenario } from '../../simulators/scenario.ts'
import { createOwnNews, type Snapshot } from '../../simulators/own-news.ts'

const scenario = { site: { id: 'north' }, devices: [{ id: 'leak-1' }] } as unknown as Scenario
const before = {
  serverTime: '2026-11-24T02:00:00.000Z',
  tickets: [
    { id: 'old', number: '20261123-0001', site: 'north' },
    { id: 'foreign', number: '20261123-0002', site: 'south' },
  ],
  alarms: [{ id: 'old', site: 'north' }],
} as unknown as Snapshot

const ownNews = () => createOwnNews(scenario, before)

const ticket = (id: string, site = 'north', what = 'opened') => ({
  event: 'ticket',
  data: { ticket: { id, site }, what },
})
const alarm = (id: string, events: string[], site = 'north') => ({
  event: 'alarm',
  data: { alarm: { id, site }, events },
})
const command = (device: string, of: string | null) => ({ event: 'command', data: { command: { device, ticket: of } } })
const device = (id: string, site = 'north') => ({ event: 'device', data: { device: { id, site }, what: 'discovered' } })

describe('of a service that serves others, too', () => {
  it('a ticket is news of the run that was opened at its site since', () => {
    const own = ownNews()
    expect(own.of(ticket('new'))).toEqual({ about: 'ticket', ticket: { id: 'new', site: 'north' }, joined: false })
    expect(own.of(ticket('new', 'north', 'joined'))).toMatchObject({ joined: true })
    expect(own.of(ticket('old'))).toBeNull()
    expect(own.of(ticket('new', 'south'))).toBeNull()
  })

  it('an alarm is that was raised at its site since, be it one that had stood before', () => {
    const own = ownNews()
    expect(own.of(alarm('new', ['raised']))).toMatchObject({ about: 'alarm', events: ['raised'] })
    expect(own.of(alarm('new', ['raised'], 'south'))).toBeNull()
    expect(own.of(alarm('old', ['acknowledged']))).toBeNull()
    expect(own.of(alarm('old', ['raised']))).not.toBeNull()
    expect(own.of(alarm('old', ['returned']))).not.toBeNull()
  })

  it('a command is that its devices were given, those that were found meanwhile among them', () => {
    const own = ownNews()
    expect(own.of(command('leak-1', null))).toMatchObject({ about: 'command', command: { device: 'leak-1' } })
    expect(own.of(command('leak-1', 'old'))).toBeNull()
    expect(own.of(command('found', null))).toBeNull()
    expect(own.of(device('found', 'south'))).toBeNull()
    expect(own.of(command('found', null))).toBeNull()
    expect(own.of(device('found'))).toMatchObject({ about: 'device', device: { id: 'found' }, what: 'discovered' })
    expect(own.of(command('found', 'new'))).not.toBeNull()
  })

  it('a notice is of its site, and of no earlier ticket', () => {
    const { isOwnNotice } = ownNews()
    const notice = (site: string | null, of: string | null) => ({ site, ticket: of }) as never
    expect([notice('north', null), notice('north', 'new')].map(isOwnNotice)).toEqual([true, true])
    const others = [notice('south', null), notice(null, null), notice('north', 'old')]
    expect(others.map(isOwnNotice)).toEqual([false, false, false])
  })

  it('nothing else is news, and what nobody closed is told by its number', () => {
    const own = ownNews()
    expect(own.of({ event: 'time', data: {} })).toBeNull()
    expect(own.leftOver).toEqual(['20261123-0001'])
  })
})
