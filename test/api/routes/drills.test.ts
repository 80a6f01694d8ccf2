import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

let api: ApiTest
let drill: string
beforeAll(async () => {
  api = await startApi()
  for (const id of ['leak-1', 'leak-2']) await api.device(id)
  const zhang = { id: 'zhang', name: '张伟', sites: ['default'], skills: ['water'], roles: ['supervisor'] }
  await api.post('/responders', { ...zhang, language: 'zh', enabled: true })
})
afterAll(() => api.end())

const asked = {
  ...{ site: 'default', title: { zh: '漏水演练', en: 'Leak drill' }, devices: ['leak-1'] },
  ...{ endsAt: new Date(START_MS + 3_600_000).toISOString(), notify: { responders: ['zhang'] } },
}
const leak = (device: string) => api.publish(device, 'event', { event: 'water.leak', active: true })
interface Page {
  items: { id: string; drill: string | null; title: string; device: string }[]
}

it('is started by engineers of the site, once for a key, and says which devices', async () => {
  expect((await api.post('/drills', asked, await api.token('dispatcher'))).status).toBe(403)
  expect((await api.post('/drills', asked, await api.token('engineer', ['elsewhere']))).status).toBe(404)
  expect((await api.post('/drills', { ...asked, devices: undefined })).status).toBe(422)
  expect((await api.post('/drills', { ...asked, wholeSite: true })).status).toBe(422)
  const headers = { 'idempotency-key': 'drill-1' }
  const started = await api.ask<{ id: string; state: string }>('POST', '/drills', { body: asked, headers })
  expect(started.status).toBe(201)
  drill = started.body.id
  const again = await api.ask<{ id: string }>('POST', '/drills', { body: asked, headers })
  expect(again.body.id).toBe(drill)
  expect(started.body).toMatchObject({ title: '漏水演练', state: 'running', devices: ['leak-1'], commands: false })
  const { body } = await api.get<Page>('/drills')
  expect(body.items.map(({ id }) => id)).toEqual([drill])
  expect((await api.get(`/drills/${drill}`)).body).toEqual(started.body)
  expect((await api.get(`/drills/${drill}`, await api.token('dispatcher', ['elsewhere']))).status).toBe(404)
})

it('marks what is of it everywhere, and tells of it to who looks', async () => {
  await leak('leak-1')
  await leak('leak-2')
  const { body } = await api.get<Page>('/tickets')
  const marks = body.items.map(({ device, drill, title }) => [device, drill, title.startsWith('【演练】')])
  expect(marks.sort()).toEqual([
    ['leak-1', drill, true],
    ['leak-2', null, false],
  ])
  const alarms = await api.get<Page>('/alarms?device=leak-1')
  expect(alarms.body.items[0]).toMatchObject({ drill, title: expect.stringMatching(/^【演练】/) as string })
})

it('ends, is reported, and counts in no figure', async () => {
  api.clock.advance(60_000)
  expect((await api.post(`/drills/${drill}/end`)).body).toMatchObject({ state: 'ended' })
  expect((await api.post(`/drills/${drill}/end`)).status).toBe(409)
  const { status, body } = await api.get<Record<string, unknown>>(`/drills/${drill}/report`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    drill: { id: drill, state: 'ended' },
    clocks: { kept: 0, missed: 0 },
    alarms: [{ device: 'leak-1', drill }],
    tickets: [{ ticket: { state: 'cancelled', drill }, steps: expect.arrayContaining([]) as unknown[] }],
  })
  const page = await api.get(`/drills/${drill}/print/report`)
  expect(page.text).toContain('演练记录')
  expect(page.text).toContain('漏水演练')
  api.clock.advance(1_000)
  const from = new Date(START_MS - 3_600_000).toISOString()
  const to = new Date(api.clock.now()).toISOString()
  const report = await api.get<{ excluded: unknown }>(`/reports/service?site=default&from=${from}&to=${to}`)
  expect(JSON.stringify(report.body.excluded)).toContain('"test"')
  expect(report.body).toMatchObject({ total: { tickets: 2 }, excluded: { count: 1 } })
  const quality = await api.get(`/reports/alarm-quality?site=default&from=${from}&to=${to}`)
  expect(quality.status).toBe(200)
})

it('tells in its report who was called and answered, and which times were kept', async () => {
  await api.device('leak-3')
  const endsAt = new Date(api.clock.now() + 3_600_000).toISOString()
  const begun = await api.post<{ id: string }>('/drills', { ...asked, endsAt, devices: ['leak-3'], commands: true })
  expect(begun.body).toMatchObject({ commands: true, endsAt })
  await leak('leak-3')
  const [ticket] = (await api.get<Page>('/tickets?device=leak-3')).body.items
  const openedAt = api.clock.now()
  const at = (afterMs: number) => new Date(openedAt + afterMs).toISOString()
  api.clock.advance(60_000)
  expect((await api.post(`/tickets/${ticket!.id}/assign`, { assignee: 'zhang' })).status).toBe(200)
  expect((await api.post(`/tickets/${ticket!.id}/accept`)).status).toBe(200)
  api.clock.advance(600_001)
  await api.service.tick()
  await api.post(`/drills/${begun.body.id}/end`)

  const { body } = await api.get<{ tickets: Record<string, Record<string, unknown>[]>[] }>(
    `/drills/${begun.body.id}/report`,
  )
  expect(body).toMatchObject({ clocks: { kept: 1, missed: 1, undecided: 1 }, notices: expect.any(Array) as unknown })
  const [{ clocks, calls, steps, notices, unsent }] = body.tickets as [Record<string, Record<string, unknown>[]>]
  expect(clocks).toEqual([
    { milestone: 'accept', party: 'property', dueAt: at(180_000), metAt: at(60_000), kept: true },
    { milestone: 'arrive', party: 'property', dueAt: at(600_000), metAt: null, kept: false },
    { milestone: 'complete', party: 'property', dueAt: at(48 * 3_600_000), metAt: null, kept: null },
  ])
  const answered = { answer: 'accepted', answeredAt: at(60_000) }
  expect(calls).toEqual([{ responder: 'zhang', name: '张伟', at: at(60_000), reason: 'by_hand', ...answered }])
  const name = expect.objectContaining({ zh: expect.any(String) as string }) as unknown
  expect(steps![0]).toEqual({ name, dueAt: at(0), state: 'nobody', called: [] })
  expect(notices).toContainEqual(expect.objectContaining({ kind: 'clock.breached', createdAt: at(660_001) }))
  expect(unsent).toEqual([])
})

it('are listed newest first, page by page, of the sites that one sees', async () => {
  const first = await api.get<Page & { next: string }>('/drills?limit=1')
  const second = await api.get<Page & { next: string | null }>(`/drills?limit=1&cursor=${first.body.next}`)
  expect([second.body.items[0]!.id, second.body.next]).toEqual([drill, null])
  expect(first.body.items[0]!.id).not.toBe(drill)
  const elsewhere = await api.token('engineer', ['elsewhere'])
  for (const path of ['/drills', '/drills?site=default']) {
    expect((await api.get<Page>(path, elsewhere)).body.items).toEqual([])
  }
  expect((await api.get<Page>('/drills?site=elsewhere')).body.items).toEqual([])
})
