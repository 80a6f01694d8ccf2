import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Milestone, Ticket } from '../../../rules/model.ts'
import { EngineBench, HOUR, MINUTE } from '../../support/engine.ts'
import { adopt, completed, local, shown } from '../../support/follow-ups.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open(local('10:00'))))
afterEach(() => bench.close())

async function complain(rest: { about?: string } = {}): Promise<Ticket> {
  const said = { site: 'default', channel: 'telephone', text: '电梯太慢', about: null, ...rest }
  return (await bench.command({ type: 'open_complaint', ...said })).ticket!
}

const respond = async ({ id }: Ticket) =>
  (await bench.command({ type: 'respond_to_complaint', complaint: id, note: 'telephoned' })).ticket!
const settlement = { answer: 'more lifts at noon', cause: 'one lift for all', prevention: 'a timetable' }
const settle = async ({ id }: Ticket, rest: Partial<typeof settlement> = {}) =>
  (await bench.command({ type: 'settle_complaint', complaint: id, ...settlement, ...rest })).ticket!
const close = ({ id }: Ticket, satisfied: boolean, note = '') =>
  bench.command({ type: 'close_complaint', complaint: id, satisfied, note })

const dueOf = ({ clocks }: Ticket) => clocks.map(({ id, dueAt }) => `${id} ${shown(dueAt)}`)

/** Kept exactly at its due time, missed a millisecond later. */
async function keptUntil(milestone: Milestone, at: string, act: (ticket: Ticket) => Promise<Ticket>): Promise<void> {
  const opened = [await complain(), await complain()]
  const results: string[] = []
  for (const [lateMs, ticket] of opened.entries()) {
    bench.clock.set(local(at) + lateMs)
    results.push((await act(ticket)).clocks.find((clock) => clock.id === milestone)!.state)
  }
  expect(results).toEqual(['met', 'met_late'])
}

describe('the clocks of a complaint', () => {
  it.each(['D1', 'D3', 'D4'])('%s complaint: answered in 24 h', async (document) => {
    await adopt(bench, document)
    expect(dueOf(await complain())).toEqual(['respond 2026-11-24 10:00'])
    await keptUntil('respond', '2026-11-24T10:00', respond)
  })

  it('D7 complaint: a satisfactory answer in 48 h', async () => {
    await adopt(bench, 'D7')
    expect(dueOf(await complain())).toEqual(['respond 2026-11-24 10:00', 'complete 2026-11-25 10:00'])
    await keptUntil('complete', '2026-11-25T10:00', settle)
  })

  it('D9 complaint: reply in 24 h, solved in 3 working days, which a weekend extends', async () => {
    await adopt(bench, 'D9')
    bench.clock.set(local('2026-11-26T10:00'))
    expect(dueOf(await complain())).toEqual(['respond 2026-11-27 10:00', 'complete 2026-12-02 00:00'])
    await keptUntil('complete', '2026-12-02T00:00', settle)
  })

  it('D14 complaint: respond in 15 min, solved in 4 h; so it is where nothing else is promised', async () => {
    const due = ['respond 2026-11-23 10:15', 'complete 2026-11-23 14:00']
    expect(dueOf(await complain())).toEqual(due)
    await adopt(bench, 'D14')
    expect(dueOf(await complain())).toEqual(due)
    await keptUntil('respond', '10:15', respond)
    bench.clock.set(local('2026-11-24T10:00'))
    await keptUntil('complete', '2026-11-24T14:00', settle)
  })

  it('run over a restart, and a late one is told', async () => {
    const { id } = await complain()
    await bench.restart(15 * MINUTE + 1)
    await bench.engine.tick()
    expect((await bench.ticket(id)).clocks[0]).toMatchObject({ milestone: 'respond', state: 'breached' })
  })
})

describe('a complaint', () => {
  it('is about a ticket of its site, and stands in the history with who did what', async () => {
    const ticket = await completed(bench, { category: 'elevator' })
    const complaint = await complain({ about: ticket.id })
    expect(complaint).toMatchObject({ kind: 'complaint', category: 'elevator', priority: 'medium', location: '1-101' })
    expect(complaint.title.zh).toBe('投诉：报修')
    await respond(complaint)
    await settle(complaint)
    const closed = (await close(complaint, true)).ticket!
    expect(closed).toMatchObject({ state: 'closed', closedAt: bench.clock.now() })
    expect(closed.job.complaint).toEqual({ about: ticket.id, followUp: null, channel: 'telephone', ...settlement })
    const query = bench.store.reader.selectFrom('ticket_history').select('action').where('ticket', '=', complaint.id)
    expect((await query.orderBy('id').execute()).map(({ action }) => action)).toEqual([
      'open',
      'contact',
      'complete',
      'close',
    ])
    await expect(complain({ about: 'nothing' })).rejects.toThrow('about: ticket nothing does not exist in site default')
  })

  it('D14 is settled with its cause and what prevents it next time, and once', async () => {
    const complaint = await complain()
    await expect(close(complaint, true)).rejects.toMatchObject({ code: 'conflict' })
    for (const text of ['answer', 'cause', 'prevention']) {
      await expect(settle(complaint, { [text]: ' ' })).rejects.toThrow(`${text}: `)
    }
    await settle(complaint)
    await expect(settle(complaint)).rejects.toMatchObject({ code: 'conflict' })
    await expect(respond(complaint)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('whose answer does not satisfy is followed by a new one, for which everything runs anew', async () => {
    const ticket = await completed(bench)
    const first = await settle(await complain({ about: ticket.id }))
    bench.clock.advance(HOUR)
    await expect(close(first, false)).rejects.toThrow('note: ')
    const { ticket: closed, followedBy } = await close(first, false, 'still slow')
    expect([closed!.state, closed!.clocks.map(({ state }) => state)]).toEqual(['closed', ['met', 'met']])
    expect(followedBy).toMatchObject({ state: 'pending_dispatch', follows: first.id, description: 'still slow' })
    expect(followedBy!.job.complaint).toMatchObject({ about: ticket.id, answer: '' })
    expect(dueOf(followedBy!)).toEqual(['respond 2026-11-23 11:15', 'complete 2026-11-23 15:00'])
  })

  it('is not what another ticket is', async () => {
    await expect(settle(await completed(bench))).rejects.toMatchObject({ code: 'not_found' })
  })
})
