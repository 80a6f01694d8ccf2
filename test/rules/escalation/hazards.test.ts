import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../rules/clock.ts'
import type { Target } from '../../../rules/model.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { EngineBench, HOUR, LEAK, LIFT, MINUTE, saying, SECOND } from '../../support/engine.ts'
import { calls, minutes, policy, rows, setUpPeople, states, step } from '../../support/ladder.ts'
import { savePlan } from '../../support/people.ts'

/** What was found broken in other systems, and faults, as far as a ladder goes. */

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await setUpPeople(bench)
})
afterEach(() => bench.close())

const table = (name: 'ladder_steps' | 'ticket_calls' | 'outbox' | 'clocks') =>
  bench.store.reader.selectFrom(name).selectAll().execute()
const ticketId = async () => (await bench.ticket()).id
const act = async (action: 'accept' | 'depart' | 'arrive') =>
  bench.command({ type: 'act_on_ticket', ticket: await ticketId(), action, note: 'x' })
const SHIPPED = ['0 first', '3 second', '3 supervisor', '6 engineering_manager', '10 general_manager']

it('alerts lost at restart: steps, calls and notices are rows, the same after it, in whatever state they were', async () => {
  await bench.leak()
  await minutes(bench, 4)
  await act('accept')
  const all = async () => [await table('ladder_steps'), await table('ticket_calls'), await table('outbox')]
  const before = await all()
  expect([...new Set((await rows(bench)).map(({ state }) => state))].sort()).toEqual(['fired', 'waiting'])
  for (let start = 0; start < 3; start++) {
    await bench.restart()
    await bench.engine.tick()
  }
  expect(await all()).toEqual(before)
})

describe('timers lost or stuck over a restart', () => {
  const breaches = async () =>
    (await noticesOf(bench.store.reader, { ticket: await ticketId() }))
      .filter(
        ({ kind, body, channel }) => kind === 'clock.breached' && body.milestone === 'arrive' && channel === 'log',
      )
      .map(({ createdAt }) => createdAt)

  it('killed at minute 5 and started at once, it is breached and escalated at minute 10, once each', async () => {
    await bench.leak()
    const { openedAt } = await bench.ticket()
    await minutes(bench, 5)
    await bench.restart()
    await bench.pass(5 * MINUTE - 1)
    expect((await calls(bench)).at(-1)).toMatch(/engineering_manager$/)
    expect(await breaches()).toEqual([])
    await bench.pass(1)
    expect((await calls(bench)).at(-1)).toBe('10 general_manager')
    await bench.pass(1)
    expect(await breaches()).toEqual([openedAt + 10 * MINUTE + 1])
    await bench.restart()
    await minutes(bench, 4)
    expect([(await calls(bench)).length, (await breaches()).length]).toEqual([SHIPPED.length, 1])
  })

  it('killed at minute 5 and started at minute 12, it does so at once, once each, and no due time has moved', async () => {
    await bench.leak()
    const due = (await rows(bench)).map(({ dueAt }) => dueAt)
    await minutes(bench, 5)
    for (const downMs of [7 * MINUTE, 0, 0]) {
      await bench.restart(downMs)
      await bench.engine.tick()
      const called = [...SHIPPED.slice(0, 3), '12 engineering_manager', '12 general_manager']
      expect(await calls(bench)).toEqual(called)
      expect(await breaches()).toHaveLength(1)
      expect((await rows(bench)).slice(0, due.length).map(({ dueAt }) => dueAt)).toEqual(due)
    }
  })
})

it('notices after acknowledgement: the alarm’s are withdrawn, the ladder goes on by milestones and ends with them', async () => {
  await bench.leak()
  const { id } = await bench.alarm()
  const ofAlarm = async () => (await noticesOf(bench.store.reader, { alarm: id })).map(({ state }) => state)
  const queued = async () =>
    (await noticesOf(bench.store.reader, { ticket: await ticketId() }))
      .filter(({ kind, state }) => kind === 'ticket.call' && state === 'queued')
      .map(({ recipient }) => recipient)
  expect(await ofAlarm()).toEqual(['queued'])
  await bench.command({ type: 'acknowledge_alarm', alarm: id })
  await minutes(bench, 6)
  expect(await ofAlarm()).toEqual(['withdrawn'])
  expect(await calls(bench)).toEqual(SHIPPED.slice(0, 4))
  await act('accept')
  expect(await queued()).toEqual(['engineering_manager'])
  for (const action of ['depart', 'arrive'] as const) await act(action)
  expect(await queued()).toEqual([])
  await minutes(bench, HOUR / MINUTE)
  expect([await queued(), (await calls(bench)).length]).toEqual([[], 4])
})

it('maintenance silenced only the first notice: here every step, over a restart and another alarm', async () => {
  await bench.leak()
  const ticket = await ticketId()
  const until = bench.clock.now() + HOUR
  await bench.command({ type: 'plan_mute', site: 'default', over: { device: LEAK }, reason: 'x', from: null, until })
  await minutes(bench, 4)
  await bench.restart()
  await bench.say(LEAK, { levels: { 'device.sensor_fault': true } })
  await minutes(bench, 26)
  expect(await calls(bench, ticket)).toEqual(['0 first'])
  const [first, ...others] = await states(bench, ticket)
  expect([first, new Set(others.slice(0, -1)), others.at(-1)]).toEqual(['fired', new Set(['silenced']), 'waiting'])
  const kinds = (await table('outbox')).filter(({ created_at }) => created_at > until - HOUR).map(({ kind }) => kind)
  expect([...new Set(kinds)]).toEqual(['clock.breached'])
})

it('maintenance silences what sensors say, not what a person reports of the same device', async () => {
  await bench.command({
    ...{ type: 'plan_mute', site: 'default', over: { device: LEAK }, reason: 'x', from: null },
    until: bench.clock.now() + HOUR,
  })
  const report = { site: 'default', category: 'water', priority: 'critical' as const, device: LEAK }
  await bench.command({ type: 'report_ticket', ...report, title: 'x', description: '', location: '', reporter: null })
  await minutes(bench, 10)
  expect(await calls(bench)).toEqual(SHIPPED)
})

it('editing a policy changed running clocks: ladder and clocks are frozen at opening, the next ticket has the new', async () => {
  await savePlan(bench, 'escalation', policy([step(0), step(5 * MINUTE)]))
  await bench.leak()
  const first = await ticketId()
  const frozen = async () => ({ steps: await table('ladder_steps'), clocks: await table('clocks') })
  const before = await frozen()
  const later = policy([step(MINUTE), step(2 * MINUTE, { whom: [{ role: 'general_manager' }] })])
  await savePlan(bench, 'escalation', later, false)
  for (const { plan } of [...bench.engine.world().plans.commitment.values()]) {
    const isExact = ({ calendar }: Target) => calendar !== 'calendar_days'
    const targets = plan.targets.map((target) => (isExact(target) ? { ...target, withinMs: MINUTE } : target))
    await savePlan(bench, 'commitment', { ...plan, targets }, false)
  }
  await bench.restart()
  expect(await frozen()).toEqual(before)
  await minutes(bench, 5)
  expect(await calls(bench)).toEqual(['0 first', '0 supervisor', '5 supervisor'])
  await bench.say(LIFT, { levels: { 'elevator.overspeed': true } })
  const second = (await bench.tickets()).find(({ id }) => id !== first)!
  expect((await rows(bench, second.id)).map(({ dueAt }) => dueAt - second.openedAt)).toEqual([MINUTE, 2 * MINUTE])
})

describe('the wall clock', () => {
  it.each([
    ['+1 h', HOUR],
    ['−30 min', -30 * MINUTE],
  ])('%s: no mass escalation, due times identical, each step at its time', async (_how, stepMs) => {
    let monotonic = 0
    let wall = bench.clock.now()
    const clock = systemClock({ wall: () => wall, monotonic: () => monotonic })
    const passes = async (ms: number) => {
      for (let at = 0; at < ms; at += 10 * SECOND) {
        monotonic += 10 * SECOND
        wall += 10 * SECOND
        bench.clock.set(clock.now())
        await bench.engine.tick()
      }
    }
    const ids = Array.from({ length: 9 }, (_, index) => `leak-of-${index}`)
    for (const id of ids) await bench.provision(id, 'water_leak')
    await bench.take(...ids.map((id) => saying(id, bench.clock.now(), { levels: { 'water.leak': true } })))
    const due = async () => (await table('ladder_steps')).map(({ id, due_at }) => [id, due_at])
    const fired = async () => (await table('ladder_steps')).filter(({ state }) => state === 'fired').length
    const before = await due()
    await passes(MINUTE)
    wall += stepMs
    await passes(MINUTE + 50 * SECOND)
    expect([await fired(), await due()]).toEqual([ids.length, before])
    // 1 % of three minutes sooner or later.
    await passes(20 * SECOND)
    expect([await fired(), await due()]).toEqual([2 * ids.length, before])
  })
})

it(
  'a flood of 500 devices: each one’s first emergency has its own ticket and its own call',
  { timeout: 60_000 },
  async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `flood-${index}`)
    for (const id of ids) await bench.provision(id, 'water_leak')
    await bench.take(...ids.map((id) => saying(id, bench.clock.now(), { levels: { 'water.leak': true } })))
    const tickets = await bench.store.reader.selectFrom('tickets').select(['id', 'device']).execute()
    expect(tickets.flatMap(({ device }) => device ?? []).sort()).toEqual([...ids].sort())
    const told = (await table('outbox')).filter(({ kind, channel }) => kind === 'ticket.call' && channel === 'sms')
    const [called, recipients] = [told.map(({ ticket }) => ticket), new Set(told.map(({ recipient }) => recipient))]
    expect(called.sort()).toEqual(tickets.map(({ id }) => id).sort())
    expect([...recipients].sort()).toEqual(['first', 'second'])
  },
)
