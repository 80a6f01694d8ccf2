import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'

interface Items<T> {
  items: T[]
  next: string | null
}
interface Override {
  id: string
  from: string
  until: string
  out: string | null
  in: string | null
  by: string
}
interface Stretch {
  responder: string
  rotation: string | null
  override: string | null
  from: string
  to: string
}

let api: ApiTest
let dispatcher: string
let viewer: string
let elsewhere: string
beforeAll(async () => {
  api = await startApi()
  dispatcher = await api.token('dispatcher', ['default'], 'Wu')
  viewer = await api.token('viewer')
  await api.post('/sites', { id: 'river', name: '滨江' })
  elsewhere = await api.token('dispatcher', ['river'])
  for (const [id, name] of [
    ['li', '李师傅'],
    ['wang', '王师傅'],
    ['zhao', '赵师傅'],
  ]) {
    const phone = '+86 138-0000-0000'
    const made = await api.post('/responders', { id, name, sites: ['default'], skills: ['water'], phone }, dispatcher)
    expect([made.status, made.text]).toEqual([201, made.text])
  }
  expect((await api.post('/crews', { id: 'c', name: '甲班', sites: ['default'], members: ['wang'] })).status).toBe(201)
  const made = await api.ask('POST', '/rosters', { raw: ROSTER, token: dispatcher, headers: YAML })
  expect([made.status, made.text]).toEqual([201, made.text])
})
afterAll(() => api.end())

const YAML = { 'content-type': 'application/yaml' }
/** The nights are a crew's, and of the days one in two is nobody's. */
const ROSTER = `
id: main
name: 值班表
sites: [default]
skills: [water]
rotations:
  - id: day
    name: 白班
    startsOn: 2026-11-23
    turnDays: 1
    turns: [{ responders: [li] }]
    shift: { from: '08:00', to: '20:00', days: [mon, wed] }
  - id: night
    name: 夜班
    startsOn: 2026-11-23
    turnDays: 1
    turns: [{ crews: [c] }]
    shift: { from: '20:00', to: '08:00' }
`
const TUESDAY = { from: '2026-11-24T08:00:00+08:00', until: '2026-11-24T20:00:00+08:00' }
const WEDNESDAY = { from: '2026-11-25T08:00:00+08:00', until: '2026-11-25T20:00:00+08:00' }

const onDuty = (at: string, token?: string) =>
  api.get<{ changesAt: string; items: { responder: string; name: string }[] }>(
    `/on-duty?site=default&at=${encodeURIComponent(at)}`,
    token,
  )
const names = async (at: string) => (await onDuty(at)).body.items.map(({ name }) => name)

describe('people and rosters', () => {
  it('are dispatchers’ to set up; contacts are not for viewers, who see names by who is on duty', async () => {
    expect((await api.get('/responders', viewer)).status).toBe(403)
    expect((await api.get('/responders/li', viewer)).status).toBe(403)
    expect((await api.get('/responders/li/versions', viewer)).status).toBe(403)
    expect((await api.post('/responders', { id: 'x', name: 'x', sites: ['default'] }, viewer)).status).toBe(403)
    expect((await api.get('/responders/li', dispatcher)).body).toMatchObject({ phone: '+86 138-0000-0000' })
    const told = await onDuty('2026-11-23T12:00:00+08:00', viewer)
    expect(told.body.items).toMatchObject([{ responder: 'li', name: '李师傅' }])
    expect(told.text).not.toContain('138')
  })

  it('are shown with what is odd, and are refused with the place of what is wrong', async () => {
    const roster = (await api.get<{ warnings: { message: string }[] }>('/rosters/main', viewer)).body
    expect(roster.warnings[0]!.message).toBe(
      'nobody for water on site default from 2026-11-24 08:15 to 2026-11-24 20:00',
    )
    const wrong = { ...roster, rotations: [] }
    const answer = await api.ask<{ errors: { field: string }[] }>('PUT', '/rosters/main', { body: wrong })
    expect([answer.status, answer.body.errors[0]!.field]).toEqual([422, 'rotations'])
    expect((await api.ask('DELETE', '/responders/li')).body).toMatchObject({
      status: 409,
      detail: 'responder li is named by roster main; change that first',
    })
  })

  it('are warned of when who is named has left since', async () => {
    const messages = async (path: string) => {
      const { body } = await api.get<{ warnings: { message: string }[] }>(path)
      return body.warnings.map(({ message }) => message)
    }
    const wang = (await api.get<Record<string, unknown>>('/responders/wang')).body
    await api.ask('PUT', '/responders/wang', { body: { ...wang, enabled: false } })
    expect((await messages('/rosters/main'))[0]).toBe(
      'nobody of crew 甲班 can be called on a site of the roster; enable or add somebody',
    )
    await api.ask('PUT', '/responders/wang', { body: { ...wang, enabled: true } })
    expect((await messages('/rosters/main'))[0]).toContain('nobody for water')
  })

  it('that were read can be sent back as they are: an override keeps its author', async () => {
    const made = (await api.post<Override>('/rosters/main/overrides', { ...TUESDAY, in: 'zhao' }, dispatcher)).body
    const { body } = await api.get<{ version: number; overrides: Override[] }>('/rosters/main')
    const forged = { ...body, overrides: body.overrides.map((each) => ({ ...each, by: 'nobody' })) }
    const saved = await api.ask<typeof body>('PUT', '/rosters/main', { body: forged })
    expect(saved.body).toMatchObject({ version: body.version, overrides: [{ id: made.id, by: 'Wu' }] })
    expect((await api.ask('DELETE', `/rosters/main/overrides/${made.id}`)).status).toBe(204)
  })
})

describe('overrides and swaps', () => {
  it('are made once a key, change who is on duty and the gaps, and are taken back', async () => {
    const gaps = async () =>
      (await api.get<Items<Stretch>>('/duty-gaps?site=default')).body.items.map(({ from }) => from)
    expect(await gaps()).toContain('2026-11-24T00:15:00.000Z')
    const asked = { body: { ...TUESDAY, in: 'zhao', reason: '加班' }, headers: { 'idempotency-key': 'k' } }
    const first = await api.ask<Override>('POST', '/rosters/main/overrides', { ...asked, token: dispatcher })
    const again = await api.ask<Override>('POST', '/rosters/main/overrides', { ...asked, token: dispatcher })
    expect(first).toMatchObject({ status: 201, body: { in: 'zhao', out: null, by: 'Wu' } })
    expect(again.body).toEqual(first.body)
    expect(await names('2026-11-24T12:00:00+08:00')).toEqual(['赵师傅'])
    expect(await gaps()).not.toContain('2026-11-24T00:15:00.000Z')
    expect((await api.ask('DELETE', `/rosters/main/overrides/${first.body.id}`, { token: dispatcher })).status).toBe(
      204,
    )
    expect(await names('2026-11-24T12:00:00+08:00')).toEqual([])
    expect((await api.ask('DELETE', `/rosters/main/overrides/${first.body.id}`)).status).toBe(404)
  })

  it('swap two shifts', async () => {
    const one = { responder: 'li', ...WEDNESDAY }
    const other = { responder: 'wang', from: '2026-11-26T20:00:00+08:00', until: '2026-11-27T08:00:00+08:00' }
    const swap = await api.post<Items<Override>>('/rosters/main/swap', { one, other }, dispatcher)
    expect([swap.status, swap.body.items.map((each) => [each.out, each.in])]).toEqual([
      201,
      [
        ['li', 'wang'],
        ['wang', 'li'],
      ],
    ])
    expect(await names('2026-11-25T12:00:00+08:00')).toEqual(['王师傅'])
    expect(await names('2026-11-27T03:00:00+08:00')).toEqual(['李师傅'])
    expect((await api.post('/rosters/main/swap', { one, other })).status).toBe(409)
  })

  it('are for dispatchers of the site', async () => {
    const responder = await api.token('responder', null, 'li')
    const body = { ...WEDNESDAY, out: 'li' }
    expect((await api.post('/rosters/main/overrides', body, responder)).status).toBe(403)
    expect((await api.post('/rosters/main/overrides', body, elsewhere)).status).toBe(404)
    expect((await api.post('/rosters/main/swap', { one: {}, other: {} })).status).toBe(422)
  })
})

describe('what is worked out', () => {
  it('tells shifts by time, page by page, with what put whom there', async () => {
    const path = '/rosters/main/shifts?from=2026-11-25T00:00:00Z&to=2026-11-27T12:00:00Z'
    const all = (await api.get<Items<Stretch>>(path, viewer)).body.items
    expect(all.map(({ responder, rotation, override }) => [responder, rotation, override !== null])).toEqual([
      ['wang', 'day', true],
      ['wang', 'night', false],
      ['li', 'night', true],
    ])
    const first = (await api.get<Items<Stretch>>(`${path}&limit=2`)).body
    expect(first.next).toBe('2')
    const rest = (await api.get<Items<Stretch>>(`${path}&limit=2&cursor=${first.next}`)).body
    expect(rest).toEqual({ items: all.slice(2), next: null })
  })

  it('tells when duty changes next, and gaps in a skill that nobody names', async () => {
    expect((await onDuty('2026-11-23T12:00:00+08:00')).body.changesAt).toBe('2026-11-23T12:00:00.000Z')
    const path = '/duty-gaps?site=default&skill=lift&from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z'
    expect((await api.get<Items<object>>(path)).body.items).toEqual([
      {
        site: 'default',
        roster: null,
        skill: 'lift',
        from: '2026-11-24T00:00:00.000Z',
        to: '2026-11-25T00:00:00.000Z',
      },
    ])
  })

  it.each([
    ['/duty-gaps?site=default&from=2026-11-24T00:00:00Z&to=2027-11-24T00:00:00Z', 422],
    ['/duty-gaps?site=default&from=2026-11-24T00:00:00Z&to=2026-11-24T00:00:00Z', 422],
    ['/rosters/main/shifts?from=2036-11-24T00:00:00Z', 422],
    ['/on-duty?site=default&at=2036-11-24T00:00:00Z', 422],
    ['/on-duty', 422],
    ['/on-duty?site=ghost', 404],
    ['/rosters/ghost/shifts', 404],
    ['/rosters/main/shifts?site=river', 404],
  ])('answers %s with %i', async (path, status) => {
    expect((await api.get(path)).status).toBe(status)
  })

  it('is nobody else’s', async () => {
    for (const path of ['/on-duty?site=default', '/duty-gaps?site=default', '/rosters/main/shifts']) {
      expect([path, (await api.get(path, elsewhere)).status]).toEqual([path, 404])
    }
  })
})
