import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CallInAnswer, Commitment, Principal, Ticket } from '../../../rules/model.ts'
import { callInsOf } from '../../../rules/storage/call-ins.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { ADMIN, EngineBench, HOUR, MINUTE, START } from '../../support/engine.ts'
import { onDutyAlways, responder, savePlan, SMS } from '../../support/people.ts'

const DUE = START + HOUR

let bench: EngineBench
let ticket: Ticket
beforeEach(async () => {
  bench = await EngineBench.open()
  await savePlan(bench, 'channel', SMS)
  await savePlan(bench, 'responder', responder('a-off-duty', { skills: [] }))
  await savePlan(bench, 'responder', responder('ill', { enabled: false }))
  await onDutyAlways(bench, responder('b'), responder('c'))
  await bench.leak()
  ticket = await bench.ticket()
})
afterEach(() => bench.close())

const callIn = async (rest: { people?: number; withinMs?: number; skill?: string } = { people: 2 }) =>
  bench.command({ type: 'call_in', ticket: ticket.id, ...rest })
const running = async () => (await callInsOf(bench.store.reader, ticket.id)).at(-1)!
const answer = async (responder: string, answer: CallInAnswer, by: Principal = ADMIN) =>
  (await bench.command({ type: 'answer_call_in', callIn: (await running()).id, responder, answer }, by)).callIn!
const notices = async (kind: string) =>
  (await noticesOf(bench.store.reader, { ticket: ticket.id })).filter((notice) => notice.kind === kind)
const lines = async () => {
  const history = await historyOf(bench.store.reader, ticket.id)
  return history.filter(({ action }) => !['open', 'assign'].includes(action))
}

describe('a special event', () => {
  it('calls everyone of the site who is there, those on duty first, each with the urgency of an emergency', async () => {
    expect(await callIn()).toMatchObject({ called: 3, callIn: { people: 2, dueAt: DUE, state: 'running' } })
    const told = await notices('ticket.call_in')
    expect(told.map(({ recipient }) => recipient)).toEqual(['b', 'c', 'a-off-duty'])
    expect(told[0]).toMatchObject({ emergency: true, body: { people: 2, dueAt: DUE } })
    expect(await callIn({ people: 2 }).catch(String)).toContain('0 of 2 have arrived')
  })

  it('calls neither the fire service nor the maintenance firm', async () => {
    await savePlan(bench, 'responder', responder('119', { roles: ['fire_service'] }))
    await savePlan(bench, 'responder', responder('firm', { roles: ['maintenance_firm'] }))
    expect(await callIn()).toMatchObject({ called: 3 })
  })

  it('calls those with a skill, where one is asked for', async () => {
    expect(await callIn({ skill: 'water' })).toMatchObject({ called: 2 })
  })

  it('needs as many as were promised when the ticket opened, else 20 within 60 minutes', async () => {
    expect((await callIn({})).callIn).toMatchObject({ people: 20, dueAt: DUE })
    const targets = [{ milestone: 'arrive', withinMs: MINUTE, calendar: 'around_the_clock' }] as const
    const promised = { targets, callIn: { people: 7, withinMs: 30 * MINUTE } }
    const own: Commitment = { id: 'own', name: { zh: '特发', en: 'Own' }, sites: ['default'], ...promised }
    await savePlan(bench, 'commitment', own)
    const report = { title: 'x', description: '', location: '', device: null, reporter: null }
    const asked = { site: 'default', category: 'other', priority: 'high', ...report } as const
    ticket = (await bench.command({ type: 'report_ticket', ...asked })).ticket!
    expect((await callIn({})).callIn).toMatchObject({ people: 7, dueAt: START + 30 * MINUTE })
  })

  it('is met by the last who is needed at the very due time, over a restart', async () => {
    await callIn()
    await answer('b', 'coming')
    await answer('b', 'arrived')
    await bench.restart(HOUR)
    await bench.engine.tick()
    expect(await answer('c', 'arrived')).toMatchObject({ state: 'met', metAt: DUE })
    await bench.pass(MINUTE)
    expect(await running()).toMatchObject({ state: 'met' })
    expect(await notices('clock.breached')).not.toContainEqual(
      expect.objectContaining({ body: expect.objectContaining({ milestone: 'call_in' }) as unknown }),
    )
    const told = (await lines()).filter(({ action }) => action.startsWith('call-in'))
    expect(told.map(({ action, note }) => [action, note])).toEqual([
      ['call-in', '2 needed, 3 called'],
      ['call-in-answer', 'name of b (b): coming; 0 of 2 arrived'],
      ['call-in-answer', 'name of b (b): arrived; 1 of 2 arrived'],
      ['call-in-answer', 'name of c (c): arrived; 2 of 2 arrived'],
      ['call-in-met', '2 of 2 arrived'],
    ])
  })

  it('is breached a millisecond later, once, also while the service was down, and then met late', async () => {
    await callIn()
    await answer('b', 'arrived')
    await bench.restart(HOUR + MINUTE)
    await bench.engine.tick()
    await bench.engine.tick()
    expect(await running()).toMatchObject({ state: 'breached', metAt: null })
    const breaches = (await lines()).filter(({ note }) => note.startsWith('call_in'))
    expect(breaches).toMatchObject([{ at: DUE + 1, by: 'system', note: 'call_in: 1 of 2 arrived' }])
    const told = (await notices('clock.breached')).filter(({ body }) => body.milestone === 'call_in')
    expect(told).toMatchObject([{ body: { arrived: 1 } }])
    expect(await answer('c', 'arrived')).toMatchObject({ state: 'met_late', metAt: DUE + MINUTE })
  })

  it('is found late by an answer, where no tick looked before', async () => {
    await callIn({ people: 1 })
    bench.clock.advance(HOUR + 1)
    expect(await answer('c', 'arrived')).toMatchObject({ state: 'met_late', metAt: DUE + 1 })
    expect((await lines()).filter(({ note }) => note.startsWith('call_in'))).toHaveLength(1)
  })

  it('ends with its ticket', async () => {
    await callIn()
    await bench.cancel(ticket.id)
    expect(await running()).toMatchObject({ state: 'cancelled' })
    await expect(answer('b', 'arrived')).rejects.toMatchObject({ code: 'conflict' })
    await expect(callIn()).rejects.toThrow('to a ticket that is cancelled, but while pending_dispatch or')
    await bench.pass(2 * HOUR)
    expect(await running()).toMatchObject({ state: 'cancelled' })
  })

  it('counts whom it knows, each once, and each for himself', async () => {
    await callIn()
    await expect(answer('nobody', 'arrived')).rejects.toMatchObject({ code: 'invalid' })
    const b: Principal = { id: 'token', name: 'b', role: 'responder', sites: ['default'] }
    await expect(answer('c', 'arrived', b)).rejects.toMatchObject({ code: 'forbidden' })
    await answer('b', 'arrived', b)
    await bench.pass(MINUTE)
    expect((await answer('b', 'arrived', b)).answers).toEqual([{ responder: 'b', answer: 'arrived', at: START }])
    expect((await lines()).filter(({ action }) => action === 'call-in-answer')).toHaveLength(1)
  })
})
