import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
  await api.post('/sites', { id: 'north', name: '北区<script>' })
  for (const device of ['leak-1', 'leak-2', 'leak-3']) {
    const location = device === 'leak-3' ? '屋顶' : '地下室'
    await api.device(device, 'water_leak', 'default', { name: device, location })
  }
  await api.device('leak-n', 'water_leak', 'north', { name: '<b>漏水</b>', location: '井道 & 坑' })
})
afterAll(() => api.end())

const codeOf = async (device: string) => (await api.get<{ code: string }>(`/devices/${device}/arrival-code`)).body.code

async function enRoute(rest: object = {}): Promise<string> {
  const told = { site: 'default', category: 'other', title: '漏水', ...rest }
  const { id } = (await api.post<TicketView>('/tickets', told)).body
  await api.post(`/tickets/${id}/assign`, { assignee: 'gong' })
  for (const action of ['accept', 'depart']) await api.post(`/tickets/${id}/${action}`)
  return id
}
const arrive = (id: string, body: object, token?: string) => api.post(`/tickets/${id}/arrive`, body, token)
const arrival = async (id: string) => (await api.get<{ arrival: object | null }>(`/tickets/${id}/job`)).body.arrival

it('proves an arrival at the device of a ticket, or at one in the same place', async () => {
  for (const device of ['leak-1', 'leak-2']) {
    const id = await enRoute({ device: 'leak-1' })
    const code = (await codeOf(device)).toLowerCase().replace('-', '')
    const place = { latitude: 31.2, longitude: 121.5, accuracyM: 12 }
    expect((await arrive(id, { code, place })).status).toBe(200)
    expect(await arrival(id)).toMatchObject({ way: 'code', device, place, by: 'admin' })
  }
})

it('changes nothing where it is another’s, and arriving by hand is marked as that', async () => {
  const id = await enRoute({ device: 'leak-1' })
  for (const code of [await codeOf('leak-3'), await codeOf('leak-n'), '00000000', 'x']) {
    expect([code, (await arrive(id, { code })).status]).toEqual([code, 422])
  }
  expect(await arrival(id)).toBeNull()
  expect((await api.post(`/tickets/${id}/arrive`)).status).toBe(200)
  expect(await arrival(id)).toMatchObject({ way: 'hand', place: null, device: null })
})

it('is that of any device of the site where the ticket has none', async () => {
  const id = await enRoute()
  expect((await arrive(id, { code: await codeOf('leak-n') })).status).toBe(422)
  expect((await arrive(id, { code: await codeOf('leak-3') })).status).toBe(200)
  expect(await arrival(id)).toMatchObject({ way: 'code', device: 'leak-3' })
})

it('is tried twenty times an hour at one ticket, by nobody else’s tries', async () => {
  const id = await enRoute({ device: 'leak-1' })
  const stranger = await api.token('responder', ['default'], 'stranger')
  for (let tries = 0; tries < 25; tries++) expect((await arrive(id, { code: 'x' }, stranger)).status).toBe(403)
  for (let tries = 0; tries < 20; tries++) expect((await arrive(id, { code: 'x' })).status).toBe(422)
  const code = await codeOf('leak-1')
  expect((await arrive(id, { code })).status).toBe(429)
  expect((await arrive(await enRoute({ device: 'leak-1' }), { code })).status).toBe(200)
  api.clock.advance(3_600_000)
  expect((await arrive(id, { code })).status).toBe(200)
})

it('is told only with arrive, of the property’s own, and with a place on earth', async () => {
  const id = await enRoute({ device: 'leak-1' })
  const code = await codeOf('leak-1')
  expect((await api.post(`/tickets/${id}/contact`, { code })).status).toBe(422)
  expect((await arrive(id, { party: 'maintenance_firm', code })).status).toBe(422)
  expect((await arrive(id, { place: { latitude: 91, longitude: 0 } })).status).toBe(422)
})

it('is shown to those who put up labels, of their sites, and printed on a page without a script', async () => {
  expect(await codeOf('leak-1')).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  for (const path of ['arrival-code', 'label']) {
    for (const [role, status] of [
      ['engineer', 200],
      ['dispatcher', 200],
      ['responder', 403],
      ['viewer', 403],
    ] as const) {
      const answer = await api.get(`/devices/leak-1/${path}`, await api.token(role))
      expect([path, role, answer.status]).toEqual([path, role, status])
    }
    expect((await api.get(`/devices/leak-1/${path}`, await api.token('engineer', ['north']))).status).toBe(404)
    expect((await api.get(`/devices/none/${path}`)).status).toBe(404)
  }
  const page = await api.get('/devices/leak-n/label')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page.text).toContain(await codeOf('leak-n'))
  expect(page.text).toContain('&lt;b&gt;漏水&lt;/b&gt;')
  expect(page.text).toContain('北区&lt;script&gt; · 井道 &amp; 坑')
  expect(page.text).not.toMatch(/<script|src=|href=/)
})
