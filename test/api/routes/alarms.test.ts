import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmView, Page, TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

const alarmOf = async (device: string) => (await api.get<Page<AlarmView>>(`/alarms?device=${device}`)).body.items[0]!
const refused = async (path: string) => (await api.post<{ detail: string }>(path)).body.detail

describe('an alarm', () => {
  it('is shown with its device, its place and its ticket', async () => {
    await api.device('leak-1', 'water_leak', 'default', { name: '水泵房', location: 'B2 pump room' })
    await api.publish('leak-1', 'event', { event: 'water.leak', active: true })
    const alarm = await alarmOf('leak-1')
    expect(alarm).toMatchObject({
      rule: 'water_leak.wet',
      titles: { zh: '漏水', en: 'Water leak' },
      deviceName: '水泵房',
      location: 'B2 pump room',
      priority: 'critical',
      category: 'water_leak',
      state: 'unacked',
      active: true,
      value: true,
      raisedAt: new Date(START_MS).toISOString(),
      acknowledgedAt: null,
      returnedAt: null,
      count: 1,
      messages: 1,
      latched: false,
    })
    expect((await api.get<AlarmView>(`/alarms/${alarm.id}`)).body).toEqual(alarm)
    expect((await api.get<Page<AlarmView>>(`/alarms?ticket=${alarm.ticket}`)).body.items).toEqual([alarm])
    expect((await api.get<Page<AlarmView>>('/alarms?state=normal')).body.items).toEqual([])
  })

  it('is acknowledged by a person, once, which moves no ticket and stops no clock', async () => {
    const { id, ticket } = await alarmOf('leak-1')
    const before = (await api.get<TicketView>(`/tickets/${ticket}`)).body
    api.clock.advance(30_000)
    const engineer = await api.token('engineer', null, 'night shift')
    const { status, body } = await api.post<AlarmView>(`/alarms/${id}/acknowledge`, undefined, engineer)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      state: 'acked',
      active: true,
      acknowledgedBy: 'night shift',
      acknowledgedAt: new Date(START_MS + 30_000).toISOString(),
    })
    expect((await api.post(`/alarms/${id}/acknowledge`)).status).toBe(409)
    expect((await api.get<TicketView>(`/tickets/${ticket}`)).body).toEqual(before)
  })

  it('that is not latched is not reset', async () => {
    const { id } = await alarmOf('leak-1')
    expect((await api.post(`/alarms/${id}/reset`)).status).toBe(409)
    expect(await refused(`/alarms/${id}/reset`)).toMatch(/not latched/)
  })

  it('that returned is acknowledged away', async () => {
    await api.leak('leak-2')
    const { id } = await alarmOf('leak-2')
    await api.publish('leak-2', 'event', { event: 'water.leak', active: false })
    api.clock.advance(2_000)
    await api.service.tick()
    expect(await alarmOf('leak-2')).toMatchObject({ state: 'rtn_unacked', active: false })
    expect((await api.post<AlarmView>(`/alarms/${id}/acknowledge`)).body.state).toBe('normal')
    expect((await api.post(`/alarms/${id}/acknowledge`)).status).toBe(409)
  })

  it('is acknowledged again with the same key without a conflict', async () => {
    await api.leak('leak-3')
    const { id } = await alarmOf('leak-3')
    const send = () => api.ask('POST', `/alarms/${id}/acknowledge`, { headers: { 'idempotency-key': 'ack-3' } })
    expect([(await send()).status, (await send()).status]).toEqual([200, 200])
  })
})

describe('a muted alarm', () => {
  const untilMs = START_MS + 2 * 3_600_000

  it('is shelved with a reason, shown as shelved, listed so, and comes back', async () => {
    await api.leak('leak-9')
    const { id } = await alarmOf('leak-9')
    const until = new Date(untilMs).toISOString()
    const incomplete = [undefined, {}, { reason: 'x', untill: until }]
    for (const body of incomplete) expect((await api.post(`/alarms/${id}/shelve`, body)).status).toBe(422)
    const { status, body } = await api.post<AlarmView>(`/alarms/${id}/shelve`, { reason: '试水', until })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      state: 'shelved',
      computed: 'unacked',
      active: true,
      muted: { kind: 'shelved', reason: '试水', until, oneShot: false },
    })
    const ids = async (query: string) =>
      (await api.get<Page<AlarmView>>(`/alarms?${query}`)).body.items.map((a) => a.id)
    expect(await ids('state=shelved')).toEqual([id])
    expect(await ids('state=unacked&device=leak-9')).toEqual([])
    expect((await api.post<AlarmView>(`/alarms/${id}/unshelve`)).body).toMatchObject({ state: 'unacked', muted: null })
    expect((await api.post(`/alarms/${id}/unshelve`)).status).toBe(409)
  })

  it('has a history with what people did and said', async () => {
    const { id } = await alarmOf('leak-9')
    expect((await api.post(`/alarms/${id}/comment`)).status).toBe(422)
    expect((await api.post(`/alarms/${id}/comment`, { note: '<b>wet</b>' })).status).toBe(200)
    const { items } = (await api.get<{ items: { action: string; note: string }[] }>(`/alarms/${id}/history`)).body
    expect(items.map(({ action }) => action)).toEqual(['raised', 'muted', 'released', 're_alarmed', 'comment'])
    expect(items.at(-1)).toMatchObject({ note: '<b>wet</b>' })
  })

  it('is taken out of service with its device, by an engineer of its site', async () => {
    const plan = { site: 'default', device: 'leak-9', reason: '检修', until: '2030-01-01T08:00:00+08:00' }
    for (const body of [undefined, plan]) expect((await api.post('/mutes', body)).status).toBe(422)
    const body = { ...plan, until: new Date(untilMs).toISOString() }
    const viewer = await api.token('viewer', null, 'wall')
    expect((await api.post('/mutes', body, viewer)).status).toBe(403)
    const stranger = await api.token('engineer', ['elsewhere'], 'stranger')
    expect((await api.post('/mutes', body, stranger)).status).toBe(404)
    const { status, body: mute } = await api.post<{ id: string }>('/mutes', body)
    expect(status).toBe(201)
    expect(mute).toMatchObject({ kind: 'out_of_service', device: 'leak-9', state: 'in_force', muting: 1 })
    expect((await alarmOf('leak-9')).state).toBe('out_of_service')
    expect((await api.get<Page<unknown>>('/mutes', stranger)).body.items).toEqual([])
    expect((await api.get<Page<{ id: string }>>('/mutes?kind=out_of_service')).body.items).toEqual([mute])
    expect((await api.ask('DELETE', `/mutes/${mute.id}`)).status).toBe(200)
    expect((await alarmOf('leak-9')).state).toBe('unacked')
  })

  it('is listed as stale once it has been active for a day', async () => {
    const stale = async () => (await api.get<Page<AlarmView>>('/alarms?stale=true&device=leak-9')).body.items
    expect(await stale()).toEqual([])
    api.clock.advance(24 * 3_600_000 + 1)
    expect(await stale()).toMatchObject([{ device: 'leak-9', stale: true }])
  })
})
