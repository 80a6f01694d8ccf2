import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal, Ticket } from '../../../rules/model.ts'
import { EngineBench, HOUR, MINUTE } from '../../support/engine.ts'
import { savePlan, SMS } from '../../support/people.ts'
import { lines, promise, report, resident, tasks, texts } from '../../support/residents.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const WHY = { reason: '缺配件', plan: '明早九点更换' }
const explain = async ({ id }: Ticket, way?: 'in_person' | 'written', by?: Principal) =>
  (await bench.command({ type: 'explain', ticket: id, ...WHY, way }, by)).ticket!
const owed = async ({ id }: Ticket) => (await tasks(bench, id)).filter(({ kind }) => kind === 'explain_delay')

describe('what is late', () => {
  it('D15: nobody sent within 24 hours: the reason and the plan are owed, told and logged', async () => {
    await promise(bench, 'D15')
    await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench)
    await resident(bench, ticket)
    await bench.pass(24 * HOUR)
    expect(await owed(ticket)).toEqual([])
    await bench.pass(1)
    expect(await owed(ticket)).toMatchObject(
      [
        {
          state: 'open',
          dueAt: ticket.openedAt + 24 * HOUR + 1 + 15 * MINUTE,
          about: { milestone: 'dispatch', otherwise: 'tell_reason_and_plan', quote: /说明原因及处理计划/ },
        },
      ].map(({ about, ...rest }) => ({
        ...rest,
        about: { ...about, quote: expect.stringMatching(about.quote) as string },
      })),
    )
    const { job } = await explain(ticket)
    expect(job.explanations).toMatchObject([{ by: 'Zhang', ...WHY, way: 'sms' }])
    expect((await texts(bench, ticket.id)).map(({ body, address }) => [body.reason, body.plan, address])).toEqual([
      ['缺配件', '明早九点更换', '13900000001'],
    ])
    expect(await owed(ticket)).toMatchObject([{ state: 'done', settledBy: 'Zhang' }])
    expect(await lines(bench, ticket.id, 'explain', 'task_done')).toEqual([
      'Zhang explain: sms: 缺配件; 明早九点更换',
      'Zhang task_done: explain_delay: sms',
    ])
  })

  it('D9: a complaint that is not solved in three working days is answered with a plan', async () => {
    await promise(bench, 'D9')
    const ticket = await report(bench, { kind: 'complaint' })
    await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action: 'contact' })
    await bench.pass(ticket.clocks.find(({ milestone }) => milestone === 'complete')!.dueAt + 1 - bench.clock.now())
    expect(await owed(ticket)).toMatchObject([
      { about: { otherwise: 'tell_reason_and_plan', quote: '在3个工作日内解决问题或提供解决方案' } },
    ])
    await explain(ticket, 'in_person')
    expect(await owed(ticket)).toMatchObject([{ state: 'done' }])
  })

  it('D10: what cannot be done that day gets its reason written', async () => {
    await promise(bench, 'D10')
    const ticket = await report(bench)
    await bench.pass(ticket.clocks.find(({ milestone }) => milestone === 'complete')!.dueAt + 1 - bench.clock.now())
    expect(await owed(ticket)).toMatchObject([{ about: { milestone: 'complete', otherwise: 'write_reason' } }])
    expect((await explain(ticket)).job.explanations).toMatchObject([{ reason: '缺配件', way: 'written' }])
    expect(await owed(ticket)).toMatchObject([{ state: 'done' }])
  })

  it('D8: what cannot be finished in time is explained to the customer in person', async () => {
    await promise(bench, 'D8')
    await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench)
    await resident(bench, ticket)
    await bench.pass(10 * MINUTE + 1)
    expect(await owed(ticket)).toMatchObject([{ state: 'open', about: { milestone: 'arrive', otherwise: null } }])
    expect((await explain(ticket, 'in_person')).job.explanations).toMatchObject([{ way: 'in_person' }])
    expect(await texts(bench, ticket.id)).toEqual([])
    expect(await owed(ticket)).toMatchObject([{ state: 'done' }])
  })

  it('is of the promise that was missed, and of two that are the same of the one that says what is owed', async () => {
    for (const document of ['D7', 'D9', 'D15']) await promise(bench, document)
    const alike = { id: 'a', name: { zh: '同', en: 'Same' }, sites: ['default'] }
    const target = { milestone: 'dispatch', withinMs: 24 * HOUR, calendar: 'around_the_clock' } as const
    await savePlan(bench, 'commitment', { ...alike, targets: [target] })
    const [complaint, repair] = [await report(bench, { kind: 'complaint' }), await report(bench)]
    await bench.pass(24 * HOUR + 1)
    expect(await owed(repair)).toMatchObject([
      { about: { commitment: 'our-D15', missed: repair.openedAt + 24 * HOUR } },
    ])
    await bench.pass(24 * HOUR)
    expect(await owed(complaint)).toEqual([])
    await bench.pass(48 * HOUR)
    expect(await owed(complaint)).toMatchObject([{ about: { commitment: 'our-D9', milestone: 'complete' } }])
  })

  it('is owed once while it is open, and again after what is missed next', async () => {
    const ticket = await report(bench, { reporter: { phone: '13900000001' } })
    await bench.pass(10 * MINUTE + 1)
    expect((await owed(ticket)).map(({ about }) => about.milestone)).toEqual(['accept'])
    await explain(ticket)
    await bench.pass(48 * HOUR)
    expect((await owed(ticket)).map(({ about }) => about.milestone)).toEqual(['accept', 'complete'])
  })

  it('is owed to nobody where nobody waits and nothing was promised', async () => {
    await bench.leak()
    await bench.pass(HOUR)
    expect(await owed(await bench.ticket())).toEqual([])
  })

  it('is not owed any more when the ticket is cancelled', async () => {
    const ticket = await report(bench, { reporter: { phone: '13900000001' } })
    await bench.pass(HOUR)
    await bench.cancel(ticket.id)
    expect(await owed(ticket)).toMatchObject([{ state: 'dropped', note: 'the ticket is cancelled' }])
  })
})

describe('an explanation', () => {
  it('is given by who has the job, with words, while the ticket is open', async () => {
    const ticket = await report(bench)
    const li: Principal = { id: 'li', name: 'Li', role: 'responder', sites: null }
    await expect(explain(ticket, 'written', li)).rejects.toMatchObject({ code: 'forbidden' })
    await bench.act(ticket.id, 'assign')
    expect((await explain(ticket, 'written', li)).job.explanations).toHaveLength(1)
    const mute = { type: 'explain', ticket: ticket.id, reason: 'x', plan: ' ' } as const
    await expect(bench.command(mute)).rejects.toMatchObject({ code: 'invalid' })
    const elsewhere = { ...li, sites: ['north'] }
    await expect(explain(ticket, 'written', elsewhere)).rejects.toMatchObject({ code: 'not_found' })
    await bench.cancel(ticket.id)
    await expect(explain(ticket)).rejects.toThrow(/while the ticket is cancelled, but while pending_dispatch or/)
  })

  it('is one of fifty at most, and says what to do instead', async () => {
    const ticket = await report(bench)
    for (let count = 1; count <= 50; count++) await explain(ticket, 'written')
    await expect(explain(ticket, 'written')).rejects.toMatchObject({
      ...{ code: 'conflict', message: expect.stringContaining('telephone who waits') as string },
    })
    expect((await bench.ticket(ticket.id)).job.explanations).toHaveLength(50)
  })

  it('each is told, also the second one', async () => {
    await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench)
    await resident(bench, ticket)
    await explain(ticket)
    await explain(ticket)
    expect(await texts(bench, ticket.id)).toHaveLength(2)
  })
})
