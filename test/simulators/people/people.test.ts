import { describe, expect, it } from 'vitest'
import { planSignature } from '../../../simulators/people/customers.ts'
import { planJob } from '../../../simulators/people/job.ts'
import type { Action, News, Request, SeenAlarm, SeenTicket } from '../../../simulators/people/news.ts'
import { createPeople } from '../../../simulators/people/people.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { PERSON_EVENTS, type People } from '../../../simulators/scenario.ts'
import { withinChance } from '../network/within-chance.ts'
import { crew, somebody } from './described.ts'

const MINUTE_MS = 60_000
const nobody = { acknowledgesMs: null, closesMs: null, roundsMs: null }

const ticket = (id: string, rest: Partial<SeenTicket> = {}): SeenTicket => ({
  ...{ id, number: `20261123-${id}`, state: 'assigned', priority: 'medium', category: 'water_leak', location: '' },
  ...{ device: `leak-${id}`, alarms: [], assignee: 'li', commands: [] },
  ...rest,
})
const alarm = (rest: Partial<SeenAlarm> = {}): SeenAlarm => ({
  ...{ id: 'a', rule: 'r', state: 'unacked', active: true, latched: false, device: 'leak-1', ticket: null },
  ...{ raisedAt: '2026-11-23T02:00:00.000Z', ...rest },
})
const call = (of: string, recipient = 'li'): News => ({ about: 'notice', recipient, kind: 'ticket.call', ticket: of })

function street(described: People, seed = 1) {
  const devices = ['1', '2', '3'].map((id) => ({ id: `leak-${id}`, building: '1号楼', location: '1号楼 1层' }))
  const people = createPeople({ people: described, devices, random: seededRandom(seed), hourOfDay: () => 3 })
  const tell = (atMs: number, ...all: (News | SeenTicket | SeenAlarm)[]) => {
    for (const each of all) {
      if ('about' in each) people.hear(each, atMs)
      else if ('number' in each) people.hear({ about: 'ticket', ticket: each }, atMs)
      else people.hear({ about: 'alarm', alarm: each }, atMs)
    }
  }
  /** What is done until then, and when, the last part of each path. */
  const until = (untilMs: number) => {
    const done: { atMs: number; line: string; action: Action }[] = []
    for (let atMs = people.nextMs(); atMs <= untilMs; atMs = people.nextMs()) {
      for (const action of people.due(atMs)) done.push({ atMs, line: lineOf(action), action })
    }
    return done
  }
  const lines = (untilMs: number) => until(untilMs).map(({ atMs, line }) => `${Math.round(atMs / 1_000)} ${line}`)
  return { people, tell, until, lines }
}

function lineOf(action: Action): string {
  if ('says' in action) return 'says'
  if ('repairs' in action) return `${action.person} repairs ${action.repairs}`
  return `${action.as} ${action.path}`
}

describe('a responder', () => {
  const alone = (rest = {}) => street(crew([somebody('li', rest)], { desk: nobody }))

  it('does a job by his times, and walks there', () => {
    const { tell, lines } = alone()
    tell(0, ticket('1'), call('1'))
    expect(lines(60 * MINUTE_MS)).toEqual([
      ...['30 li tickets/1/accept', '50 li tickets/1/depart', '70 li tickets/1/arrive'],
      ...['550 li repairs leak-1', '670 li tickets/1/complete'],
    ])
  })

  it('does not know of a ticket that nobody calls him to', () => {
    const { people, tell } = alone()
    tell(0, ticket('1'))
    expect(people.nextMs()).toBe(Infinity)
  })

  it('has one job in hand, and then takes an emergency first', () => {
    const { tell, lines } = alone()
    tell(0, ticket('1'), call('1'))
    lines(40_000)
    tell(50_000, ticket('2'), call('2'))
    tell(60_000, ticket('3', { priority: 'critical' }), call('3'))
    const accepted = lines(90 * MINUTE_MS).filter((line) => line.endsWith('accept'))
    expect(accepted).toEqual(['670 li tickets/3/accept', '1310 li tickets/2/accept'])
  })

  it('leaves what another has taken, and what is cancelled on his way', () => {
    const { tell, lines } = alone()
    tell(0, ticket('1'), ticket('2'), call('1'), call('2'))
    tell(10_000, ticket('1', { state: 'accepted', assignee: 'wang' }))
    expect(lines(55_000)).toEqual(['30 li tickets/2/accept', '50 li tickets/2/depart'])
    tell(60_000, ticket('2', { state: 'cancelled' }))
    expect(lines(60 * MINUTE_MS)).toEqual([])
  })

  it.each([
    { event: 'takes_break', first: '600 li tickets/1/accept' },
    { event: 'declines', first: '30 li tickets/1/decline' },
    { event: 'is_late', first: '30 li tickets/1/accept' },
    { event: 'loses_phone', first: '0 says' },
    { event: 'quits', first: undefined },
  ] as const)('$event: what he does first is $first', ({ event, first }) => {
    const { people, tell, lines } = alone()
    people.event('li', event, 10 * MINUTE_MS, 0)
    tell(0, ticket('1'), call('1'))
    expect(lines(5 * 60 * MINUTE_MS)[0]).toBe(first)
  })

  it('declines the next one, and takes the one after it', () => {
    const { people, tell, lines } = alone()
    people.event('li', 'declines', null, 0)
    tell(0, ticket('1'), call('1'))
    lines(MINUTE_MS)
    tell(2 * MINUTE_MS, ticket('2'), call('2'))
    const answers = lines(5 * MINUTE_MS).filter((line) => /accept|decline/.test(line))
    expect(answers).toEqual(['150 li tickets/2/accept'])
  })

  it('hears of a call when he finds his phone', () => {
    const { people, tell, lines } = alone()
    people.event('li', 'loses_phone', 10 * MINUTE_MS, 0)
    tell(0, ticket('1'), call('1'))
    expect(lines(11 * MINUTE_MS)).toEqual(['0 says', '600 says', '630 li tickets/1/accept', '650 li tickets/1/depart'])
  })

  it('repairs without his phone, and tells when he has found it', () => {
    const { people, tell, lines } = alone()
    tell(0, ticket('1'), call('1'))
    lines(80_000)
    people.event('li', 'loses_phone', 30 * MINUTE_MS, 80_000)
    expect(lines(60 * MINUTE_MS)).toEqual(['550 li repairs leak-1', '1880 says', '1880 li tickets/1/complete'])
  })

  it('takes three times as long on the way where he is late', () => {
    const wayOf = (late: number) => {
      const { tell, until } = alone({ late })
      tell(0, ticket('1'), call('1'))
      const [depart, arrive] = until(60 * MINUTE_MS).filter(({ line }) => /depart|arrive/.test(line))
      return arrive!.atMs - depart!.atMs
    }
    expect(wayOf(1)).toBe(3 * wayOf(0))
  })

  it('knows each event, and no stranger', () => {
    const { people } = alone()
    for (const event of PERSON_EVENTS) people.event('li', event, 1, 0)
    expect(() => people.event('zhao', 'quits', null, 0)).toThrow(/choose one of: li/)
  })

  it.each([
    { status: 403, then: [] },
    { status: 409, then: ['depart'] },
    { status: 503, then: ['depart'] },
  ])('goes on as it makes sense after a refusal with $status', ({ status, then }) => {
    const { tell, until } = alone()
    tell(0, ticket('1'), call('1'))
    const refused = until(50_000).at(-1)!
    tell(50_000, { about: 'refusal', of: refused.action as Request, status, detail: '' })
    const again = until(2 * MINUTE_MS).filter(({ line }) => line.includes('depart'))
    expect(again.map(({ line }) => line.split('/').at(-1))).toEqual(then)
  })

  it('declines and is late in his shares', () => {
    const who = somebody('li', { declines: 0.03, late: 0.2 })
    const plans = Array.from({ length: 100_000 }, (_, index) => planJob(who, `${index}`, seededRandom(5)))
    withinChance(plans.filter(({ declines }) => declines).length, plans.length, 0.03)
    withinChance(plans.filter(({ late }) => late).length, plans.length, 0.2)
  })

  it('is the same whoever else is there', () => {
    const range: [number, number] = [1_000, 100_000]
    const li = somebody('li', { acceptsMs: range, departsMs: range })
    const run = (others: People['responders']) => {
      const { tell, lines } = street(crew([...others, li], { desk: nobody }))
      tell(0, ticket('1'), ticket('2'), ...others.map(({ id }) => call('2', id)), call('1'))
      return lines(60 * MINUTE_MS).filter((line) => line.includes('tickets/1'))
    }
    expect(run([somebody('wang', { acceptsMs: range })])).toEqual(run([]))
  })
})

describe('a maintenance firm', () => {
  it('comes without the ticket, which the desk tells, and repairs', () => {
    const { tell, lines } = street(crew([somebody('firm', { roles: ['maintenance_firm'] })], { desk: nobody }))
    tell(0, ticket('1'), call('1', 'firm'))
    expect(lines(60 * MINUTE_MS)).toEqual(['70 dispatcher tickets/1/arrive', '550 firm repairs leak-1'])
  })
})

describe('customers', () => {
  it('sign in their share', () => {
    const customers = { sign: 0.6, signsMs: [1, 1] } as const
    const jobs = Array.from({ length: 100_000 }, (_, index) => planSignature(customers, `${index}`, seededRandom(5)))
    withinChance(jobs.filter((signature) => signature !== null).length, jobs.length, 0.6)
  })

  it('do not sign where they never do', () => {
    const { people, tell } = street(crew([somebody('li')], { desk: nobody, customers: { sign: 0, signsMs: [1, 1] } }))
    tell(0, ticket('1', { state: 'completed' }))
    expect(people.nextMs()).toBe(Infinity)
  })

  it('sign at the desk where the responder has no phone', () => {
    const { people, tell, lines } = street(crew([somebody('li')], { desk: nobody }))
    people.event('li', 'quits', null, 0)
    tell(0, ticket('1', { state: 'completed' }))
    expect(lines(10 * MINUTE_MS)).toEqual(['60 dispatcher tickets/1/signatures', '60 dispatcher tickets/1/sign-off'])
  })
})

describe('the desk', () => {
  const closing = [{ device: 'valve-1', command: 'close' }]
  const watched = () => street(crew([somebody('li'), somebody('wang')]))

  it('sends whoever has least to do where nobody was sent', () => {
    const { tell, until } = watched()
    tell(0, ticket('1', { state: 'accepted' }), ticket('2', { state: 'pending_dispatch', assignee: null }))
    expect(until(MINUTE_MS)).toMatchObject([{ atMs: 45_000, action: { as: 'dispatcher', body: { assignee: 'wang' } } }])
  })

  it('sends nobody who is not on duty', () => {
    const day = [{ responders: ['li'], from: '08:00', to: '20:00' }]
    const { tell, lines } = street(crew([somebody('li')], { shifts: day }))
    tell(0, ticket('1', { state: 'pending_dispatch', assignee: null }))
    expect(lines(60 * MINUTE_MS)).toEqual([])
  })

  it('sends another for somebody who has quit', () => {
    const { people, tell, until } = watched()
    tell(0, ticket('1', { state: 'accepted' }))
    people.event('li', 'quits', null, 1_000)
    expect(until(MINUTE_MS)).toMatchObject([{ action: { path: 'tickets/1/assign', body: { assignee: 'wang' } } }])
  })

  it('acknowledges an alarm once, and resets a latched one when it is over', () => {
    const { tell, lines } = watched()
    tell(0, alarm({ latched: true }), alarm({ latched: true }))
    expect(lines(MINUTE_MS)).toEqual(['45 engineer alarms/a/acknowledge'])
    tell(MINUTE_MS, alarm({ latched: true, state: 'acked' }))
    expect(lines(10 * MINUTE_MS)).toEqual([])
    tell(10 * MINUTE_MS, alarm({ latched: true, state: 'acked', active: false }))
    expect(lines(20 * MINUTE_MS)).toEqual(['645 engineer alarms/a/reset'])
  })

  it('leaves alone what is muted or was seen to meanwhile', () => {
    const { tell, lines } = watched()
    tell(0, alarm({ state: 'shelved' }), alarm({ id: 'b', device: 'leak-2' }))
    tell(10_000, alarm({ id: 'b', device: 'leak-2', state: 'acked' }))
    expect(lines(10 * MINUTE_MS)).toEqual([])
  })

  it('opens a valve again once no other work keeps it closed, and closes what is signed', () => {
    const { tell, lines } = watched()
    const other = ticket('2', { state: 'on_site', commands: closing })
    tell(0, other, ticket('1', { state: 'signed_off', commands: closing }))
    expect(lines(10 * MINUTE_MS)).toEqual(['300 dispatcher tickets/1/close'])
    tell(600_000, { ...other, state: 'completed' })
    expect(lines(11 * MINUTE_MS)).toContain('645 engineer devices/valve-1/commands')
  })

  it('sees on its round to a device that nobody is sent to, where it makes one', () => {
    const round = street(crew([somebody('li')], { desk: { ...nobody, roundsMs: [200_000, 200_000] } }))
    round.tell(0, alarm({ state: 'acked' }), alarm({ id: 'b', device: 'leak-2', state: 'acked', ticket: '1' }))
    expect(round.lines(10 * MINUTE_MS)).toEqual(['200 null repairs leak-1'])
  })

  it('calls a resident back before the promised time is over', () => {
    const { tell, until } = watched()
    const dueAt = new Date(24 * 60 * MINUTE_MS).toISOString()
    const followUp = { id: 'f', state: 'open', ways: ['telephone'], askFrom: null, dueAt } as const
    tell(0, { about: 'follow_up', followUp }, { about: 'follow_up', followUp })
    const done = until(25 * 60 * MINUTE_MS)
    expect(done).toMatchObject([{ atMs: 23 * 60 * MINUTE_MS, line: 'dispatcher follow-ups/f/answer' }])
    expect(done[0]!.action).toMatchObject({ body: { way: 'telephone' } })
  })

  it('does nothing where nobody watches', () => {
    const { people, tell } = street(crew([somebody('li')], { desk: nobody }))
    tell(
      0,
      alarm(),
      ticket('1', { state: 'pending_dispatch' }),
      ticket('2', { state: 'signed_off', commands: closing }),
    )
    expect(people.nextMs()).toBe(Infinity)
  })
})
