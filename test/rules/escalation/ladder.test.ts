import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { EngineBench, HOUR, LEAK, LIFT, MINUTE, SECOND } from '../../support/engine.ts'
import { calls, ladder, minutes, policy, rows, setUpPeople, states, step } from '../../support/ladder.ts'
import { savePlan, SMS } from '../../support/people.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await setUpPeople(bench)
})
afterEach(() => bench.close())

const leak = async () => {
  await bench.leak()
  return (await bench.ticket()).id
}
const act = (ticket: string, action: 'assign' | 'accept' | 'decline' | 'depart' | 'arrive', rest: object = {}) =>
  bench.command({ type: 'act_on_ticket', ticket, action, note: 'x', ...rest })
const maintain = (forMs: number) =>
  bench.command({
    ...{ type: 'plan_mute', site: 'default', over: { device: LEAK }, reason: 'works', from: null },
    until: bench.clock.now() + forMs,
  })
const supervised = (...steps: Parameters<typeof step>[]) =>
  savePlan(bench, 'escalation', policy(steps.map(([afterMs, rest]) => step(afterMs, rest))))

describe('the ladder that is shipped', () => {
  it('calls the next where nobody accepts, managers where nobody comes, and the last every five minutes', async () => {
    await leak()
    expect(await ladder(bench)).toEqual(['0 fired: first', '1 waiting', '2 waiting', '3 waiting'])
    await minutes(bench, 21)
    expect(await calls(bench)).toEqual([
      ...['0 first', '3 second', '3 supervisor', '6 engineering_manager'],
      ...['10 general_manager', '15 general_manager', '20 general_manager'],
    ])
    expect(await bench.ticket()).toMatchObject({ state: 'assigned', assignee: 'second' })
    expect((await rows(bench)).at(-1)).toMatchObject({ position: 3, repetition: 3, state: 'waiting' })
    const history = await historyOf(bench.store.reader, (await bench.ticket()).id)
    const notes = history.filter(({ action }) => action === 'escalate').map(({ note }) => note)
    expect(notes[1]).toBe('3 分钟未接单 / Not accepted after 3 minutes: name of second, name of supervisor')
  })

  it('tells of the ticket whom it calls, each time with the ticket as it is then', async () => {
    await leak()
    await minutes(bench, 21)
    const told = bench.changes.flatMap((change) => (change.type === 'ticket' ? [change] : []))
    expect(told.filter(({ what }) => what === 'called')).toHaveLength(6)
    expect(told[0]).toMatchObject({ what: 'opened', ticket: { state: 'pending_dispatch' } })
    const updated = told.map(({ ticket }) => ticket.updatedAt)
    expect(updated).toEqual([...updated].sort((a, b) => a - b))
    expect(told.at(-1)!.ticket).toEqual(await bench.ticket())
  })

  it('goes on where somebody has accepted and does not arrive', async () => {
    const ticket = await leak()
    await act(ticket, 'accept')
    await minutes(bench, 10)
    expect(await calls(bench)).toEqual(['0 first', '6 engineering_manager', '10 general_manager'])
    await act(ticket, 'depart')
    await act(ticket, 'arrive')
    await minutes(bench, 20)
    expect(await ladder(bench)).toEqual([
      ...['0 fired: first', '1 stopped', '2 fired: engineering_manager', '3 fired: general_manager', '3 stopped'],
    ])
  })

  it('runs on where the alarm is acknowledged', async () => {
    await leak()
    await bench.command({ type: 'acknowledge_alarm', alarm: (await bench.alarm()).id })
    await minutes(bench, 10)
    expect(await states(bench)).toEqual(['fired', 'fired', 'fired', 'fired', 'waiting'])
  })

  it('ends with its ticket, and with the work where it waits for no visit after it', async () => {
    const ticket = await leak()
    await bench.cancel(ticket)
    expect(await states(bench)).toEqual(['fired', 'stopped', 'stopped', 'stopped'])
    await supervised([HOUR, { unless: null }], [HOUR, { unless: 'follow_up' }], [HOUR, { unless: 'respond' }])
    await bench.leak(false)
    await bench.pass(3 * SECOND)
    await bench.pass(MINUTE)
    await bench.leak()
    const second = (await bench.tickets())[0]!.id
    await bench.walk(second, 'complete')
    expect(await states(bench, second)).toEqual(['waiting', 'waiting', 'stopped'])
    for (const action of ['sign-off', 'close'] as const) await bench.act(second, action)
    expect(await states(bench, second)).toEqual(['stopped', 'stopped', 'stopped'])
  })

  it('takes back what is queued at the milestone that a step names, and nothing else', async () => {
    const ticket = await leak()
    await minutes(bench, 6)
    await act(ticket, 'accept', { assignee: 'second' })
    const queued = (await noticesOf(bench.store.reader, { ticket }))
      .filter(({ kind }) => kind === 'ticket.call')
      .map(({ recipient, state }) => [recipient, state])
    expect(queued).toEqual([
      ...[
        ['first', 'withdrawn'],
        ['second', 'withdrawn'],
        ['supervisor', 'withdrawn'],
      ],
      ['engineering_manager', 'queued'],
    ])
  })
})

describe('a ladder that runs', () => {
  it('is the one that the ticket began with, whatever becomes of its policy', async () => {
    await supervised([MINUTE], [2 * MINUTE])
    await leak()
    await savePlan(bench, 'escalation', policy([step(0, { whom: [{ role: 'general_manager' }] })]), false)
    await bench.command({ type: 'delete_plan', kind: 'escalation', id: 'own' })
    await minutes(bench, 2)
    expect(await ladder(bench)).toEqual(['0 fired: supervisor', '1 fired: supervisor'])
  })

  it('is not another because a policy was added, where only the same comes again', async () => {
    await leak()
    await supervised([MINUTE])
    await bench.leak(false)
    await bench.pass(3 * SECOND)
    await bench.leak()
    expect((await rows(bench)).map(({ policy }) => policy)).toEqual(Array(4).fill('default'))
  })

  it('fires at its times after a restart at minute five, each step once', async () => {
    await leak()
    await minutes(bench, 5)
    await bench.restart()
    await minutes(bench, 5)
    expect((await calls(bench)).slice(-2)).toEqual(['6 engineering_manager', '10 general_manager'])
    expect(await states(bench)).toEqual(['fired', 'fired', 'fired', 'fired', 'waiting'])
  })

  it('catches up once after a standstill, and repeats at the next multiple', async () => {
    await leak()
    await bench.restart(23 * MINUTE + SECOND)
    for (let look = 0; look < 3; look++) await bench.engine.tick()
    expect(await states(bench)).toEqual(['fired', 'fired', 'fired', 'fired', 'waiting'])
    expect((await rows(bench)).at(-1)).toMatchObject({ repetition: 1 })
    expect((await rows(bench)).at(-1)!.dueAt).toBe((await bench.ticket()).openedAt + 25 * MINUTE)
  })

  it('gives an answer its time again after a decline, and those who come none', async () => {
    const ticket = await leak()
    await act(ticket, 'accept')
    await minutes(bench, 4)
    await act(ticket, 'decline')
    const { openedAt } = await bench.ticket()
    const due = (await rows(bench)).map(({ position, state, dueAt }) => [position, state, (dueAt - openedAt) / MINUTE])
    expect(due).toEqual([
      ...[
        [0, 'fired', 0],
        [0, 'fired', 4],
        [1, 'stopped', 3],
        [1, 'waiting', 7],
      ],
      ...[
        [2, 'waiting', 6],
        [3, 'waiting', 10],
      ],
    ])
    await minutes(bench, 3)
    expect(await calls(bench)).toEqual(['0 first', '4 second', '6 engineering_manager', '7 supervisor'])
  })
})

describe('who is called', () => {
  it('is the fallback where a step finds nobody, also nobody who can be reached', async () => {
    const whom = [{ role: 'nobody-has-it' }, { responder: 'engineering_manager' }]
    const manager = bench.engine.world().plans.responder.get('engineering_manager')!.plan
    await savePlan(bench, 'responder', { ...manager, channels: [] }, false)
    await savePlan(bench, 'escalation', policy([step(0, { whom })], { fallback: [{ role: 'general_manager' }] }))
    await leak()
    expect(await ladder(bench)).toEqual(['0 fired: general_manager'])
  })

  it('is the fallback where who was sent at once cannot be reached', async () => {
    const first = bench.engine.world().plans.responder.get('first')!.plan
    await savePlan(bench, 'responder', { ...first, channels: [] }, false)
    const whom = [{ onDuty: 'assigned' as const }]
    await savePlan(bench, 'escalation', policy([step(0, { whom })], { fallback: [{ role: 'general_manager' }] }))
    await leak()
    expect(await ladder(bench)).toEqual(['0 fired: general_manager'])
  })

  it('is told to every listener where it is nobody at all', async () => {
    await supervised([0, { whom: [{ role: 'nobody-has-it' }] }])
    const ticket = await leak()
    expect(await ladder(bench)).toEqual(['0 nobody'])
    const notices = await noticesOf(bench.store.reader, { ticket })
    expect(notices.map(({ kind }) => kind)).toContain('escalation.nobody')
  })

  it('is not told twice by what happens at once', async () => {
    await supervised([0, { whom: [{ onDuty: 'assigned' }, { responder: 'first' }] }], [0])
    await leak()
    expect(await calls(bench)).toEqual(['0 first', '0 supervisor'])
  })

  it('may accept, but for those from outside', async () => {
    await supervised([0, { whom: [{ role: 'supervisor' }, { role: 'maintenance_firm' }] }])
    const ticket = await leak()
    const firm = bench.engine.world().plans.responder.get('maintenance_firm')!.plan
    const as = (id: string) => ({ id, name: id, role: 'responder' as const, sites: ['default'] })
    const accept = { type: 'act_on_ticket', ticket, action: 'accept' } as const
    await expect(bench.command(accept, as(firm.id))).rejects.toThrow()
    expect((await bench.command(accept, as('supervisor'))).ticket).toMatchObject({ assignee: 'supervisor' })
  })
})

describe('a call', () => {
  it('is by the channel that a step asks for, also of who was sent by another way at once', async () => {
    await savePlan(bench, 'channel', { ...SMS, id: 'voice', kind: 'http_voice' })
    const [whom, channels] = [[{ onDuty: 'assigned' as const }], ['voice']]
    await supervised([0, { whom, channels }], [0, { whom }])
    await leak()
    const notices = await noticesOf(bench.store.reader, { ticket: (await bench.ticket()).id })
    const called = notices.filter(({ kind }) => kind === 'ticket.call')
    expect(called.map(({ recipient, channel }) => [recipient, channel])).toEqual([
      ['first', 'sms'],
      ['first', 'voice'],
    ])
  })

  it('to who is sent by hand in place of another who had accepted is made once', async () => {
    const ticket = await leak()
    await act(ticket, 'accept')
    await minutes(bench, 1)
    await act(ticket, 'assign', { assignee: 'second' })
    await bench.pass(SECOND)
    expect(await calls(bench)).toEqual(['0 first', '1 second'])
    expect((await ladder(bench)).slice(0, 2)).toEqual(['0 fired: first', '0 fired: second'])
  })
})

describe('maintenance', () => {
  it('silences every step, and those that come again', async () => {
    await leak()
    await minutes(bench, 2)
    await maintain(HOUR)
    await minutes(bench, 20)
    expect(await calls(bench)).toEqual(['0 first'])
    expect(await states(bench)).toEqual([
      ...['fired', 'silenced', 'silenced'],
      ...['silenced', 'silenced', 'silenced'],
      'waiting',
    ])
  })

  it('silences no ladder of which one alarm is not muted', async () => {
    await bench.say(LIFT, { levels: { 'elevator.alarm_button': true } })
    await bench.say(LIFT, { levels: { 'elevator.overspeed': true } })
    const mute = (rule: string) =>
      bench.command({
        ...{ type: 'plan_mute', site: 'default', reason: 'x', from: null, until: bench.clock.now() + HOUR },
        over: { rules: [rule] },
      })
    await mute('elevator.alarm_button')
    await minutes(bench, 3)
    await mute('elevator.overspeed')
    await minutes(bench, 3)
    expect((await bench.ticket()).alarms).toHaveLength(2)
    expect(await calls(bench)).toEqual(['0 first', '3 second', '3 supervisor'])
  })

  it('over, what is still wet is called for from the beginning, and what is dry is not', async () => {
    await leak()
    await maintain(5 * MINUTE)
    await minutes(bench, 5)
    expect((await calls(bench)).at(-1)).toBe('5 first')
    await minutes(bench, 3)
    expect((await calls(bench)).slice(-2)).toEqual(['8 second', '8 supervisor'])
    await maintain(MINUTE)
    await bench.leak(false)
    const before = await rows(bench)
    await minutes(bench, 1)
    expect(await rows(bench)).toEqual(before)
  })
})

describe('passengers that are trapped', () => {
  const say = (code: string) => bench.say(LIFT, { levels: { [code]: true } })

  it('are told to the maintenance firm, the property and the fire service, by what the firm has not reached', async () => {
    await say('elevator.entrapment')
    const ticket = (await bench.ticket()).id
    await act(ticket, 'accept')
    await act(ticket, 'depart')
    await act(ticket, 'arrive')
    await minutes(bench, 30)
    const first = ['0 first', '0 maintenance_firm']
    const second = ['15 supervisor', '15 engineering_manager', '15 maintenance_firm']
    expect(await calls(bench)).toEqual([...first, ...second, '30 general_manager', '30 fire_service'])
  })

  it.each([
    ['with', () => Promise.resolve()],
    ['without', () => bench.command({ type: 'delete_plan', kind: 'commitment', id: 'rescue-city' })],
  ])('are not told on once the firm is there, %s a clock of its own', async (_, prepare) => {
    await prepare()
    await say('elevator.entrapment')
    const ticket = (await bench.ticket()).id
    await minutes(bench, 14)
    await act(ticket, 'arrive', { party: 'maintenance_firm' })
    await minutes(bench, 20)
    expect((await calls(bench)).filter((call) => /firm|fire/.test(call))).toEqual(['0 maintenance_firm'])
    expect((await calls(bench)).at(-1)).toBe('30 general_manager')
  })

  it('begin their own ladder where a button was pressed before, and the other stops', async () => {
    await say('elevator.alarm_button')
    await minutes(bench, 1)
    await say('elevator.entrapment')
    const steps = await rows(bench)
    const of = (id: string) => steps.filter(({ policy }) => policy === id).map(({ state }) => state)
    expect(of('default')).toEqual(['fired', 'stopped', 'stopped', 'stopped'])
    expect(of('lift')).toEqual(['fired', 'fired', ...Array<string>(5).fill('waiting')])
  })
})
