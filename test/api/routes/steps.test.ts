import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeAll(async () => void (api = await startApi()))
afterAll(() => api.end())

describe('the ladder of a ticket', () => {
  it('tells its steps, when they are due and who was called', async () => {
    const { id } = await api.leak('leak-1')
    const { status, body } = await api.get<{ items: unknown[] }>(`/tickets/${id}/steps`)
    expect(status).toBe(200)
    expect(body.items).toHaveLength(4)
    expect(body.items[3]).toEqual({
      ...{ policy: 'default', position: 3, repetition: 0, unless: 'arrive', unlessParty: 'property' },
      name: { zh: '10 分钟未到场，已超时', en: 'Not on site after 10 minutes: breached' },
      ...{ dueAt: '2026-11-23T02:10:00.000Z', state: 'waiting', settledAt: null, called: [] },
    })
    expect(body.items[0]).toMatchObject({ state: 'nobody', settledAt: '2026-11-23T02:00:00.000Z' })
  })

  it('is that of a ticket that one sees', async () => {
    const { id } = await api.leak('leak-2')
    const elsewhere = await api.token('viewer', ['nowhere'])
    expect((await api.get(`/tickets/${id}/steps`, elsewhere)).status).toBe(404)
    expect((await api.get('/tickets/none/steps')).status).toBe(404)
  })
})

describe('escalation policies over HTTP', () => {
  it('are shipped, checked, and refused with the place of what is wrong', async () => {
    const { body } = await api.get<{ items: { id: string }[] }>('/escalations')
    expect(body.items.map(({ id }) => id)).toEqual(['default', 'lift'])
    const steps = [{ name: { zh: '一', en: 'One' }, afterMs: 0, unless: null, whom: [{ responder: 'ghost' }] }]
    const sent = { id: 'own', name: { zh: '自', en: 'Own' }, sites: null, covers: {}, rank: 1, steps, fallback: [] }
    const refused = await api.post('/escalations', sent)
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ errors: [{ field: 'steps[0].whom[0]' }] })
    const role = { ...sent, steps: [{ ...steps[0], whom: [{ role: 'chief' }] }] }
    expect(await api.post('/escalations', role)).toMatchObject({
      status: 201,
      body: { warnings: [{ field: 'steps' }] },
    })
    const engineer = await api.token('engineer')
    expect((await api.post('/escalations', { ...role, id: 'other' }, engineer)).status).toBe(403)
  })
})
