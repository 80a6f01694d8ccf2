import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Page, TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeEach(async () => (api = await startApi()))
afterEach(() => api.end())

const HOUR = 3_600_000

interface FollowUpView {
  id: string
  ticket: { number: string }
  resident: { name: string; phone?: string }
  state: string
  dueAt: string | null
  overdue: boolean
  answer: { rework: string | null; complaint: string | null; apology: string | null } | null
}

async function done(rest: object = {}): Promise<TicketView> {
  const reporter = { name: 'Chen', phone: '13900000000' }
  const said = { site: 'default', category: 'other', title: 'tap drips', reporter, ...rest }
  const { body, status, text } = await api.post<TicketView>('/tickets', said)
  if (status !== 201) throw new Error(text)
  for (const action of ['assign', 'accept', 'depart', 'arrive', 'complete']) {
    await api.post(`/tickets/${body.id}/${action}`, { assignee: 'Li' })
  }
  return body
}

const queue = async (query = '', token?: string) =>
  (await api.get<Page<FollowUpView>>(`/follow-ups${query}`, token)).body

it('the queue has what is due first, first, in pages, with whom to telephone', async () => {
  const general = await done()
  api.clock.advance(HOUR)
  const urgent = await done({ priority: 'critical' })
  const first = await queue('?limit=1')
  expect(first.items).toMatchObject([
    { ticket: { number: urgent.number }, resident: { name: 'Chen', phone: '13900000000' }, overdue: false },
  ])
  const second = await queue(`?limit=1&cursor=${first.next}`)
  expect(second).toMatchObject({ items: [{ ticket: { number: general.number } }], next: null })
  expect((await api.get('/follow-ups?cursor=x')).status).toBe(422)
})

it('is asked for by site, ticket, who asks, and what is overdue or due today', async () => {
  const { id } = await done({ priority: 'critical' })
  await done()
  const numbers = async (query: string) => (await queue(query)).items.length
  expect(await numbers('?due=today')).toBe(1)
  expect(await numbers('?due=overdue')).toBe(0)
  api.clock.advance(2 * HOUR + 1)
  expect((await queue('?due=overdue')).items).toMatchObject([{ overdue: true }])
  expect(await numbers(`?ticket=${id}`)).toBe(1)
  expect(await numbers(`?by=${encodeURIComponent('客服主管')}`)).toBe(0)
  expect(await numbers('?site=nowhere')).toBe(0)
  expect(await numbers('?state=done')).toBe(0)
})

it('an answer names what came of it, and is given once', async () => {
  await done()
  const [{ id } = { id: '' }] = (await queue()).items
  const bad = { way: 'telephone', grade: 1, reason: 'wet again', faults: ['quality', 'lateness'] }
  expect((await api.post(`/follow-ups/${id}/answer`, bad)).body.detail).toContain('appointmentAt')
  expect((await api.post(`/follow-ups/${id}/answer`, { ...bad, grade: 6 })).status).toBe(422)
  expect((await api.post(`/follow-ups/${id}/answer`, { ...bad, way: 'intercom' })).status).toBe(422)
  const agreed = { ...bad, appointmentAt: '2026-11-24T09:00:00+08:00' }
  const { status, body } = await api.post<FollowUpView>(`/follow-ups/${id}/answer`, agreed)
  expect([status, body.state]).toEqual([200, 'done'])
  const { rework, complaint, apology } = body.answer!
  expect((await api.get(`/tickets/${rework}`)).body).toMatchObject({ kind: 'appointment', origin: 'rework' })
  expect((await api.get(`/complaints/${complaint}`)).body).toMatchObject({ complaint: { followUp: id } })
  expect(apology).toBeTypeOf('string')
  expect((await api.post(`/follow-ups/${id}/answer`, agreed)).status).toBe(409)
  expect((await api.post(`/follow-ups/${id}/attempt`, { way: 'telephone' })).status).toBe(409)
})

it('an attempt with the same key is written down once', async () => {
  await done()
  const [{ id } = { id: '' }] = (await queue()).items
  const headers = { 'idempotency-key': 'k' }
  const body = { way: 'telephone', note: 'nobody' }
  for (let n = 0; n < 2; n++) await api.ask('POST', `/follow-ups/${id}/attempt`, { body, headers })
  const { attempts } = (await api.get<{ attempts: unknown[] }>(`/follow-ups/${id}`)).body
  expect(attempts).toHaveLength(1)
})

it('an engineer reads without telephone numbers, others do not, and another site’s are not there', async () => {
  await done()
  const engineer = await api.token('engineer')
  const [seen] = (await queue('', engineer)).items
  expect(seen!.resident).toEqual({ name: 'Chen', household: '' })
  const answer = { way: 'telephone', grade: 5 }
  expect((await api.post(`/follow-ups/${seen!.id}/answer`, answer, engineer)).status).toBe(403)
  for (const role of ['viewer', 'responder'] as const) {
    expect((await api.get('/follow-ups', await api.token(role))).status).toBe(403)
  }
  const elsewhere = await api.token('dispatcher', ['south'])
  expect((await queue('', elsewhere)).items).toEqual([])
  expect((await api.get(`/follow-ups/${seen!.id}`, elsewhere)).status).toBe(404)
  expect((await api.post(`/follow-ups/${seen!.id}/answer`, answer, elsewhere)).status).toBe(404)
  expect((await api.get('/follow-ups/samples?site=default', elsewhere)).status).toBe(404)
  expect((await api.get('/follow-ups/samples?site=default')).body).toEqual({ items: [], next: null })
})
