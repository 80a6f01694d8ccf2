import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

interface JobView {
  version: number
  totalFen: number
  costs: { amountFen: number }[]
  charge: { paid: boolean; quotedFen: number | null; agreed: { name: string } | null }
  approval: { state: string; needed: boolean; byName: string | null } | null
  consents: { id: string; state: string }[]
  signatures: { id: string; signer: string }[]
  cause: string
}

let api: ApiTest
let responder: string
beforeAll(async () => {
  api = await startApi()
  responder = await api.token('responder', ['default'], 'gong')
})
afterAll(() => api.end())

const post = <T = JobView>(id: string, path: string, body?: object, token?: string) =>
  api.post<T>(`/tickets/${id}/${path}`, body, token)
const job = async (id: string) => (await api.get<JobView>(`/tickets/${id}/job`)).body
const patch = (id: string, body: object, headers: Record<string, string> = {}) =>
  api.ask<JobView>('PATCH', `/tickets/${id}/job`, { body, headers })

async function report(rest: object = {}): Promise<string> {
  const told = { site: 'default', category: 'other', title: '门口灯坏了', location: '3 栋 201', ...rest }
  return (await api.post<TicketView>('/tickets', told)).body.id
}

async function onSite(id: string): Promise<string> {
  await post(id, 'assign', { assignee: 'gong' })
  for (const action of ['accept', 'depart', 'arrive']) expect((await post(id, action, {})).status).toBe(200)
  return id
}

const line = { kind: 'material', name: '水管', quantity: 1.005, unit: 'm', unitPriceFen: 100 }

describe('the work order', () => {
  it('is read and edited with its entity tag: of two at once the second is told, and no text is lost', async () => {
    const id = await report()
    const read = await api.get<JobView>(`/tickets/${id}/job`)
    expect([read.status, read.headers.get('etag')]).toEqual([200, '"1"'])
    const tag = { 'if-match': '"1"' }
    const first = await patch(id, { cause: '灯泡烧坏', costs: [line] }, tag)
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"'])
    expect(first.body).toMatchObject({ totalFen: 101, costs: [{ ...line, amountFen: 101 }] })
    expect((await patch(id, { cause: '线路老化' }, tag)).status).toBe(412)
    expect(await job(id)).toMatchObject({ cause: '灯泡烧坏', version: 2 })
    expect((await patch(id, { measure: '更换灯泡' })).body).toMatchObject({ cause: '灯泡烧坏', version: 3 })
    expect((await patch(id, { measure: 'x' }, { 'if-match': 'nonsense' })).status).toBe(412)
  })

  it('is not completed over what somebody else wrote since it was read', async () => {
    const id = await onSite(await report())
    await patch(id, { cause: '灯泡烧坏' })
    const complete = (tag: string) => {
      const sent = { body: { cause: '线路老化' }, headers: { 'if-match': tag }, token: responder }
      return api.ask('POST', `/tickets/${id}/complete`, sent)
    }
    expect((await complete('"1"')).status).toBe(412)
    expect(await job(id)).toMatchObject({ cause: '灯泡烧坏', version: 2 })
    expect((await complete('"2"')).status).toBe(200)
  })

  it('shows who asked to cancel it for as long as a second person may confirm it', async () => {
    const id = await report({ priority: 'critical' })
    await post(id, 'cancel', { note: '误报' })
    expect(await job(id)).toMatchObject({ cancelAsked: { note: '误报' } })
    api.clock.advance(60 * 60_000 + 1)
    expect(await job(id)).toMatchObject({ cancelAsked: null })
  })

  it('is shown with the ticket, with what came before it, and not in lists', async () => {
    const before = await report({ location: '9 栋 901' })
    const id = await report({ location: '9 栋 901' })
    const { body } = await api.get<TicketView & { job: JobView; recurrences: { id: string }[] }>(`/tickets/${id}`)
    expect(body.job).toMatchObject({ version: 1, approval: null, consents: [], signatures: [], totalFen: 0 })
    expect(body.recurrences).toMatchObject([{ id: before, title: '门口灯坏了' }])
    const { items } = (await api.get<{ items: object[] }>('/tickets?limit=1')).body
    expect(items[0]).not.toHaveProperty('job')
  })

  it('names what a ticket is the rework of and what it was reworked by, also once that is over', async () => {
    const id = await onSite(await report({ location: '9 栋 902' }))
    for (const step of ['complete', 'sign-off', 'close']) {
      expect((await post(id, step, step === 'sign-off' ? { signature: '陈先生' } : {})).status).toBe(200)
    }
    const { body: rework } = await post<TicketView>(id, 'rework', { note: '又坏了' })
    await post(rework.id, 'cancel', { note: '修好了' })
    const related = async (of: string) => (await api.get<{ related: object[] }>(`/tickets/${of}`)).body.related
    expect(await related(id)).toMatchObject([{ id: rework.id, number: rework.number, relation: 'rework' }])
    expect(await related(rework.id)).toMatchObject([{ id, relation: 'original', state: 'closed' }])
  })

  it('names nothing of a site that somebody does not see: what it is of may have moved there', async () => {
    const id = await onSite(await report({ location: '9 栋 903' }))
    for (const step of ['complete', 'sign-off', 'close']) {
      await post(id, step, step === 'sign-off' ? { signature: '陈先生' } : {})
    }
    const { body: rework } = await post<TicketView>(id, 'rework', { note: '又坏了' })
    await api.post('/sites', { id: 'elsewhere', name: '别处' })
    const file = new BetterSqlite3(join(api.dataDir, 'shifen.db'))
    file.prepare(`update tickets set site = 'elsewhere' where id = ?`).run(id)
    file.close()
    const related = async (sites: string[] | null) => {
      const token = await api.token('dispatcher', sites)
      return (await api.get<{ related: object[] }>(`/tickets/${rework.id}`, token)).body.related
    }
    expect(await related(['default'])).toEqual([])
    expect(await related(['default', 'elsewhere'])).toMatchObject([{ id }])
    expect(await related(null)).toMatchObject([{ id }])
  })

  it.each([
    { costs: [{ ...line, quantity: 0.0001 }] },
    { costs: [{ ...line, quantity: -1 }] },
    { costs: [{ ...line, quantity: 1_000_001 }] },
    { costs: [{ ...line, unitPriceFen: 1.5 }] },
    { costs: [{ ...line, unitPriceFen: 1_000_000_001 }] },
    { costs: Array.from({ length: 201 }, () => line) },
    { costs: Array.from({ length: 10 }, () => ({ ...line, quantity: 1_000_000, unitPriceFen: 1_000_000_000 })) },
    { title: '' },
    { cause: 'x'.repeat(4_001) },
    { size: 'huge' },
    { charge: { paid: true, quotedFen: 1 } },
    { version: 7 },
  ])('is refused what cannot be: %j', async (body) => {
    const id = await report()
    expect((await patch(id, body)).status).toBe(422)
    expect((await job(id)).version).toBe(1)
  })

  it('is no longer edited once the ticket has ended, and does not exist for another site', async () => {
    const id = await report()
    await post(id, 'cancel', { note: 'x' })
    expect((await patch(id, { cause: 'x' })).status).toBe(409)
    await api.post('/sites', { id: 'south', name: 'South' })
    const outsider = await api.token('dispatcher', ['south'])
    expect((await api.get(`/tickets/${id}/job`, outsider)).status).toBe(404)
    for (const path of ['quote', 'agree', 'approve', 'refuse', 'consents', 'signatures']) {
      const body = { quote: { amountFen: 1 }, agree: { name: 'a' }, refuse: { note: 'a' }, consents: { what: 'a' } }
      const sent = path === 'signatures' ? { signer: 'customer', name: 'a' } : (body[path as 'quote'] ?? {})
      expect([path, (await post(id, path, sent, outsider)).status]).toEqual([path, 404])
    }
  })

  it('is nothing for a viewer or an engineer to write', async () => {
    const id = await report()
    for (const role of ['viewer', 'engineer'] as const) {
      const token = await api.token(role)
      expect((await api.get(`/tickets/${id}/job`, token)).status).toBe(200)
      for (const path of ['quote', 'agree', 'approve', 'refuse', 'consents', 'signatures', 'consents/x/give']) {
        expect([role, path, (await post(id, path, {}, token)).status]).toEqual([role, path, 403])
      }
      const { status } = await api.ask('PATCH', `/tickets/${id}/job`, { body: {}, token })
      expect([role, status]).toEqual([role, 403])
    }
  })
})

describe('the steps of a work order', () => {
  it('has the price told and agreed before paid work', async () => {
    const id = await onSite(await report())
    expect((await post(id, 'quote', { amountFen: 5_000 })).status).toBe(409)
    await patch(id, { charge: { paid: true } })
    expect((await post(id, 'first-handling')).status).toBe(409)
    expect((await post(id, 'quote', { amountFen: 5_000 }, responder)).body.charge.quotedFen).toBe(5_000)
    const key = { 'idempotency-key': 'agree-1' }
    const agree = () =>
      api.ask<JobView>('POST', `/tickets/${id}/agree`, { body: { name: '李女士' }, headers: key, token: responder })
    expect((await agree()).body).toEqual((await agree()).body)
    expect((await post(id, 'first-handling')).status).toBe(200)
    expect((await post(id, 'quote', { amountFen: -1 })).status).toBe(422)
  })

  it('has consent asked by the responder and given by the admin', async () => {
    const id = await onSite(await report())
    const asked = await post<{ id: string; state: string }>(id, 'consents', { what: '拆墙' }, responder)
    expect([asked.status, asked.body.state]).toEqual([201, 'asked'])
    expect((await post(id, `consents/${asked.body.id}/give`, {}, responder)).status).toBe(403)
    expect((await post(id, 'complete', {})).status).toBe(409)
    const given = await post(id, `consents/${asked.body.id}/give`)
    expect([given.status, given.body]).toMatchObject([200, { state: 'given', by: 'admin' }])
    expect((await post(id, 'consents/none/refuse')).status).toBe(404)
    expect((await post(id, 'complete', {})).status).toBe(200)
  })

  it('waits for approval where a commitment asks for it, which is not offered as depart before', async () => {
    const targets = [{ milestone: 'accept', withinMs: 60_000, calendar: 'around_the_clock' }]
    const name = { zh: '审批', en: 'Approval' }
    await api.post('/sites', { id: 'd8', name: 'D8' })
    await api.post('/commitments', { id: 'd8', name, sites: ['d8'], targets, approval: {} })
    const id = await report({ site: 'd8' })
    await post(id, 'assign', { assignee: 'gong' })
    const accepted = await post<TicketView>(id, 'accept')
    expect(accepted.body.actions).not.toContain('depart')
    expect((await post(id, 'depart')).status).toBe(409)
    expect((await post(id, 'refuse', {})).status).toBe(422)
    expect((await post(id, 'refuse', { note: '先报价' })).body.approval).toMatchObject({
      state: 'refused',
      needed: true,
    })
    expect((await post(id, 'approve')).body.approval?.state).toBe('given')
    expect((await post(id, 'depart')).status).toBe(200)
  })
})

describe('what is told with the steps of the ticket', () => {
  it('is cause and measure with complete, and a time with rework; elsewhere it is refused', async () => {
    const id = await onSite(await report())
    expect((await post(id, 'hold', {})).status).toBe(422)
    expect((await post(id, 'contact', { cause: 'x' })).status).toBe(422)
    expect((await post(id, 'complete', { cause: '灯泡烧坏', measure: '更换' })).status).toBe(200)
    expect((await job(id)).cause).toBe('灯泡烧坏')
    const appointmentAt = '2026-11-25T14:00:00+08:00'
    const rework = await post<TicketView & { kind: string }>(id, 'rework', { note: '又坏了', appointmentAt })
    expect([rework.status, rework.body.kind]).toEqual([201, 'appointment'])
    expect((await post(id, 'rework', { appointmentAt: '2020-01-01T00:00:00Z' })).status).toBe(422)
  })
})
