import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal, Ticket } from '../../../rules/model.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { callsOf, saveCall } from '../../../rules/storage/ticket-calls.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { transaction } from '../../../rules/storage/connect.ts'
import { EngineBench, MINUTE, START } from '../../support/engine.ts'
import { onDutyAlways, responder, savePlan } from '../../support/people.ts'

let bench: EngineBench
let ticket: Ticket
beforeEach(async () => {
  bench = await EngineBench.open()
  await onDutyAlways(bench, responder('li-wei', { name: '李伟' }), responder('b'), responder('c'))
  await bench.leak()
  ticket = await bench.ticket()
  await call('b')
})
afterEach(() => bench.close())

/** As a step of a ladder calls somebody more. */
const call = (responder: string) =>
  transaction(bench.store.writer, (db) =>
    saveCall(db, { ticket: ticket.id, responder, at: START, reason: 'escalation' }),
  )
const person = (id: string): Principal => ({ id: `token of ${id}`, name: id, role: 'responder', sites: ['default'] })
const act = async (action: 'accept' | 'decline' | 'depart', by: Principal, assignee?: string) =>
  (await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action, assignee }, by)).ticket!
const accept = (responder: string, by = person(responder)) => act('accept', by, responder)
const dispatcher: Principal = { id: 'd', name: 'Dora', role: 'dispatcher', sites: null }

describe('a job', () => {
  it('is of the first who accepts it, whoever was to have it; the others are told', async () => {
    await bench.pass(MINUTE)
    expect(await accept('b')).toMatchObject({ state: 'accepted', assignee: 'b', reached: { accept: START + MINUTE } })
    const history = (await historyOf(bench.store.reader, ticket.id)).slice(-2)
    expect(history).toMatchObject([
      { by: 'b', action: 'assign', note: 'name of b (b): the first to accept' },
      { by: 'b', action: 'accept' },
    ])
    const taken = (await noticesOf(bench.store.reader, { ticket: ticket.id })).filter(
      ({ kind }) => kind === 'ticket.taken',
    )
    expect(taken).toMatchObject([{ recipient: 'li-wei', emergency: false, body: { by: 'b' } }])
    const calls = await callsOf(bench.store.reader, ticket.id)
    expect(calls.map(({ responder, answer }) => [responder, answer])).toEqual([
      ['b', 'accepted'],
      ['li-wei', null],
    ])
  })

  it('is taken also while nobody has it', async () => {
    await savePlan(bench, 'responder', responder('off-duty'))
    await call('off-duty')
    for (const each of ['li-wei', 'b', 'c']) await act('decline', person(each))
    expect(await bench.ticket()).toMatchObject({ state: 'pending_dispatch' })
    const taken = { state: 'accepted', assignee: 'off-duty', reached: { dispatch: START } }
    expect(await accept('off-duty')).toMatchObject(taken)
  })

  it('that somebody has accepted is nobody else’s, and who has it is told', async () => {
    await act('accept', person('li-wei'))
    const taken =
      /^accept is not allowed while the ticket is accepted: already accepted by 李伟 \(li-wei\) at 2026-11-23T/
    await expect(accept('b')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(taken) as string,
    })
    await expect(act('accept', dispatcher)).rejects.toThrow(taken)
    await act('depart', person('li-wei'))
    await expect(accept('b')).rejects.toThrow('already accepted by 李伟 (li-wei)')
    await expect(act('accept', person('li-wei'))).rejects.toThrow('you have accepted it already')
    expect(await bench.ticket()).toMatchObject({ state: 'en_route', assignee: 'li-wei' })
  })

  it('is not for who was not called, has declined, or speaks for another', async () => {
    for (const attempt of [() => accept('c'), () => accept('b', person('c')), () => act('depart', person('b'))]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    }
    await act('decline', person('li-wei'))
    await expect(accept('li-wei')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is accepted by a dispatcher for who has it, or for whom he names', async () => {
    expect(await act('accept', dispatcher, 'b')).toMatchObject({ assignee: 'b', state: 'accepted' })
    await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action: 'decline' }, dispatcher)
    expect(await act('accept', dispatcher)).toMatchObject({ assignee: 'c', state: 'accepted' })
  })

  it('that was cancelled is nobody’s', async () => {
    await bench.cancel(ticket.id)
    await expect(accept('b')).rejects.toThrow('accept is not allowed while the ticket is cancelled; allowed: nothing')
  })
})
