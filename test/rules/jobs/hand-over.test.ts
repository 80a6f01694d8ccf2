import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReportForRegister } from '../../../rules/desk/register.ts'
import type { Principal, Ticket } from '../../../rules/model.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { EngineBench, HOUR, MINUTE } from '../../support/engine.ts'
import { savePlan } from '../../support/people.ts'
import { lines, promise, report, tasks } from '../../support/residents.ts'
import { person, roster, rotation, shanghai } from '../../support/roster.ts'

const NIGHT = { from: '20:00', to: '08:00' }
const AROUND = roster([rotation('day', ['p1']), rotation('night', ['p2'], { shift: NIGHT })], {
  handoverMs: 15 * MINUTE,
})

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  for (const id of ['p1', 'p2', 'p3']) await savePlan(bench, 'responder', person(id))
})
afterEach(() => bench.close())

const as = (name: string): Principal => ({ id: `token of ${name}`, name, role: 'responder', sites: ['default'] })
const until = (text: string) => bench.pass(shanghai(text) - bench.clock.now())
const told = async ({ id }: Ticket) =>
  (await noticesOf(bench.store.reader, { ticket: id }))
    .filter(({ kind }) => kind === 'ticket.hand_over')
    .map(({ recipient, emergency }) => [recipient, emergency])
const asked = async ({ id }: Pick<Ticket, 'id'>) => (await tasks(bench, id)).filter(({ kind }) => kind === 'hand_over')
const open = async (ticket: Ticket) => (await asked(ticket)).filter(({ state }) => state === 'open')
const handOver = async ({ id: ticket }: Ticket, to: string, by?: Principal) =>
  (await bench.command({ type: 'hand_over', ticket, to }, by)).ticket!

/** An emergency that somebody has accepted. */
async function inHand(assignee: string, priority: Ticket['priority'] = 'critical', problems: string[] = []) {
  const { id: ticket } = await report(bench, { priority, problems, category: 'water_leak' })
  await bench.command({ type: 'act_on_ticket', ticket, action: 'assign', assignee })
  return (await bench.command({ type: 'act_on_ticket', ticket, action: 'accept' })).ticket!
}

/** Somebody else reports it as an emergency. */
async function raise({ id: joins }: Ticket): Promise<void> {
  const report: ReportForRegister = {
    ...{ site: 'default', channel: 'telephone', name: '王', phone: '139', household: '1-1', location: '' },
    ...{ text: '水流成河', category: 'water_leak', priority: 'critical', size: null, paid: false, progress: 'none' },
    ...{ formDate: null, appointmentAt: null, occurredAt: null, device: null, problems: [] },
    ...{ quotedFen: null, agreedBy: null, joins },
  }
  const { ticket } = await bench.command({ type: 'register_report', report })
  expect(ticket).toMatchObject({ id: joins, priority: 'critical' })
}

describe('at the end of a shift', () => {
  beforeEach(async () => {
    await promise(bench, 'D10')
    await savePlan(bench, 'roster', AROUND)
    await bench.pass(0)
  })

  it('D10: nobody leaves an emergency until it is handled: he is asked to hand it over, and who came is told', async () => {
    const ticket = await inHand('p1')
    await until('2026-11-23 19:59')
    expect(await asked(ticket)).toEqual([])
    await until('2026-11-23 20:00')
    expect(await open(ticket)).toMatchObject([
      { kind: 'hand_over', assignee: 'p1', about: { quote: '直到事故处理完毕才能离开' } },
    ])
    expect(await told(ticket)).toEqual([
      ['p1', true],
      ['p2', true],
    ])
    await until('2026-11-23 20:30')
    expect(await asked(ticket)).toHaveLength(1)
  })

  it('asks for what is an emergency by its name too, however urgent it was called', async () => {
    const [named, other] = [await inHand('p1', 'medium', ['water.burst']), await inHand('p1', 'medium', ['water.drip'])]
    await until('2026-11-23 20:00')
    expect(await open(named)).toHaveLength(1)
    expect(await asked(other)).toEqual([])
  })

  it('D10: who stays says so, and is not asked again when the time of the handover is over', async () => {
    const ticket = await inHand('p1')
    await until('2026-11-23 20:00')
    const [task] = await open(ticket)
    const settle = (to: 'done' | 'dropped', note?: string) =>
      bench.command({ type: 'settle_task', task: task!.id, to, note }, as('p1'))
    await expect(settle('done', 'yes')).rejects.toThrow('hand-over')
    await settle('dropped', 'I stay')
    await until('2026-11-23 20:15')
    expect(await open(ticket)).toEqual([])
    expect(await lines(bench, ticket.id, 'task_dropped')).toEqual(['p1 task_dropped: hand_over: I stay'])
  })

  it('is handed over by name: state, clocks and milestones stay, and the job is the other’s', async () => {
    const ticket = await inHand('p1')
    await until('2026-11-23 20:00')
    const given = await handOver(ticket, 'p2', as('p1'))
    const { state, clocks, reached } = ticket
    expect(given).toMatchObject({ assignee: 'p2', state, reached })
    expect(given.clocks.map(({ dueAt }) => dueAt)).toEqual(clocks.map(({ dueAt }) => dueAt))
    expect(await lines(bench, ticket.id, 'hand_over', 'task_done')).toEqual([
      'p1 hand_over: p1 (p1) → p2 (p2)',
      'p1 task_done: hand_over: p1 (p1) → p2 (p2)',
    ])
    expect((await told(ticket)).at(-1)).toEqual(['p2', true])
    const depart = (by: Principal) => bench.command({ type: 'act_on_ticket', ticket: ticket.id, action: 'depart' }, by)
    await expect(depart(as('p1'))).rejects.toMatchObject({ code: 'forbidden' })
    expect((await depart(as('p2'))).ticket).toMatchObject({ state: 'en_route' })
  })

  it('has no task any more once it is complete, cancelled, or he is on duty again', async () => {
    const [done, cancelled, kept] = [await inHand('p1'), await inHand('p1'), await inHand('p1')]
    await until('2026-11-23 20:00')
    for (const action of ['depart', 'arrive', 'complete'] as const) await bench.act(done.id, action)
    await bench.cancel(cancelled.id)
    expect([await open(done), await open(cancelled)]).toEqual([[], []])
    expect(await open(kept)).toHaveLength(1)
    await until('2026-11-24 08:00')
    expect(await open(kept)).toEqual([])
  })

  it('that fell into a restart is asked for after it', async () => {
    const ticket = await inHand('p1')
    await until('2026-11-23 19:00')
    await bench.restart(2 * HOUR)
    await bench.pass(0)
    expect(await open(ticket)).toHaveLength(1)
  })

  it('leaves alone what is no emergency, what nobody has accepted, and who was not on duty', async () => {
    const others = [await inHand('p1', 'high'), await inHand('p3')]
    const { id: ticket } = await report(bench, { priority: 'critical' })
    await bench.command({ type: 'act_on_ticket', ticket, action: 'assign', assignee: 'p1' })
    await until('2026-11-23 20:00')
    for (const { id } of [...others, { id: ticket }]) expect(await asked({ id })).toEqual([])
  })
})

describe('of somebody whose duty is edited away', () => {
  beforeEach(async () => {
    await savePlan(bench, 'roster', AROUND)
    await bench.pass(0)
  })

  it('an emergency is asked for at once, also over a restart, and who is on duty is told', async () => {
    const ticket = await inHand('p1')
    await savePlan(bench, 'roster', { ...AROUND, rotations: [rotation('day', ['p3']), AROUND.rotations[1]!] }, false)
    await bench.restart()
    await bench.pass(0)
    expect(await open(ticket)).toMatchObject([{ assignee: 'p1' }])
    expect(await told(ticket)).toEqual([
      ['p1', true],
      ['p3', true],
    ])
    await bench.pass(HOUR)
    expect(await asked(ticket)).toHaveLength(1)
  })

  it('he is told, but not once he is disabled; where nobody is on duty, whoever listens is', async () => {
    const [missing, gone] = [await inHand('p1'), await inHand('p2')]
    const times = { from: bench.clock.now(), until: bench.clock.now() + HOUR }
    await bench.command({ type: 'override_duty', roster: 'r1', out: 'p1', in: null, reason: 'ill', ...times })
    await bench.pass(0)
    expect(await told(missing)).toEqual([
      ['p1', true],
      [null, true],
    ])
    await bench.pass(HOUR)
    expect(await open(missing)).toEqual([])
    await until('2026-11-23 20:00')
    await savePlan(bench, 'responder', person('p2', { enabled: false }), false)
    await bench.pass(0)
    expect(await open(gone)).toMatchObject([{ assignee: 'p2' }])
    expect(await told(gone)).toEqual([[null, true]])
  })

  it('with the last roster it is asked for once', async () => {
    const ticket = await inHand('p1')
    await bench.command({ type: 'delete_plan', kind: 'roster', id: 'r1' })
    await bench.pass(0)
    await bench.pass(24 * HOUR)
    expect(await asked(ticket)).toHaveLength(1)
  })
})

describe('what becomes an emergency after the shift has ended', () => {
  beforeEach(async () => {
    await savePlan(bench, 'roster', AROUND)
    await bench.pass(0)
  })

  it('is to be handed over by who has it in hand, and who is on duty is told', async () => {
    const ticket = await inHand('p1', 'high')
    await until('2026-11-23 21:00')
    expect(await asked(ticket)).toEqual([])
    await raise(ticket)
    expect(await open(ticket)).toMatchObject([{ assignee: 'p1' }])
    expect(await told(ticket)).toEqual([
      ['p1', true],
      ['p2', true],
    ])
  })

  it('is so too where the duty was edited away before, and not of who is on duty or never was', async () => {
    const [edited, never] = [await inHand('p1', 'high'), await inHand('p3', 'high')]
    const present = await inHand('p2', 'high')
    await savePlan(bench, 'roster', { ...AROUND, rotations: [rotation('day', ['p2']), AROUND.rotations[1]!] }, false)
    await bench.pass(0)
    for (const ticket of [edited, never, present]) await raise(ticket)
    expect(await open(edited)).toHaveLength(1)
    expect([await asked(never), await asked(present)]).toEqual([[], []])
  })
})

describe('a hand-over', () => {
  it('goes to somebody else of the site who can go', async () => {
    const ticket = await inHand('p1')
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'Asia/Shanghai' } })
    await savePlan(bench, 'responder', person('away', { sites: ['north'] }))
    await savePlan(bench, 'responder', person('ill', { enabled: false }))
    await savePlan(bench, 'responder', person('firm', { roles: ['maintenance_firm'] }))
    for (const to of ['p1', 'away', 'ill', 'firm', 'nobody']) {
      await expect(handOver(ticket, to), to).rejects.toMatchObject({ code: 'invalid' })
    }
    await expect(handOver(ticket, 'p2', as('p2'))).rejects.toMatchObject({ code: 'forbidden' })
    const stranger = { ...as('p1'), sites: ['north'] }
    await expect(handOver(ticket, 'p2', stranger)).rejects.toMatchObject({ code: 'not_found' })
    await expect(handOver(await report(bench), 'p2')).rejects.toThrow('allowed in accepted, en_route')
  })

  it('is of no concern where there is no roster', async () => {
    const ticket = await inHand('p1')
    await bench.pass(48 * HOUR)
    expect(await asked(ticket)).toEqual([])
  })
})
