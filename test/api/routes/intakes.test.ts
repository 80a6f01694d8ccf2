import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page, TicketView } from '../../../api/web/src/api/types.ts'
import { codeOf } from '../../../rules/desk/reference.ts'
import { ROLES } from '../../../rules/model.ts'
import { createSealer } from '../../../rules/secrets.ts'
import { type ApiTest, startApi, START_MS } from '../../support/api-client.ts'

interface Entry {
  id: string
  number: string
  channel: string
  ticket: string
  joined: boolean
}
interface Registered {
  intake: Entry
  ticket: TicketView
  joined: boolean
  reference: { number: string; code: string }
}

let api: ApiTest
let leak: TicketView
beforeAll(async () => {
  api = await startApi()
  await api.device('leak-1', 'water_leak', 'default', { location: 'B2 泵房' })
  await api.publish('leak-1', 'event', { event: 'water.leak', active: true })
  leak = (await api.get<Page<TicketView>>('/tickets')).body.items[0]!
})
afterAll(() => api.end())

const said = { site: 'default', household: '3-2-502', text: '水管漏水', category: 'water_leak' }
const register = (rest: object = {}, token?: string) => api.post<Registered>('/intakes', { ...said, ...rest }, token)
const list = async (query = '', token?: string) => (await api.get<Page<Entry>>(`/intakes${query}`, token)).body.items

describe('the register of reports', () => {
  it('opens a ticket, and gives the reference that its state is asked with', async () => {
    const at = { appointmentAt: '2026-11-23T15:00:00+08:00', occurredAt: '2026-11-23T09:00:00+08:00' }
    const paid = { paid: true, quotedFen: 5_000, agreedBy: '王', progress: 'sms', phone: '139', name: '王' }
    const { status, body } = await register({ ...at, ...paid, channel: 'desk', location: '厨房', size: 'small' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      joined: false,
      ticket: {
        kind: 'appointment',
        size: 'small',
        location: '3-2-502 厨房',
        appointmentAt: '2026-11-23T07:00:00.000Z',
      },
      intake: { number: 'BX20261123-0001', channel: 'desk', occurredAt: '2026-11-23T01:00:00.000Z', paid: true },
    })
    const key = createSealer(readFileSync(join(api.dataDir, 'secret.key'), 'utf8').trim()).linkKey
    expect(body.reference).toEqual({ number: 'BX20261123-0001', code: codeOf(body.intake.id, key) })
    expect((await api.get(`/intakes/${body.intake.id}`)).body).toEqual(body.intake)
  })

  it('takes a named emergency for one where nobody says how urgent it is', async () => {
    const words = { category: 'elevator', household: '', location: '2 号梯', text: '有人困在电梯里' }
    const trapped = { ...words, problems: ['elevator.entrapment'] }
    expect((await register(trapped)).body.ticket.priority).toBe('critical')
    expect((await register({ ...trapped, priority: 'low', joins: null })).body.ticket.priority).toBe('low')
    expect((await register({ ...words, joins: null })).body.ticket.priority).toBe('medium')
    const ticket = { site: 'default', title: '水管爆裂', category: 'water_leak', problems: ['water.burst'] }
    expect((await api.post('/tickets', ticket)).body.priority).toBe('critical')
  })

  it('puts no emergency off to a time, nor to the appointment of another', async () => {
    const appointmentAt = '2026-11-23T15:00:00+08:00'
    const detailOf = async (rest: object) => {
      const { status, body } = await api.post<{ detail: string }>('/intakes', { ...said, ...rest })
      return [status, body.detail]
    }
    const refused = [422, expect.stringContaining('leave the time out, or report it as none')]
    expect(await detailOf({ appointmentAt, priority: 'critical' })).toEqual(refused)
    expect(await detailOf({ appointmentAt, problems: ['water.burst'] })).toEqual(refused)
    const joins = (await register({ appointmentAt })).body.ticket.id
    expect(await detailOf({ joins, priority: 'critical' })).toEqual([422, expect.stringContaining('leave joins out')])
    expect((await register({ joins })).body.joined).toBe(true)
  })

  it('shows what a report would join, and joins it', async () => {
    const query = `site=default&category=water_leak&location=${encodeURIComponent('b2 泵房')}`
    const { body } = await api.get<{ items: { joins: boolean; likeness: string; ticket: TicketView }[] }>(
      `/intakes/nearby?${query}`,
    )
    expect(body.items[0]).toMatchObject({ joins: true, likeness: 'place', ticket: { id: leak.id } })
    const joined = (await register({ location: 'b2 泵房', channel: 'intercom' })).body
    expect(joined).toMatchObject({ joined: true, ticket: { id: leak.id }, intake: { ticket: leak.id } })
    expect((await register({ location: 'b2 泵房', joins: null })).body.joined).toBe(false)
    expect((await register({ category: 'power', joins: leak.id })).body.ticket.id).toBe(leak.id)
  })

  it('is done once with one Idempotency-Key, and has the same reference', async () => {
    const ask = { body: { ...said, category: 'other', joins: null }, headers: { 'idempotency-key': 'k1' } }
    const [first, again] = [await api.ask('POST', '/intakes', ask), await api.ask('POST', '/intakes', ask)]
    expect([first.status, again.body]).toEqual([201, first.body])
  })

  it('keeps what comes in as a ticket, whose answer is as it was', async () => {
    const report = { site: 'default', category: 'other', title: '门坏', reporter: { channel: 'paper', phone: '138' } }
    const { status, body } = await api.post<TicketView>('/tickets', report)
    expect([status, Object.keys(body).includes('intake')]).toEqual([201, false])
    expect((await list('?limit=1'))[0]).toMatchObject({ ticket: body.id, channel: 'paper', phone: '138', text: '门坏' })
  })

  it('is listed newest first, by site, channel and time', async () => {
    const all = await list()
    expect(all.map(({ number }) => number)).toEqual(
      all
        .map(({ number }) => number)
        .sort()
        .reverse(),
    )
    expect((await list('?channel=desk')).map(({ number }) => number)).toEqual(['BX20261123-0001'])
    const now = new Date(START_MS).toISOString()
    expect(await list(`?to=${now}`)).toEqual([])
    expect(await list(`?from=${now}`)).toHaveLength(all.length)
    expect(await list('?site=north')).toEqual([])
    const first = await api.get<Page<Entry>>('/intakes?limit=2')
    const second = await api.get<Page<Entry>>(`/intakes?limit=2&cursor=${first.body.next}`)
    expect([...first.body.items, ...second.body.items]).toEqual(all.slice(0, 4))
  })

  it.each<[string, number, object]>([
    ['no text', 422, { text: '' }],
    ['the page as a channel, which only the page is', 422, { channel: 'page' }],
    ['a telephone that is none', 422, { phone: 'call me' }],
    ['a price below nothing', 422, { paid: true, quotedFen: -1 }],
    ['another site', 422, { site: 'nowhere' }],
    ['a ticket to join that there is not', 404, { joins: 'none' }],
    ['an unknown field', 422, { colour: 'red' }],
  ])('refuses %s', async (_what, status, rest) => {
    const before = await list()
    expect((await register(rest)).status).toBe(status)
    expect(await list()).toEqual(before)
  })
})

describe('who may', () => {
  it('write and read the register', async () => {
    const id = (await list())[0]!.id
    const may: Record<string, number[]> = {}
    for (const role of ROLES) {
      const token = await api.token(role)
      may[role] = [
        (await api.post('/intakes', {}, token)).status,
        (await api.get('/intakes', token)).status,
        (await api.get(`/intakes/${id}`, token)).status,
        (await api.get('/intakes/nearby?site=default', token)).status,
      ]
    }
    const [reads, none] = [
      [403, 200, 200, 200],
      [403, 403, 403, 403],
    ]
    const all = [422, 200, 200, 200]
    expect(may).toEqual({ admin: all, dispatcher: all, engineer: reads, responder: none, viewer: none })
  })

  it('is of the site: elsewhere there is nothing', async () => {
    const token = await api.token('dispatcher', ['north'])
    const id = (await list())[0]!.id
    expect(await list('', token)).toEqual([])
    expect((await api.get(`/intakes/${id}`, token)).status).toBe(404)
    expect((await api.get('/intakes/nearby?site=default', token)).status).toBe(404)
    expect((await register({}, token)).status).toBe(404)
  })
})
