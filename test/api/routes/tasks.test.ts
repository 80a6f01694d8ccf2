import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

interface TaskView {
  id: string
  kind: string
  state: string
  assignee: string | null
  settledBy: string | null
}
type TaskPage = { items: TaskView[]; next: string | null }

let api: ApiTest
let li: string
let desk: string
let own: TicketView
beforeAll(async () => {
  api = await startApi()
  await api.post('/sites', { id: 'north', name: 'North' })
  for (const id of ['li', 'wu']) {
    await api.post('/responders', { id, name: id, sites: ['default'], skills: ['water'], roles: [], enabled: true })
  }
  li = await api.token('responder', ['default'], 'li')
  desk = await api.token('dispatcher', ['default'], 'Desk')
  own = await reported()
})
afterAll(() => api.end())

async function reported() {
  const about = { site: 'default', category: 'other', title: '漏水', reporter: { phone: '13900000001' } }
  const { body } = await api.post<TicketView>('/tickets', about)
  await api.post(`/tickets/${body.id}/assign`, { assignee: 'li' })
  await api.post(`/tickets/${body.id}/accept`, {}, li)
  return body
}
const listed = async (query = '', token?: string) => (await api.get<TaskPage>(`/tasks?${query}`, token)).body.items

describe('what a job owes', () => {
  it('is explained over the API, and the task is settled', async () => {
    api.clock.advance(11 * 60_000)
    await api.service.tick()
    const [task] = await listed('state=open&kind=explain_delay&site=default', desk)
    expect(task).toMatchObject({ kind: 'explain_delay', state: 'open', assignee: null })
    expect((await api.post(`/tasks/${task!.id}/done`, {}, desk)).status).toBe(409)
    expect((await api.post(`/tickets/${own.id}/explain`, { reason: '缺配件' }, desk)).status).toBe(422)
    const said = { reason: '缺配件', plan: '明早更换', way: 'telephone' }
    expect((await api.post(`/tickets/${own.id}/explain`, said, li)).status).toBe(200)
    expect(await listed('state=done', desk)).toMatchObject([{ id: task!.id, settledBy: 'li' }])
  })

  it('is handed over by name, once for one key', async () => {
    const ask = () =>
      api.ask<TicketView>('POST', `/tickets/${own.id}/hand-over`, {
        ...{ body: { to: 'wu' }, token: li, headers: { 'idempotency-key': 'k1' } },
      })
    expect((await ask()).body).toMatchObject({ assignee: 'wu', state: 'accepted' })
    expect((await ask()).body).toMatchObject({ assignee: 'wu' })
    expect((await api.post(`/tickets/${own.id}/hand-over`, { to: 'wu' }, desk)).status).toBe(422)
    expect((await api.post(`/tickets/${own.id}/hand-over`, { to: 'wu' }, li)).status).toBe(403)
  })
})

describe('the list', () => {
  it('shows a responder his own, another site’s nobody', async () => {
    expect(await listed('', li)).toEqual([])
    expect(await listed('assignee=wu', li)).toEqual([])
    const north = await api.token('dispatcher', ['north'])
    expect([await listed('', north), await listed('site=default', north)]).toEqual([[], []])
    const [task] = await listed('', desk)
    expect((await api.post(`/tasks/${task!.id}/drop`, { note: 'x' }, north)).status).toBe(404)
    expect((await api.post(`/tasks/${task!.id}/drop`, { note: 'x' }, li)).status).toBe(403)
  })

  it('is for those who work with it', async () => {
    expect((await api.get('/tasks', await api.token('viewer'))).status).toBe(403)
    expect((await api.get('/tasks', null)).status).toBe(401)
    expect((await api.get('/tasks?state=lost', desk)).status).toBe(422)
  })
})

it('an emergency shows who asked to cancel it, until somebody else has', async () => {
  const leak = await api.leak('leak-1')
  const asked = await api.post<TicketView>(`/tickets/${leak.id}/cancel`, { note: 'dry' }, desk)
  expect(asked).toMatchObject({ status: 200, body: { state: leak.state } })
  const until = new Date(api.clock.now() + 3_600_000).toISOString()
  expect(asked.body).toMatchObject({ cancelAsked: { by: 'Desk', note: 'dry', until } })
  const again = await api.post<{ detail: string }>(`/tickets/${leak.id}/cancel`, { note: 'dry' }, desk)
  expect(again.status).toBe(409)
  expect(again.body.detail).toContain('a second person must confirm')
  expect((await api.post<TicketView>(`/tickets/${leak.id}/cancel`)).body).toMatchObject({
    ...{ state: 'cancelled', cancelAsked: null },
  })
})
