import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DrillCommand } from '../../../rules/drills/commands.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { stepsOf } from '../../../rules/storage/ladder-steps.ts'
import { callsOf } from '../../../rules/storage/ticket-calls.ts'
import { verifyAudit } from '../../../rules/proof/verify-audit.ts'
import { EngineBench, HOUR, LEAK, LIFT, MINUTE, SECOND } from '../../support/engine.ts'
import { onDutyAlways, responder, savePlan, SMS } from '../../support/people.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await savePlan(bench, 'channel', SMS)
  await savePlan(bench, 'responder', responder('boss', { roles: ['general_manager', 'supervisor'] }))
  await onDutyAlways(bench, responder('zhang'), responder('li'))
})
afterEach(() => bench.close())

type Asked = Partial<Extract<DrillCommand, { type: 'start_drill' }>>
const drill = (asked: Asked = {}) =>
  bench.command({
    ...{ type: 'start_drill', site: 'default', title: { zh: '季度演练', en: 'Quarterly' } },
    ...{ endsAt: bench.clock.now() + HOUR, over: { devices: [LEAK] } },
    ...{ notify: { responders: ['li'], channels: [] }, commands: false },
    ...asked,
  })

const ofLeak = async () => (await bench.alarms()).filter(({ device }) => device === LEAK)

const recipients = async () => {
  const query = bench.store.reader.selectFrom('outbox').select('recipient').where('recipient', 'is not', null)
  return [...new Set((await query.execute()).map(({ recipient }) => recipient))].sort()
}

describe('a drill', () => {
  it('marks the alarm and the ticket, and calls only whom it names', async () => {
    const { drill: begun } = await drill()
    await bench.leak()
    expect(await bench.alarm()).toMatchObject({ drill: begun!.id })
    const ticket = await bench.ticket()
    expect(ticket).toMatchObject({ drill: begun!.id, assignee: 'li' })
    expect(ticket.title.zh).toMatch(/^【演练】/)
    expect(ticket.title.en).toMatch(/^\[Drill\] /)
    await bench.pass(11 * MINUTE)
    expect(await recipients()).toEqual(['li'])
    expect((await callsOf(bench.store.reader, ticket.id)).map((call) => call.responder)).toEqual(['li'])
    const states = (await stepsOf(bench.store.reader, ticket.id)).map(({ state }) => state)
    expect(states).toContain('drill')
    expect(await verifyAudit(bench.store.reader)).toMatchObject({ ok: true })
  })

  it('leaves devices that it does not name, and what stood before, as real as ever', async () => {
    await bench.leak()
    await drill({ over: {} })
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    const [lift, leak] = await bench.alarms()
    expect([lift!.drill === null, leak!.drill]).toEqual([false, null])
    await bench.command({ type: 'end_drill', drill: lift!.drill! })
    await drill({ over: { devices: [LIFT] } })
    await bench.leak(false)
    await bench.leak()
    expect((await ofLeak()).map((alarm) => alarm.drill)).toEqual([null])
  })

  it('alarms as real what is still true when its time is up, with a ticket of its own for everybody', async () => {
    await drill({ endsAt: bench.clock.now() + 5 * MINUTE })
    await bench.leak()
    await bench.restart()
    await bench.pass(5 * MINUTE)
    const [real, drilled] = await bench.tickets()
    expect(drilled).toMatchObject({ state: 'cancelled' })
    expect(real).toMatchObject({ drill: null, state: 'assigned', assignee: 'zhang', openedAt: bench.clock.now() })
    expect(real!.title.zh).not.toContain('演练')
    const [alarm, before] = await ofLeak()
    expect(alarm).toMatchObject({
      drill: null,
      state: 'unacked',
      chattering: false,
      muted: null,
      raisedAt: bench.clock.now(),
      ticket: real!.id,
    })
    expect(before).toMatchObject({ endedAt: bench.clock.now() })
    expect(await recipients()).toContain('zhang')
    expect(bench.errors).toEqual([])
  })

  it('leaves nothing where the condition was over, and a later one is real', async () => {
    const { drill: begun } = await drill()
    await bench.leak()
    await bench.pass(MINUTE)
    await bench.leak(false)
    await bench.pass(10 * MINUTE)
    await bench.command({ type: 'end_drill', drill: begun!.id })
    expect((await ofLeak()).map(({ endedAt }) => endedAt)).toEqual([bench.clock.now()])
    await bench.leak()
    expect((await bench.tickets())[0]).toMatchObject({ drill: null, state: 'assigned' })
  })

  it('opens a real ticket beside its own, and no drill ticket takes a real alarm in', async () => {
    const { drill: begun } = await drill({ endsAt: bench.clock.now() + SECOND })
    await bench.leak()
    // Its time is up and no tick has seen it.
    bench.clock.advance(SECOND)
    await bench.say(LEAK, { values: { battery: 1 } })
    expect((await bench.tickets()).map((ticket) => ticket.drill)).toContain(begun!.id)
    await bench.engine.tick()
    expect(
      (await bench.tickets()).filter((ticket) => ticket.drill === null && ticket.category === 'water_leak'),
    ).toHaveLength(1)
  })

  it('tells a channel only where it is named, and the log always', async () => {
    const robot = {
      ...SMS,
      id: 'robot',
      kind: 'webhook' as const,
      broadcasts: ['alarm.raised', 'ticket.opened'] as const,
    }
    await savePlan(bench, 'channel', { ...robot, options: { url: 'http://127.0.0.1:9/' } })
    const { drill: begun } = await drill()
    await bench.leak()
    const told = async () =>
      (await noticesOf(bench.store.reader, { ticket: (await bench.tickets())[0]!.id })).map((n) => n.channel)
    expect(await told()).not.toContain('robot')
    await bench.command({ type: 'end_drill', drill: begun!.id })
    expect(await told()).toContain('robot')
  })

  it('sends no command unless it says so, and the ticket tells of it', async () => {
    await bench.provision('valve-1', 'valve')
    for (const id of [LEAK, 'valve-1']) await bench.command({ type: 'update_device', id, zone: 'z' })
    const { drill: begun } = await drill()
    await bench.leak()
    const ticket = await bench.ticket()
    expect(ticket.commands).toEqual([])
    expect((await historyOf(bench.store.reader, ticket.id)).map(({ note }) => note)).toContain(
      'valve-1 close: not sent: the drill sends no commands',
    )
    await bench.command({ type: 'end_drill', drill: begun!.id })
    expect((await bench.tickets())[0]!.commands).toHaveLength(1)
  })

  it('sends nobody whom it does not name, and joins no report', async () => {
    await drill()
    await bench.leak()
    const ticket = (await bench.ticket()).id
    const assign = { type: 'act_on_ticket', ticket, action: 'assign', assignee: 'zhang' } as const
    await expect(bench.command(assign)).rejects.toThrow('the drill does not name')
  })

  it('is short, known, and never beside another', async () => {
    await expect(drill({ endsAt: bench.clock.now() + 12 * HOUR + 1 })).rejects.toThrow('in the next 12 hours')
    await expect(drill({ over: { devices: ['nope'] } })).rejects.toThrow('nope does not exist')
    await expect(drill({ notify: { responders: ['nope'], channels: [] } })).rejects.toThrow('no responder of site')
    await expect(drill({ over: { building: 'nowhere' } })).rejects.toThrow('no device of site default is meant')
    const { drill: begun } = await drill()
    await expect(drill({ over: {} })).rejects.toThrow(`${LEAK} is in the drill ${begun!.id}`)
  })

  it('is told by the audit chain: a ticket that is called one afterwards is found', async () => {
    await bench.leak()
    await bench.store.writer.updateTable('tickets').set({ drill: 'd' }).execute()
    const found = await verifyAudit(bench.store.reader)
    expect(JSON.stringify(found)).toContain('drill is d and was null')
  })
})
