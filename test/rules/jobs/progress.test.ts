import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ticket } from '../../../rules/model.ts'
import { EngineBench, MINUTE } from '../../support/engine.ts'
import { OutboxBench } from '../../support/outbox-bench.ts'
import { responder, savePlan, SMS } from '../../support/people.ts'
import { promise, report, resident, tasks, texts } from '../../support/residents.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await savePlan(bench, 'responder', responder('li', { name: '李师傅' }))
})
afterEach(() => bench.close())

async function go(
  ticket: Ticket,
  ...actions: ('assign' | 'accept' | 'decline' | 'depart' | 'arrive' | 'hold' | 'complete')[]
) {
  for (const action of actions) {
    const details = { note: action === 'hold' ? '等配件' : '', ...(action === 'assign' && { assignee: 'li' }) }
    await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action, ...details })
  }
}
const said = async ({ id }: Ticket) => (await texts(bench, id)).map(({ body }) => (body.said as { zh: string }).zh)
const toTell = async ({ id }: Ticket) => (await tasks(bench, id)).filter(({ kind }) => kind === 'tell_resident')

describe('a resident who chose a text message', () => {
  it('D17: hears who comes and by when, that he is on his way, why it waits and that it is done', async () => {
    await promise(bench, 'D13')
    await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench)
    await resident(bench, ticket)
    await go(ticket, 'assign', 'accept', 'depart', 'arrive', 'hold')
    await bench.act(ticket.id, 'resume')
    await go(ticket, 'complete')
    expect(await said(ticket)).toEqual([
      ...['李师傅已接单，预计 11-23 10:10 前到达', '李师傅已出发', '处理暂停', '已处理完成'],
    ])
    const sent = await texts(bench, ticket.id)
    expect(new Set(sent.map(({ channel, address, recipient }) => [channel, address, recipient].join()))).toEqual(
      new Set(['sms,13900000001,']),
    )
    expect(sent[2]!.body).toMatchObject({ number: 'BX20261123-0001', reason: '等配件' })
    expect(await tasks(bench, ticket.id)).toEqual([])
  })

  it('has what waits withdrawn once it is overtaken', async () => {
    await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench)
    await resident(bench, ticket)
    await go(ticket, 'assign', 'accept', 'depart', 'arrive')
    expect((await texts(bench, ticket.id)).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn'])
  })

  it('gets one message of a step; that another comes instead is told by telephone', async () => {
    await savePlan(bench, 'channel', SMS)
    await savePlan(bench, 'responder', responder('wu', { name: '吴师傅' }))
    const ticket = await report(bench)
    await resident(bench, ticket)
    await go(ticket, 'assign', 'accept', 'decline')
    await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action: 'assign', assignee: 'wu' })
    await go(ticket, 'accept')
    expect(await texts(bench, ticket.id)).toHaveLength(1)
    expect(await toTell(ticket)).toMatchObject([
      { about: { said: { zh: expect.stringContaining('吴师傅') as string } } },
    ])
  })

  it('hears nothing of another who reported the same, and each number hears once', async () => {
    await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench, { title: '王女士家漏水' })
    await resident(bench, ticket, { number: 'BX-1' })
    await resident(bench, ticket, { number: 'BX-2', name: '赵先生', phone: '13900000002', household: '2-202' })
    await resident(bench, ticket, { number: 'BX-3' })
    await go(ticket, 'assign', 'accept')
    const sent = await texts(bench, ticket.id)
    expect(sent.map(({ address, body }) => [address, body.number])).toEqual([
      ['13900000001', 'BX-3'],
      ['13900000002', 'BX-2'],
    ])
    expect(JSON.stringify(sent.map(({ body }) => body))).not.toMatch(/王女士|赵先生|1-101|2-202|139/)
  })

  it.each([
    ['no channel sends text messages', {}, false],
    ['the channel serves another site', {}, true],
    ['his number cannot be dialled', { phone: '门卫转' }, false],
  ])('is telephoned where %s', async (_, rest, elsewhere) => {
    if (elsewhere) {
      await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'Asia/Shanghai' } })
      await savePlan(bench, 'channel', { ...SMS, sites: ['north'] })
    } else if ('phone' in rest) await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench)
    const { name, phone, household, number } = await resident(bench, ticket, rest)
    await go(ticket, 'assign', 'accept')
    expect(await texts(bench, ticket.id)).toEqual([])
    expect(await toTell(ticket)).toMatchObject([
      { state: 'open', assignee: null, about: { step: 'accepted', residents: [{ name, phone, household, number }] } },
    ])
  })
})

describe('a resident who chose a call', () => {
  it('D17: is telephoned: one task, with the newest that there is to say', async () => {
    await savePlan(bench, 'channel', SMS)
    const ticket = await report(bench)
    await resident(bench, ticket, { progress: 'telephone' })
    await go(ticket, 'assign', 'accept')
    await bench.pass(MINUTE)
    await go(ticket, 'depart')
    expect(await toTell(ticket)).toMatchObject([{ about: { step: 'en_route', said: { zh: '李师傅已出发' } } }])
    const [task] = await toTell(ticket)
    await bench.command({ type: 'settle_task', task: task!.id, to: 'done' })
    await go(ticket, 'arrive', 'complete')
    expect((await toTell(ticket)).map(({ state, about }) => [state, about.step])).toEqual([
      ['done', 'en_route'],
      ['open', 'completed'],
    ])
  })

  it('D15: is told why it is late and what the plan is beside what comes next, and of each once', async () => {
    const ticket = await report(bench)
    await resident(bench, ticket, { progress: 'telephone' })
    for (const plan of ['明早', '明晚'])
      await bench.command({ type: 'explain', ticket: ticket.id, reason: '缺配件', plan })
    await go(ticket, 'assign', 'accept', 'depart')
    expect((await toTell(ticket)).map(({ about }) => [about.step, about.plan])).toEqual([
      ...[
        ['explained-1', '明早'],
        ['explained-2', '明晚'],
        ['en_route', undefined],
      ],
    ])
  })

  it('hears of rework of what he reported as he heard of that', async () => {
    const original = await report(bench)
    await resident(bench, original, { progress: 'telephone' })
    await go(original, 'assign', 'accept', 'depart', 'arrive', 'complete')
    const rework = (await bench.command({ type: 'act_on_ticket', ticket: original.id, action: 'rework' })).ticket!
    await go(rework, 'assign', 'accept')
    expect(await toTell(rework)).toMatchObject([{ about: { step: 'accepted', residents: [{ name: '王女士' }] } }])
  })

  it('D15: is told regularly, each time that there is something to tell; who wants nothing is left alone', async () => {
    const [told, left] = [await report(bench), await report(bench, { reporter: { phone: '13900000001' } })]
    await resident(bench, told, { progress: 'telephone', number: 'a' })
    await resident(bench, left, { progress: 'none', number: 'b' })
    const steps: unknown[] = []
    for (const action of ['assign', 'accept', 'depart', 'arrive', 'hold'] as const) {
      await go(told, action)
      await go(left, action)
      steps.push((await toTell(told)).at(-1)?.about.step)
    }
    expect(steps).toEqual([undefined, 'accepted', 'en_route', 'en_route', 'on_hold'])
    expect([await texts(bench, left.id), await toTell(left)]).toEqual([[], []])
  })
})

describe('what is sent', () => {
  let out: OutboxBench
  beforeEach(async () => {
    out = await OutboxBench.open()
    await out.channel('sms', 'http_sms', { language: 'en' })
    await savePlan(out.engine, 'responder', responder('li', { name: '李师傅' }))
  })
  afterEach(() => out.close())

  async function accepted() {
    const ticket = await report(out.engine)
    await resident(out.engine, ticket)
    for (const action of ['assign', 'accept'] as const) {
      const details = action === 'assign' ? { assignee: 'li' } : {}
      await out.engine.command({ type: 'act_on_ticket', ticket: ticket.id, action, ...details })
    }
    await out.outbox.flush()
    return ticket
  }

  it('is in the resident’s language, whatever the channel’s, without a link', async () => {
    await accepted()
    const messages = out.sent.map(({ message }) => message).filter(({ address }) => address === '13900000001')
    expect(messages).toMatchObject([
      {
        language: 'zh',
        title: '报修 BX20261123-0001：李师傅已接单，预计 11-23 10:10 前到达',
        lines: [],
        mention: null,
      },
    ])
  })

  it('and is refused by the provider becomes a task', async () => {
    out.world = (_, { address }) =>
      address === '13900000001' ? { ok: false, answer: 'no such number', retry: false } : { ok: true, answer: '' }
    const { id } = await accepted()
    expect((await tasks(out.engine, id)).map(({ kind, about }) => [kind, about.step])).toEqual([
      ['tell_resident', 'accepted'],
    ])
  })

  it('and is refused is told by telephone beside whom else there is to tell, the newest', async () => {
    out.world = (_, { address }) =>
      address === '13900000001' ? { ok: false, answer: 'no such number', retry: false } : { ok: true, answer: '' }
    const ticket = await report(out.engine)
    await resident(out.engine, ticket)
    await resident(out.engine, ticket, { number: 'b', phone: '13900000002', progress: 'telephone' })
    for (const action of ['assign', 'accept', 'depart'] as const) {
      const details = action === 'assign' ? { assignee: 'li' } : {}
      await out.engine.command({ type: 'act_on_ticket', ticket: ticket.id, action, ...details })
    }
    await out.outbox.flush()
    const [task, ...more] = await tasks(out.engine, ticket.id)
    expect(more).toEqual([])
    const residents = task!.about.residents as { phone: string }[]
    expect([task!.about.step, ...residents.map(({ phone }) => phone)]).toEqual([
      ...['en_route', '13900000002', '139 0000 0001'],
    ])
  })
})
