import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
let id: string
beforeAll(async () => {
  api = await startApi()
  id = (await api.post<TicketView>('/tickets', { site: 'default', category: 'other', title: '灯' })).body.id
  await api.post(`/tickets/${id}/assign`, { assignee: 'gong' })
  for (const action of ['accept', 'depart', 'arrive', 'complete']) await api.post(`/tickets/${id}/${action}`)
})
afterAll(() => api.end())

const drawing = { width: 300, height: 100, strokes: [[1, 2, 3, 4]] }
const sign = (body: object, token?: string) => api.post<{ id: string }>(`/tickets/${id}/signatures`, body, token)

it('is drawn on the phone of the responder and shown as a picture that can do nothing else', async () => {
  const responder = await api.token('responder', ['default'], 'gong')
  const signed = await sign({ signer: 'customer', name: '李女士', drawing }, responder)
  expect([signed.status, signed.body]).toMatchObject([
    201,
    { signer: 'customer', name: '李女士', by: 'gong', drawn: true },
  ])
  const picture = await api.get(`/tickets/${id}/signatures/${signed.body.id}.svg`)
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8'])
  expect(picture.headers.get('x-content-type-options')).toBe('nosniff')
  expect(picture.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  expect(picture.text).toContain('M1 2L3 4')
  const ticket = (await api.get<{ job: { signatures: object[] } }>(`/tickets/${id}`)).body
  expect(ticket.job.signatures).toEqual([signed.body])
  expect((await api.post<{ signature: object }>(`/tickets/${id}/sign-off`)).body.signature).toMatchObject({
    name: '李女士',
  })
})

it('is not there for another site, nor where nothing was drawn', async () => {
  const { signatures } = (await api.get<{ signatures: { id: string }[] }>(`/tickets/${id}/job`)).body
  await api.post('/sites', { id: 'south', name: 'South' })
  const outsider = await api.token('dispatcher', ['south'])
  expect((await api.get(`/tickets/${id}/signatures/${signatures[0]!.id}.svg`, outsider)).status).toBe(404)
  for (const file of [signatures[0]!.id, 'none.svg', `${signatures[0]!.id}.png`]) {
    expect([file, (await api.get(`/tickets/${id}/signatures/${file}`)).status]).toEqual([file, 404])
  }
})

it.each([
  { signer: 'neighbour', name: 'a' },
  { signer: 'customer', name: '' },
  { signer: 'customer', name: 'a', drawing: { ...drawing, strokes: [[1, 1]] } },
  { signer: 'customer', name: 'a', drawing: { ...drawing, strokes: [['<script>', 1, 2, 3]] } },
  { signer: 'customer', name: 'a', drawing: { ...drawing, strokes: [[1, 1, 301, 1]] } },
  { signer: 'customer', name: 'a', drawing: { ...drawing, width: 5_000 } },
  { signer: 'customer', name: 'a', drawing: { ...drawing, svg: '<svg/>' } },
])('is refused as %j', async (body) => {
  expect((await sign(body)).status).toBe(422)
})
