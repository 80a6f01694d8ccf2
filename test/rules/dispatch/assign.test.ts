import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ticket } from '../../../rules/model.ts'
import { passOn } from '../../../rules/dispatch/assign.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { callsOf } from '../../../rules/storage/ticket-calls.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { transaction } from '../../../rules/storage/connect.ts'
import { carryCommand } from '../../../gateway/commands.ts'
import { DEFAULT_FLOOD_POLICY } from '../../../rules/flood/rate.ts'
import { draftOf } from '../../../rules/world.ts'
import { EngineBench, HOUR, LEAK, LIFT, MINUTE, START } from '../../support/engine.ts'
import { onDutyAlways, responder, savePlan, SMS } from '../../support/people.ts'

/** 03:00 in Shanghai. */
const NIGHT = START - 7 * HOUR

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open(NIGHT)))
afterEach(() => bench.close())

const calls = async ({ id }: Ticket) =>
  (await callsOf(bench.store.reader, id)).map(({ responder, reason, answer }) => [responder, reason, answer])
const history = async ({ id }: Ticket) =>
  (await historyOf(bench.store.reader, id)).map(({ by, action, note }) => [by, action, note])
const told = async ({ id }: Ticket, kind = 'ticket.call') =>
  (await noticesOf(bench.store.reader, { ticket: id }))
    .filter((notice) => notice.kind === kind)
    .map(({ recipient, emergency, until }) => [recipient, emergency, until])
const act = async (id: string, action: 'assign' | 'decline' | 'accept', assignee?: string) =>
  (await bench.command({ type: 'act_on_ticket', ticket: id, action, assignee })).ticket!

async function noAnswer(id: string): Promise<Ticket> {
  const world = bench.engine.world()
  return transaction(bench.store.writer, async (db) => {
    let ids = 0
    const now = bench.clock.now()
    const outside = { draft: draftOf(world), rules: world.rules, memory: world.memory, carry: carryCommand }
    const work = { db, now, ...outside, flood: DEFAULT_FLOOD_POLICY, changes: [], newId: () => `n${now}-${ids++}` }
    return passOn(work, await bench.ticket(id), 'no_answer')
  })
}

describe('an emergency', () => {
  it('is given at once, at three in the morning, to who is on duty and can do it', async () => {
    await savePlan(bench, 'responder', responder('off-duty'))
    await onDutyAlways(bench, responder('lift-man', { skills: ['lift'] }), responder('li-wei', { name: '李伟' }))
    await bench.leak()
    const ticket = await bench.ticket()
    expect(ticket).toMatchObject({ state: 'assigned', assignee: 'li-wei', reached: { dispatch: NIGHT } })
    expect(await calls(ticket)).toEqual([['li-wei', 'on_duty', null]])
    expect(await told(ticket)).toEqual([['li-wei', true, 'accept']])
    const why = '李伟 (li-wei): on duty, free, at the site'
    expect((await history(ticket)).slice(0, 2)).toEqual([
      ['system', 'open', ''],
      ['system', 'assign', why],
    ])
  })

  it('waits for a person where nobody can do it, and so does what is no emergency', async () => {
    await onDutyAlways(bench, responder('lift-man', { skills: ['lift'] }))
    await bench.leak()
    expect(await bench.ticket()).toMatchObject({ state: 'pending_dispatch', assignee: null })
    await savePlan(bench, 'responder', responder('lift-man', { skills: ['general', 'water'] }), false)
    const asked = { title: 'x', description: '', location: '', device: null, reporter: null }
    const report = { type: 'report_ticket', site: 'default', category: 'other', priority: 'high', ...asked } as const
    expect((await bench.command(report)).ticket).toMatchObject({ state: 'pending_dispatch', assignee: null })
    expect((await bench.command({ ...report, priority: 'critical' })).ticket).toMatchObject({ assignee: 'lift-man' })
  })

  it('is for the free before the busy, and for who was last seen in the building', async () => {
    const skills = ['water', 'lift', 'general']
    await onDutyAlways(bench, responder('a', { skills }), responder('b', { skills }), responder('c', { skills }))
    const building = '3'
    const place = { name: 'x', location: 'x', building, site: 'default' }
    await bench.command({ type: 'provision_device', id: 'there', kind: 'water_leak', ...place })
    await bench.command({ type: 'provision_device', id: 'there-2', kind: 'water_leak', ...place })
    const leak = async (device: string) => {
      await bench.say(device, { levels: { 'water.leak': true } })
      return (await bench.tickets())[0]!
    }
    // `a` gets the first, `b` the second and works it off in building 3.
    expect(await leak(LEAK)).toMatchObject({ assignee: 'a' })
    const second = await leak('there')
    expect(second).toMatchObject({ assignee: 'b' })
    for (const action of ['accept', 'depart', 'arrive', 'complete'] as const) await bench.act(second.id, action)
    await bench.pass(MINUTE)
    expect(await leak('there-2')).toMatchObject({ assignee: 'b' })
  })

  it('takes where somebody was seen for known for twelve hours', async () => {
    await onDutyAlways(bench, responder('a'), responder('b', { skills: ['lift'] }))
    const place = { name: 'x', location: 'x', building: '3', site: 'default' }
    await bench.command({ type: 'provision_device', id: 'lift-3', kind: 'elevator', ...place })
    await bench.command({ type: 'provision_device', id: 'leak-3', kind: 'water_leak', ...place })
    await bench.say('lift-3', { levels: { 'elevator.entrapment': true } })
    const first = await bench.ticket()
    for (const action of ['accept', 'depart', 'arrive', 'complete'] as const) await bench.act(first.id, action)
    await savePlan(bench, 'responder', responder('b'), false)
    await bench.pass(12 * HOUR + 1)
    await bench.say('leak-3', { levels: { 'water.leak': true } })
    expect((await bench.tickets())[0]).toMatchObject({ device: 'leak-3', assignee: 'a' })
  })

  it('that many alarms gather into is given to somebody too, also when it only becomes one', async () => {
    await bench.close()
    bench = await EngineBench.open(NIGHT, { flood: { ...DEFAULT_FLOOD_POLICY, alarms: 1 } })
    await onDutyAlways(bench, responder('a', { skills: ['general', 'water', 'lift'] }))
    const gathered = async () => (await bench.tickets()).find(({ origin }) => origin === 'flood')
    await bench.leak()
    await bench.say(LIFT, { levels: { 'elevator.overload': true } })
    expect(await gathered()).toMatchObject({ priority: 'medium', state: 'pending_dispatch' })
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    expect(await gathered()).toMatchObject({ priority: 'critical', state: 'assigned', assignee: 'a' })
  })
})

describe('a job that is declined', () => {
  it('goes to the next who was not asked, until there is nobody', async () => {
    await onDutyAlways(bench, responder('a'), responder('b'))
    await bench.leak()
    const { id } = await bench.ticket()
    const second = await act(id, 'decline')
    expect(second).toMatchObject({ state: 'assigned', assignee: 'b' })
    expect(await history(second)).toContainEqual([
      'system',
      'assign',
      'name of a (a) declined; name of b (b): on duty, free, at the site',
    ])
    await act(id, 'accept')
    const last = await act(id, 'decline')
    expect(last).toMatchObject({ state: 'pending_dispatch', assignee: null })
    expect(last.reached.dispatch).toBeUndefined()
    expect(await calls(last)).toEqual([
      ['a', 'on_duty', 'declined'],
      ['b', 'declined', 'declined'],
    ])
    expect(await told(last)).toHaveLength(2)
  })

  it('can be given by hand to who declined, who is then asked anew', async () => {
    await onDutyAlways(bench, responder('a'))
    await bench.leak()
    const { id } = await bench.ticket()
    await act(id, 'decline')
    const again = await act(id, 'assign', 'a')
    expect(await calls(again)).toEqual([['a', 'by_hand', null]])
  })
})

describe('a job that nobody answers to', () => {
  it('goes to the next, and stays with the last', async () => {
    await onDutyAlways(bench, responder('a'), responder('b'))
    await bench.leak()
    const { id } = await bench.ticket()
    await bench.pass(MINUTE)
    const second = await noAnswer(id)
    expect(second).toMatchObject({ state: 'assigned', assignee: 'b', reached: { dispatch: NIGHT } })
    expect((await history(second)).at(-1)?.[2]).toMatch(/^no answer from name of a \(a\); name of b \(b\): /)
    await bench.pass(MINUTE)
    expect(await noAnswer(id)).toMatchObject({ state: 'assigned', assignee: 'b' })
    await bench.restart()
    expect(await calls(second)).toEqual([
      ['a', 'on_duty', 'no_answer'],
      ['b', 'no_answer', 'no_answer'],
    ])
  })

  it('goes on to whom the ladder called beside him, when he declines', async () => {
    await savePlan(bench, 'channel', SMS)
    await onDutyAlways(bench, responder('a'), responder('b'), responder('c'))
    await bench.leak()
    const { id } = await bench.ticket()
    await bench.pass(3 * MINUTE)
    expect(await bench.ticket(id)).toMatchObject({ assignee: 'b' })
    expect(await act(id, 'decline')).toMatchObject({ state: 'assigned', assignee: 'c' })
    expect(await act(id, 'decline')).toMatchObject({ state: 'pending_dispatch', assignee: null })
  })

  it('is not taken from who has accepted it', async () => {
    await onDutyAlways(bench, responder('a'), responder('b'))
    await bench.leak()
    const { id } = await bench.ticket()
    await act(id, 'accept')
    expect(await noAnswer(id)).toMatchObject({ state: 'accepted', assignee: 'a' })
  })
})

describe('a job that is given by hand', () => {
  it('calls who is known, and takes any name', async () => {
    await savePlan(bench, 'responder', responder('a', { skills: [] }))
    await bench.leak()
    const { id } = await bench.ticket()
    expect(await act(id, 'assign', 'a contractor')).toMatchObject({ assignee: 'a contractor' })
    const given = await act(id, 'assign', 'a')
    expect(await calls(given)).toEqual([['a', 'by_hand', null]])
    expect(await told(given)).toEqual([['a', true, 'accept']])
  })

  it('is not for who cannot be sent', async () => {
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'UTC' } })
    await savePlan(bench, 'responder', responder('ill', { enabled: false }))
    await savePlan(bench, 'responder', responder('far', { sites: ['north'] }))
    await bench.leak()
    const { id } = await bench.ticket()
    await expect(act(id, 'assign', 'ill')).rejects.toThrow('is disabled; choose somebody else')
    await expect(act(id, 'assign', 'far')).rejects.toThrow('is not of site default')
    expect(await bench.ticket(id)).toMatchObject({ state: 'pending_dispatch', assignee: null })
  })

  it('after somebody has accepted waits for the acceptance of the new one', async () => {
    await bench.leak()
    const { id } = await bench.ticket()
    await act(id, 'assign', 'x')
    expect((await act(id, 'accept')).reached).toMatchObject({ dispatch: NIGHT, accept: NIGHT })
    expect((await act(id, 'assign', 'y')).reached).toEqual({ dispatch: NIGHT, respond: NIGHT })
  })
})
