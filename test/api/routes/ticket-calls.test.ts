import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page, TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'
import { EngineBench } from '../../support/engine.ts'
import { onDutyAlways, responder, savePlan, SMS } from '../../support/people.ts'

interface Calls {
  items: { responder: string; name: string; reason: string; answer: string | null; answeredAt: string | null }[]
}
interface CallInView {
  id: string
  state: string
  people: number
  arrived: number
  called: number
  dueAt: string
  metAt: string | null
  warnings: { field: string; message: string }[]
  answers: { responder: string; name: string; answer: string }[]
}

let bench: EngineBench
let api: ApiTest
let tokens: Record<'wei' | 'b' | 'c' | 'dispatcher' | 'viewer' | 'engineer' | 'outsider', string>

beforeAll(async () => {
  bench = await EngineBench.open()
  await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'UTC' } })
  await onDutyAlways(bench, responder('li-wei', { name: '李伟' }), responder('b'))
  await savePlan(bench, 'responder', responder('c', { skills: [] }))
  await savePlan(bench, 'channel', SMS)
  await bench.stop()
  api = await startApi({ dataDir: bench.folder })
  tokens = {
    wei: await api.token('responder', ['default'], 'li-wei'),
    b: await api.token('responder', ['default'], 'b'),
    c: await api.token('responder', ['default'], 'c'),
    dispatcher: await api.token('dispatcher', ['default']),
    viewer: await api.token('viewer'),
    engineer: await api.token('engineer'),
    outsider: await api.token('dispatcher', ['north']),
  }
})
afterAll(async () => {
  await api.end()
  await bench.close()
})

const act = (id: string, action: string, token: string, body: object = {}) =>
  api.post<TicketView & { detail: string }>(`/tickets/${id}/${action}`, body, token)
const read = async (id: string) => (await api.get<TicketView>(`/tickets/${id}`)).body
const calls = async (id: string) => (await api.get<Calls>(`/tickets/${id}/calls`)).body.items
let leaks = 0
async function leak(): Promise<TicketView> {
  const ticket = await api.leak(`leak-of-${++leaks}`)
  if (ticket.assignee === null) throw new Error('nobody has it')
  return ticket
}
/** Both were called, one after the other. */
async function calledBoth(): Promise<{ id: string; second: 'wei' | 'b' }> {
  const { id, assignee } = await leak()
  const other = assignee === 'b' ? 'li-wei' : 'b'
  await act(id, 'assign', tokens.dispatcher, { assignee: other })
  return { id, second: other === 'b' ? 'b' : 'wei' }
}

describe('a ticket that several were called to', () => {
  it('has one who accepts it, however many do at once, and tells the others who has it', async () => {
    const { id } = await calledBoth()
    const answers = await Promise.all([act(id, 'accept', tokens.wei), act(id, 'accept', tokens.b)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const [won, lost] = [...answers].sort((a, b) => a.status - b.status)
    const { assignee, assigneeName } = await read(id)
    expect(won!.body.assignee).toBe(assignee)
    expect(assigneeName).toBe(assignee === 'b' ? 'name of b' : '李伟')
    const at = new Date(START_MS).toISOString()
    expect(lost!.body.detail).toContain(`already accepted by ${assigneeName} (${assignee}) at ${at}`)
  })

  it('is taken by who is quicker, not only by who has it', async () => {
    const { id, second } = await calledBoth()
    const first = second === 'b' ? 'wei' : 'b'
    expect((await act(id, 'accept', tokens[first])).body).toMatchObject({ state: 'accepted' })
    const again = await act(id, 'accept', tokens[first])
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('you have accepted it already')])
    expect((await act(id, 'accept', tokens[second])).status).toBe(409)
    expect((await act(id, 'depart', tokens[second])).status).toBe(403)
    expect((await act(id, 'depart', tokens[first])).status).toBe(200)
  })

  it('is none of the business of who was not called', async () => {
    const { id } = await leak()
    expect((await act(id, 'accept', tokens.c)).status).toBe(403)
    expect((await act('none', 'accept', tokens.c)).status).toBe(403)
    expect((await act(id, 'accept', tokens.viewer)).status).toBe(403)
    expect((await act(id, 'accept', tokens.outsider)).status).toBe(404)
  })

  it('tells who was asked, why, and what he answered', async () => {
    const { id, assignee } = await leak()
    await act(id, 'decline', tokens.dispatcher)
    const [first, next] = await calls(id)
    expect([first, next].map((each) => [each?.reason, each?.answer]).sort()).toEqual([
      ['declined', null],
      ['on_duty', 'declined'],
    ])
    expect((await read(id)).assignee).not.toBe(assignee)
    for (const token of [tokens.viewer, tokens.b]) {
      expect((await api.get<Calls>(`/tickets/${id}/calls`, token)).body.items).toHaveLength(2)
    }
    expect((await api.get(`/tickets/${id}/calls`, tokens.outsider)).status).toBe(404)
    expect((await api.get(`/tickets/${id}/calls`, null)).status).toBe(401)
  })

  it('is not given to who cannot be sent, but to any other name', async () => {
    const { id } = await leak()
    const { body } = await act(id, 'assign', tokens.dispatcher, { assignee: '外包王师傅' })
    expect(body).toMatchObject({ assignee: '外包王师傅', assigneeName: '外包王师傅' })
    const listed = (await api.get<Page<TicketView>>('/tickets?limit=1')).body.items
    expect(listed).toMatchObject([{ id, assigneeName: '外包王师傅' }])
  })
})

describe('a special event', () => {
  const callIn = (id: string, body: object, token = tokens.dispatcher) =>
    api.post<CallInView & { detail: string }>(`/tickets/${id}/call-in`, body, token)
  const answer = (id: string, body: object, token: string) =>
    api.post<CallInView>(`/call-ins/${id}/answer`, body, token)

  it('calls people in and counts those who come, each by himself or by the dispatcher', async () => {
    const ticket = await leak()
    const made = await callIn(ticket.id, { people: 2, withinMs: 600_000, message: '请到 3 栋' })
    expect([made.status, made.body]).toMatchObject([201, { people: 2, arrived: 0, called: 3, warnings: [] }])
    expect(made.body.dueAt).toBe(new Date(START_MS + 600_000).toISOString())
    expect((await answer(made.body.id, { answer: 'arrived' }, tokens.c)).body).toMatchObject({ arrived: 1 })
    const last = await answer(made.body.id, { responder: 'li-wei', answer: 'arrived' }, tokens.dispatcher)
    expect(last.body).toMatchObject({ arrived: 2, state: 'met', metAt: new Date(START_MS).toISOString() })
    const { items } = (await api.get<{ items: CallInView[] }>(`/tickets/${ticket.id}/call-ins`, tokens.viewer)).body
    expect(items).toMatchObject([{ state: 'met', answers: [{ responder: 'c' }, { name: '李伟', answer: 'arrived' }] }])
  })

  it('warns where fewer people exist than it needs', async () => {
    const { body } = await callIn((await leak()).id, {})
    expect(body).toMatchObject({ people: 20, called: 3, warnings: [{ field: 'people' }] })
    expect(body.warnings[0]!.message).toContain('20 are needed, and only 3 could be called')
  })

  it('is refused to whoever may not, and where it cannot be', async () => {
    const { id } = await leak()
    for (const token of [tokens.viewer, tokens.engineer, tokens.b]) {
      expect((await callIn(id, {}, token)).status).toBe(403)
    }
    expect((await callIn(id, {}, tokens.outsider)).status).toBe(404)
    for (const body of [{ people: 0 }, { people: 501 }, { withinMs: 1 }, { withinMs: 90_000_000 }, { message: 5 }]) {
      expect([body, (await callIn(id, body)).status]).toEqual([body, 422])
    }
    const made = await callIn(id, { people: 1 })
    expect((await callIn(id, { people: 1 })).status).toBe(409)
    const { body } = made
    expect((await answer(body.id, { responder: 'c', answer: 'arrived' }, tokens.b)).status).toBe(403)
    expect((await answer(body.id, { answer: 'arrived' }, tokens.dispatcher)).status).toBe(422)
    expect((await answer(body.id, { responder: 'who', answer: 'arrived' }, tokens.dispatcher)).status).toBe(422)
    expect((await answer(body.id, { responder: 'b', answer: 'perhaps' }, tokens.dispatcher)).status).toBe(422)
    expect((await answer(body.id, { responder: 'b', answer: 'arrived' }, tokens.viewer)).status).toBe(403)
    expect((await answer(body.id, { responder: 'b', answer: 'arrived' }, tokens.outsider)).status).toBe(404)
    expect((await answer('none', { responder: 'b', answer: 'arrived' }, tokens.dispatcher)).status).toBe(404)
    expect((await api.get(`/tickets/${id}/call-ins`, tokens.outsider)).status).toBe(404)
  })
})
