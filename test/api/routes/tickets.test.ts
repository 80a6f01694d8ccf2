import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmView, Page, TicketView } from '../../../api/web/src/api/types.ts'
import { TICKET_ACTIONS } from '../../../rules/model.ts'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

type Detailed = TicketView & {
  history: { at: string; by: string; action: string; from: string | null; to: string | null; note: string }[]
  signature: { name: string; at: string } | null
  reworkOf: string | null
  follows: string | null
}

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

const act = (id: string, action: string, body?: object) => api.post<Detailed>(`/tickets/${id}/${action}`, body)
const read = async (id: string) => (await api.get<Detailed>(`/tickets/${id}`)).body
const report = (rest: object = {}) =>
  api.post<Detailed>('/tickets', { site: 'default', category: 'other', title: '门口灯坏了', ...rest })
const minute = (count: number) => new Date(START_MS + count * 60_000).toISOString()

describe('a ticket', () => {
  it('goes its whole way, each step in its history, each milestone at its time', async () => {
    const { id, alarms } = await api.leak('leak-1')
    const steps: [action: string, state: string, body?: Record<string, string>][] = [
      ['contact', 'pending_dispatch', { note: '住户在家' }],
      ['assign', 'assigned', { assignee: '王师傅' }],
      ['accept', 'accepted'],
      ['depart', 'en_route'],
      ['arrive', 'on_site'],
      ['hold', 'on_hold', { note: '等配件' }],
      ['resume', 'on_site'],
      ['first-handling', 'on_site'],
      ['complete', 'completed'],
      ['sign-off', 'signed_off', { signature: '李女士' }],
      ['close', 'closed'],
    ]
    for (const [action, state, body] of steps) {
      api.clock.advance(60_000)
      const { status, body: ticket } = await act(id, action, body)
      expect([action, status, ticket.state]).toEqual([action, 200, state])
    }
    const ticket = await read(id)
    expect(ticket).toMatchObject({
      state: 'closed',
      assignee: '王师傅',
      signature: { name: '李女士', at: minute(10) },
      openedAt: minute(0),
      updatedAt: minute(11),
      closedAt: minute(11),
      actions: ['rework'],
      clocks: [
        { milestone: 'accept', dueAt: minute(3), metAt: minute(3), state: 'met' },
        { milestone: 'arrive', dueAt: minute(10), metAt: minute(5), state: 'met' },
        { milestone: 'complete', metAt: minute(9), state: 'met' },
      ],
    })
    expect(ticket.history.map(({ at, by, action, from, to, note }) => [at, by, action, from, to, note])).toEqual([
      [minute(0), 'system', 'open', null, 'pending_dispatch', ''],
      ...steps.map(([action, state, body], index) => {
        const from = index === 0 ? 'pending_dispatch' : steps[index - 1]![1]
        return [minute(index + 1), 'admin', action, from, state, Object.values(body ?? {})[0] ?? '']
      }),
    ])
    // A ticket outlives its alarm, and closing it does not make the basement dry.
    const alarm = (await api.get<AlarmView>(`/alarms/${alarms[0]}`)).body
    expect(alarm).toMatchObject({ state: 'unacked', active: true, ticket: id })
  })

  it('is reported by a resident, and numbered by its site’s day', async () => {
    const reporter = { name: '陈先生', phone: '138 0000 0000', channel: '电话' }
    const { status, body } = await report({
      location: '3 栋 201',
      description: '第一行\n第二行',
      priority: 'high',
      reporter,
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      state: 'pending_dispatch',
      origin: 'report',
      priority: 'high',
      location: '3 栋 201',
      description: '第一行\n第二行',
      reporter,
      device: null,
      alarms: [],
      titles: { zh: '门口灯坏了' },
    })
    expect(body.number).toBe('20261123-0002')
    expect(body.clocks.map(({ milestone }) => milestone)).toEqual(['accept', 'arrive', 'complete'])
  })

  it('is reported with what it asks for, how large, what is wrong, and when; times are refused that cannot be', async () => {
    const said = { kind: 'appointment', size: 'small', problems: ['water.drip'] }
    const times = { occurredAt: '2026-11-23T09:30:00+08:00', appointmentAt: '2026-11-25T14:00:00+08:00' }
    const { status, body } = await report({ ...said, ...times })
    expect([status, body]).toMatchObject([
      201,
      { ...said, occurredAt: '2026-11-23T01:30:00.000Z', appointmentAt: '2026-11-25T06:00:00.000Z' },
    ])
    expect((await report()).body).toMatchObject({ kind: 'repair', size: null, problems: [], appointmentAt: null })
    for (const wrong of [
      ...[{ kind: 'appointment' }, { appointmentAt: times.appointmentAt }, { kind: 'party' }, { size: 'huge' }],
      ...[{ occurredAt: '2026-11-24T09:30:00+08:00' }, { occurredAt: '2026-11-23T09:30:00' }],
      ...[{ problems: ['Burst pipe'] }, { problems: Array.from({ length: 11 }, (_, index) => `p${index}`) }],
    ]) {
      expect([wrong, (await report(wrong)).status]).toEqual([wrong, 422])
    }
  })

  it('is not put off to a time where it is an emergency, said or named, and tells what to do', async () => {
    const visit = { kind: 'appointment', appointmentAt: '2026-11-25T14:00:00+08:00' }
    for (const emergency of [{ priority: 'critical' }, { problems: ['water.burst'] }]) {
      const { status, body } = await report({ ...visit, ...emergency })
      expect([status, body]).toMatchObject([
        422,
        { detail: expect.stringContaining('leave the time out, or report it as none') as string },
      ])
    }
    expect((await report({ ...visit, priority: 'high' })).status).toBe(201)
  })

  it("logs the maintenance firm's arrival, which is not the property's", async () => {
    const { id } = (await report({ category: 'elevator', priority: 'critical', problems: ['elevator.entrapment'] }))
      .body
    const { status, body } = await act(id, 'arrive', { party: 'maintenance_firm', note: '两人' })
    expect([status, body.state]).toEqual([200, 'pending_dispatch'])
    const arrivals = body.clocks.filter(({ milestone }) => milestone === 'arrive')
    expect(arrivals).toMatchObject([
      { id: 'arrive', party: 'property', state: 'running' },
      { id: 'arrive-2', party: 'maintenance_firm', state: 'met' },
    ])
    await act(id, 'contact', { note: '已与被困人员通话' })
    const told = (await read(id)).history.slice(1).map(({ action, to, note }) => [action, to, note])
    expect(told).toEqual([
      ['arrive', 'pending_dispatch', 'maintenance_firm: 两人'],
      ['contact', 'pending_dispatch', '已与被困人员通话'],
    ])
    expect((await act(id, 'assign', { assignee: 'a', party: 'maintenance_firm' })).status).toBe(422)
  })

  it('is refused what its state does not allow, for every action, and stays as it was', async () => {
    const { id, actions } = (await report()).body
    expect(actions).toEqual(['contact', 'assign', 'cancel'])
    const before = await read(id)
    const full = { assignee: 'a', signature: 'b', note: 'c' }
    for (const action of TICKET_ACTIONS.filter((each) => !actions.includes(each))) {
      const { status, body } = await api.post<{ detail: string }>(`/tickets/${id}/${action}`, full)
      expect([action, status]).toEqual([action, 409])
      expect(body.detail).toContain('pending_dispatch')
    }
    expect(await read(id)).toEqual(before)
  })

  it('is refused an action without what it needs', async () => {
    const { id } = (await report()).body
    for (const body of [undefined, {}, { assignee: '' }, { assignee: '   ' }]) {
      expect((await act(id, 'assign', body)).status).toBe(422)
    }
    expect((await act(id, 'cancel')).status).toBe(422)
    expect((await act(id, 'contact', { assigne: 'typing error' })).status).toBe(422)
    for (const action of ['assign', 'accept', 'depart', 'arrive', 'complete']) {
      expect((await act(id, action, action === 'assign' ? { assignee: 'a' } : {})).status).toBe(200)
    }
    expect((await act(id, 'sign-off', { note: 'nobody there' })).status).toBe(422)
    expect((await read(id)).state).toBe('completed')
  })

  it('takes an action without any body and without a content type', async () => {
    const { id } = (await report()).body
    expect((await api.ask('POST', `/tickets/${id}/contact`)).status).toBe(200)
  })

  it('comes back to be dispatched when it is declined, and is cancelled with a reason', async () => {
    const { id } = (await report()).body
    await act(id, 'assign', { assignee: 'a' })
    expect((await act(id, 'decline', { note: 'too far' })).body).toMatchObject({
      state: 'pending_dispatch',
      assignee: null,
    })
    const { body } = await act(id, 'cancel', { note: 'a duplicate' })
    expect(body).toMatchObject({ state: 'cancelled', actions: [] })
    expect(new Set(body.clocks.map(({ state }) => state))).toEqual(new Set(['cancelled']))
    expect((await read(id)).history.at(-1)).toMatchObject({ action: 'cancel', note: 'a duplicate' })
  })

  it('is answered with a new linked ticket when the repair did not hold', async () => {
    const { id } = (await report()).body
    for (const [action, body] of [
      ['assign', { assignee: 'a' }],
      ['accept'],
      ['depart'],
      ['arrive'],
      ['complete'],
    ] as const) {
      await act(id, action, body)
    }
    const { status, body } = await act(id, 'rework', { note: 'drips again' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      origin: 'rework',
      reworkOf: id,
      state: 'pending_dispatch',
      description: 'drips again',
    })
    expect(body.id).not.toBe(id)
    expect((await read(id)).state).toBe('completed')
  })

  it('is told late after its minutes, once, and the ticket goes on', async () => {
    const { id, openedAt } = (await report()).body
    const due = Date.parse(openedAt) + 600_000
    api.clock.set(due)
    await api.service.tick()
    const arrive = async () => (await read(id)).clocks.find(({ milestone }) => milestone === 'arrive')!.state
    expect(await arrive()).toBe('running')
    api.clock.advance(1)
    await api.service.tick()
    await api.service.tick()
    expect(await arrive()).toBe('breached')
    const breaches = (await read(id)).history.filter(({ action, note }) => action === 'breach' && note === 'arrive')
    expect(breaches.map(({ at }) => at)).toEqual([new Date(due + 1).toISOString()])
    for (const [action, body] of [['assign', { assignee: 'a' }], ['accept'], ['depart'], ['arrive']] as const) {
      await act(id, action, body)
    }
    expect(await arrive()).toBe('met_late')
  })
})

describe('an Idempotency-Key', () => {
  const once = (path: string, key: string, body: object) =>
    api.ask<Detailed>('POST', path, { body, headers: { 'idempotency-key': key } })

  it('makes a request that is sent again be done once and answered again', async () => {
    const body = { site: 'default', category: 'other', title: 'once' }
    const first = await once('/tickets', 'key-1', body)
    const again = await once('/tickets', 'key-1', body)
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    const assigned = await once(`/tickets/${first.body.id}/assign`, 'key-2', { assignee: 'a' })
    await act(first.body.id, 'accept')
    const repeated = await once(`/tickets/${first.body.id}/assign`, 'key-2', { assignee: 'a' })
    expect(repeated.body).toEqual(assigned.body)
    expect((await read(first.body.id)).state).toBe('accepted')
    expect((await read(first.body.id)).history.map(({ action }) => action)).toEqual(['open', 'assign', 'accept'])
  })

  it('does it once also where both are sent at the same moment', async () => {
    const body = { site: 'default', category: 'other', title: 'twin' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => once('/tickets', 'key-3', body)))
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
  })

  it('is refused for another request, belongs to who sent it, and is not used up by a refusal', async () => {
    const body = { site: 'default', category: 'other', title: 'key four' }
    const first = await once('/tickets', 'key-4', body)
    expect((await once('/tickets', 'key-4', { ...body, title: 'other' })).status).toBe(422)
    const token = await api.token('dispatcher')
    const other = await api.ask<Detailed>('POST', '/tickets', { body, token, headers: { 'idempotency-key': 'key-4' } })
    expect(other.status).toBe(201)
    expect(other.body.id).not.toBe(first.body.id)
    expect((await once(`/tickets/${first.body.id}/accept`, 'key-5', {})).status).toBe(409)
    await act(first.body.id, 'assign', { assignee: 'a' })
    expect((await once(`/tickets/${first.body.id}/accept`, 'key-5', {})).status).toBe(200)
  })

  it('is a responder’s own with whichever login he comes back', async () => {
    const { id } = (await report({})).body
    await act(id, 'assign', { assignee: 'a' })
    const contact = async (name: string) => {
      const token = await api.token('responder', ['default'], name)
      return api.ask('POST', `/tickets/${id}/contact`, { body: {}, token, headers: { 'idempotency-key': 'key-6' } })
    }
    const contacts = async () => (await read(id)).history.filter(({ action }) => action === 'contact').length
    expect([(await contact('a')).status, (await contact('a')).status, await contacts()]).toEqual([200, 200, 1])
    await act(id, 'assign', { assignee: 'b' })
    expect([(await contact('b')).status, await contacts()]).toEqual([200, 2])
  })
})

describe('the list of tickets', () => {
  it('is read page by page without a gap or a double, newest first, also while new ones come', async () => {
    await api.post('/sites', { id: 'long', name: 'Long' })
    const made: string[] = []
    for (let index = 0; index < 25; index += 1) made.push((await report({ site: 'long' })).body.id)
    const seen: string[] = []
    let next: string | null = null
    do {
      const cursor: string = next === null ? '' : `&cursor=${next}`
      const page: Page<TicketView> = (await api.get<Page<TicketView>>(`/tickets?site=long&limit=7${cursor}`)).body
      seen.push(...page.items.map(({ id }) => id))
      expect(page.items.length).toBeLessThanOrEqual(7)
      next = page.next
      await report({ site: 'long' })
    } while (next !== null)
    expect(seen).toEqual(made.reverse())
  })

  it('has nothing after a last page that is full', async () => {
    const count = (await api.get<Page<TicketView>>('/tickets?site=long&limit=500')).body.items.length
    expect((await api.get<Page<TicketView>>(`/tickets?site=long&limit=${count}`)).body.next).toBeNull()
    expect((await api.get<Page<TicketView>>(`/tickets?site=long&limit=${count - 1}`)).body.next).not.toBeNull()
  })

  it('is cut to 500 where more is asked for', { timeout: 60_000 }, async () => {
    await api.post('/sites', { id: 'longer', name: 'Longer' })
    for (let made = 0; made < 510; made += 51) {
      await Promise.all(Array.from({ length: 51 }, () => report({ site: 'longer' })))
    }
    const { body } = await api.get<Page<TicketView>>('/tickets?site=longer&limit=100000')
    expect(body.items).toHaveLength(500)
    const rest = await api.get<Page<TicketView>>(`/tickets?site=longer&limit=500&cursor=${body.next}`)
    expect(rest.body.items).toHaveLength(10)
    expect(rest.body.next).toBeNull()
  })

  it('is cut by state, category, device and assignee', async () => {
    const find = async (query: string) =>
      (await api.get<Page<TicketView>>(`/tickets?limit=500&${query}`)).body.items.map(({ state }) => state)
    expect(new Set(await find('state=closed,cancelled'))).toEqual(new Set(['closed', 'cancelled']))
    // The basement was still wet ten minutes after its ticket closed: a second one follows it.
    expect(await find('category=water_leak')).toEqual(['pending_dispatch', 'closed'])
    expect(await find('device=leak-1')).toEqual(['pending_dispatch', 'closed'])
    expect(await find(`assignee=${encodeURIComponent('王师傅')}`)).toEqual(['closed'])
    expect(await find('device=none')).toEqual([])
  })
})
