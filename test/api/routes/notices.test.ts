import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeEach(async () => void (api = await startApi()))
afterEach(() => api.end())

interface Listed {
  items: {
    id: string
    kind: string
    state: string
    channel: string
    deliveries: { result: string; answer: string }[]
  }[]
  next: string | null
}

describe('GET /notices', () => {
  it('lists who was told what, with every try, newest first and page by page', async () => {
    const { id } = await api.leak('leak-1')
    await api.service.tick()
    const { items } = (await api.get<Listed>(`/tickets/${id}/notices`)).body
    expect(items).toMatchObject([
      { kind: 'ticket.opened', state: 'sent', channel: 'log', deliveries: [{ result: 'sent' }] },
    ])
    const first = (await api.get<Listed>('/notices?limit=1')).body
    const rest = (await api.get<Listed>(`/notices?limit=1&cursor=${first.next}`)).body
    expect([...first.items, ...rest.items].map(({ kind }) => kind).sort()).toEqual(['alarm.raised', 'ticket.opened'])
    const counts = ['state=sent', 'state=queued,failed', `ticket=${id}`, 'channel=log', 'recipient=li'].map(
      async (query) => (await api.get<Listed>(`/notices?${query}`)).body.items.length,
    )
    expect(await Promise.all(counts)).toEqual([2, 0, 1, 2, 0])
  })

  it('shows nothing of other sites, and nothing at all to who only watches', async () => {
    await api.post('/sites', { id: 'other', name: 'Other' })
    const { id } = await api.leak('leak-1')
    const elsewhere = await api.token('dispatcher', ['other'])
    expect((await api.get<Listed>('/notices', elsewhere)).body.items).toEqual([])
    expect((await api.get(`/tickets/${id}/notices`, elsewhere)).status).toBe(404)
    expect((await api.get('/notices', await api.token('viewer'))).status).toBe(403)
  })
})

describe('POST /channels/{id}/test', () => {
  it('sends one now and says what came back; the log of deliveries has it', async () => {
    const { status, body } = await api.post('/channels/log/test')
    expect([status, body]).toMatchObject([200, { sent: true, answers: [{ channel: 'log', result: 'sent' }] }])
    const { items } = (await api.get<Listed>('/notices')).body
    expect(items).toMatchObject([{ kind: 'test', state: 'sent', deliveries: [{ result: 'sent' }] }])
  })

  it('says why not', async () => {
    const options = { url: 'https://x.example/a' }
    const secrets = { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }
    await api.post('/channels', { id: 'hook', name: 'Hook', kind: 'webhook', options, secrets })
    const { body } = await api.post<{ sent: boolean; answers: { answer: string }[] }>('/channels/hook/test')
    expect(body).toMatchObject({ sent: false, answers: [{ result: 'failed' }] })
    expect(body.answers[0]!.answer).not.toBe('')
    expect((await api.get<Listed>('/notices')).body.items).toMatchObject([{ state: 'failed' }])
    expect((await api.post('/channels/none/test')).status).toBe(404)
    await api.post('/channels', { id: 'sms', name: 'SMS', kind: 'http_sms', options: { url: 'https://sms.example/' } })
    const noAddress = await api.post<{ detail: string }>('/channels/sms/test')
    expect(noAddress).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/^sms sends to tel/) as string },
    })
    expect((await api.post('/channels/log/test', undefined, await api.token('dispatcher'))).status).toBe(403)
  })
})
