import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CostLine, Ticket } from '../../../rules/model.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { EngineBench, START } from '../../support/engine.ts'
import { act, byResponder, dispatcher, report, walkTo } from '../../support/jobs.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const pipe: CostLine = { kind: 'material', name: '水管', quantity: 2, unit: 'm', unitPriceFen: 3_000 }
const edit = (ticket: Ticket, rest: object, by = dispatcher) =>
  bench.command({ type: 'edit_job', ticket: ticket.id, ...rest }, by)
const quote = (ticket: Ticket, amountFen: number) =>
  bench.command({ type: 'quote_job', ticket: ticket.id, amountFen }, dispatcher)
const agree = (ticket: Ticket, name = '李女士') =>
  bench.command({ type: 'agree_quote', ticket: ticket.id, name }, dispatcher)
const conflict = (message: RegExp) => ({
  code: 'conflict',
  message: expect.stringMatching(message) as string,
})

async function paidJob(priority: 'medium' | 'critical' = 'medium'): Promise<Ticket> {
  const ticket = await report(bench, { priority })
  await edit(ticket, { paid: true })
  await walkTo(bench, ticket.id, 'arrive')
  return ticket
}

describe('D19: prices are told before paid work', () => {
  it('begins after the customer agreed to the price that he was told, and a new price needs a new agreement', async () => {
    const ticket = await paidJob()
    await expect(act(bench, ticket.id, 'first-handling')).rejects.toMatchObject(conflict(/not told the price/))
    await expect(agree(ticket)).rejects.toMatchObject(conflict(/quote it first/))
    await quote(ticket, 5_000)
    await expect(act(bench, ticket.id, 'complete')).rejects.toMatchObject(conflict(/did not agree to 5000 fen/))
    await agree(ticket)
    await act(bench, ticket.id, 'first-handling')
    await quote(ticket, 6_000)
    expect((await bench.ticket(ticket.id)).job.charge).toEqual({ paid: true, quotedFen: 6_000, agreed: null })
    await expect(act(bench, ticket.id, 'complete')).rejects.toMatchObject(conflict(/did not agree to 6000 fen/))
    await agree(ticket)
    const { job } = await act(bench, ticket.id, 'complete')
    expect(job.charge.agreed).toEqual({ name: '李女士', at: START, by: 'the dispatcher' })
  })

  it('is not completed dearer than was agreed, nor made dearer afterwards', async () => {
    const ticket = await paidJob()
    await quote(ticket, 6_000)
    await agree(ticket)
    await edit(ticket, { costs: [pipe, { ...pipe, quantity: 0.001 }] })
    await expect(act(bench, ticket.id, 'complete')).rejects.toMatchObject(conflict(/costs 6003 fen and 6000 were/))
    await edit(ticket, { costs: [pipe] })
    await act(bench, ticket.id, 'complete')
    await expect(edit(ticket, { costs: [pipe, pipe] })).rejects.toMatchObject(conflict(/costs 12000 fen/))
    await edit(ticket, { costs: [{ ...pipe, name: 'PPR 管' }] })
    await expect(quote(ticket, 90_000)).rejects.toMatchObject(
      conflict(/while the ticket is completed, but while .*site/),
    )
  })

  it('never holds up an emergency; that the price was not agreed is recorded', async () => {
    const ticket = await paidJob('critical')
    await act(bench, ticket.id, 'first-handling', { note: '关阀' })
    await act(bench, ticket.id, 'complete')
    const notes = (await historyOf(bench.store.reader, ticket.id)).slice(-2).map(({ action, note }) => [action, note])
    expect(notes).toEqual([
      ['first-handling', '关阀 (the price was not agreed)'],
      ['complete', ' (the price was not agreed)'],
    ])
    await quote(ticket, 5_000)
  })

  it('is said by a responder of his job; that it is free after all by a dispatcher', async () => {
    const ticket = await report(bench)
    await walkTo(bench, ticket.id, 'accept')
    await edit(ticket, { paid: true }, byResponder('Li'))
    await expect(edit(ticket, { paid: false }, byResponder('Li'))).rejects.toMatchObject({ code: 'forbidden' })
    await edit(ticket, { paid: false })
  })
})

it('D12: free work has its costs itemised and charges nothing', async () => {
  const ticket = await report(bench)
  await edit(ticket, { costs: [pipe] })
  await expect(quote(ticket, 100)).rejects.toMatchObject(conflict(/free/))
  await walkTo(bench, ticket.id, 'arrive')
  expect((await act(bench, ticket.id, 'complete')).job.charge).toEqual({ paid: false, quotedFen: null, agreed: null })
})
