import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Page } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeEach(async () => (api = await startApi()))
afterEach(() => api.end())

interface ComplaintView {
  id: string
  state: string
  overdue: boolean
  follows: string | null
}

const said = { site: 'default', channel: 'letter', text: '楼道太脏', name: 'Chen' }
const settlement = { answer: 'cleaned', cause: 'nobody came', prevention: 'a weekly round' }
const complain = async () => (await api.post<ComplaintView>('/complaints', said)).body
const list = async (query: string) => (await api.get<Page<ComplaintView>>(`/complaints${query}`)).body

it('goes from its opening over the first reply and the answer to its end', async () => {
  const { id } = await complain()
  const act = (what: string, body: object) => api.post<ComplaintView>(`/complaints/${id}/${what}`, body)
  expect((await act('settle', { answer: 'cleaned' })).status).toBe(422)
  expect((await act('close', { satisfied: true })).status).toBe(409)
  expect((await act('respond', { note: 'telephoned' })).status).toBe(200)
  const around = await api.post(`/tickets/${id}/complete`, {})
  expect(around).toMatchObject({ status: 409, text: expect.stringContaining(`/complaints/${id}/settle`) as string })
  expect((await act('settle', settlement)).body).toMatchObject({ state: 'completed', complaint: settlement })
  expect((await act('close', { satisfied: false })).status).toBe(422)
  const { body } = await act('close', { satisfied: false, note: 'dirty again' })
  expect(body).toMatchObject({ state: 'closed', followedBy: { follows: id, description: 'dirty again' } })
  const { history } = (await api.get<{ history: unknown[] }>(`/complaints/${id}`)).body
  expect(history).toHaveLength(4)
})

it('is listed by site and state, newest first, in pages, with what is late', async () => {
  const [first, second] = [await complain(), await complain()]
  await api.post('/tickets', { site: 'default', category: 'other', title: 'no complaint' })
  await api.post(`/complaints/${first.id}/respond`, { note: 'yes' })
  api.clock.advance(15 * 60_000 + 1)
  const page = await list('?limit=1')
  expect(page.items).toMatchObject([{ id: second.id, overdue: true }])
  expect((await list(`?limit=1&cursor=${page.next}`)).items).toMatchObject([{ id: first.id, overdue: false }])
  expect((await list('?state=closed')).items).toEqual([])
  expect((await list('?site=nowhere')).items).toEqual([])
  expect((await list('?about=none')).items).toEqual([])
})

it('is for who may, at his sites, and no other ticket is one', async () => {
  const { id } = await complain()
  expect((await api.post('/complaints', said, await api.token('engineer'))).status).toBe(403)
  const elsewhere = await api.token('dispatcher', ['south'])
  expect((await api.post('/complaints', said, elsewhere)).status).toBe(404)
  expect((await api.get(`/complaints/${id}`, elsewhere)).status).toBe(404)
  expect((await api.post(`/complaints/${id}/settle`, settlement, elsewhere)).status).toBe(404)
  expect((await api.post('/complaints', { ...said, priority: 'critical' })).status).toBe(422)
  const repair = await api.post<{ id: string }>('/tickets', { site: 'default', category: 'other', title: 'tap' })
  expect((await api.get(`/complaints/${repair.body.id}`)).status).toBe(404)
  expect((await api.post(`/complaints/${repair.body.id}/settle`, settlement)).status).toBe(404)
})
