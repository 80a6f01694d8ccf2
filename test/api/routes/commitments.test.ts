import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../../../api/web/src/api/types.ts'
import type { Commitment } from '../../../rules/model.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

type Fault = { field: string; message: string }
type Shown = Commitment & { version: number; updatedBy: string; warnings: Fault[] }
type Problem = { detail: string; errors?: Fault[] }

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
  for (const id of ['north', 'south']) {
    const made = await api.post('/sites', { id, name: id, timezone: 'Asia/Shanghai' })
    if (made.status !== 201) throw new Error(made.text)
  }
})
afterAll(() => api.end())

const adopt = (preset: string, body: object, token?: string) =>
  api.post<Shown & Problem>(`/commitments/presets/${preset}/adopt`, body, token)
const put = (id: string, body: object, headers = {}) =>
  api.ask<Shown & Problem>('PUT', `/commitments/${id}`, { body, headers })
const remove = (id: string) => api.ask<Problem>('DELETE', `/commitments/${id}`)
const report = async (site: string, rest: object = {}) =>
  (
    await api.post<{ id: string; commitments: string[]; clocks: { milestone: string; dueAt: string }[] }>('/tickets', {
      ...{ site, category: 'other', title: '报修' },
      ...rest,
    })
  ).body

const ours = (id: string, sites: string[], targets: object[], rest: object = {}) => ({
  ...{ id, name: { zh: '我们', en: 'Ours' }, sites, targets },
  ...rest,
})
const arrive = { milestone: 'arrive', withinMs: 600_000, calendar: 'around_the_clock' }

describe('commitments', () => {
  it('begin with ten minutes for every ticket and the rescue of trapped passengers', async () => {
    const { items } = (await api.get<Page<Shown>>('/commitments')).body
    expect(items.map(({ id, sites, warnings }) => [id, sites, warnings])).toEqual([
      ['default', null, []],
      ['rescue-city', null, []],
    ])
  })

  it('are offered as presets to every role: nineteen documents and two rescues', async () => {
    const viewer = await api.token('viewer', ['north'])
    const { items } = (await api.get<{ items: Commitment[] }>('/commitments/presets', viewer)).body
    expect(items).toHaveLength(21)
    expect(items.find(({ id }) => id === 'D13')?.targets[0]).toMatchObject({ quote: '报修项目10分钟内到现场' })
  })

  it('are adopted for a site, edited with their version, and put back; a running ticket keeps what it had', async () => {
    const made = await adopt('D13', { id: 'north-repairs', sites: ['north'], name: { zh: '北区', en: 'North' } })
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"'])
    expect(made.body).toMatchObject({
      id: 'north-repairs',
      document: 'D13',
      sites: ['north'],
      version: 1,
      warnings: [],
    })
    const running = await report('north')
    expect(running.commitments).toEqual(['north-repairs'])
    expect((await report('south')).commitments).toEqual(['default'])

    const [first, ...rest] = made.body.targets
    const edited = { ...made.body, targets: [{ ...first, withinMs: 300_000 }, ...rest] }
    const saved = await put('north-repairs', edited, { 'if-match': '"1"' })
    expect([saved.status, saved.body.version]).toEqual([200, 2])
    expect((await put('north-repairs', edited, { 'if-match': '"1"' })).status).toBe(412)
    const dueMs = ({ clocks }: typeof running) => Date.parse(clocks[0]!.dueAt) - api.clock.now()
    expect(dueMs(await report('north'))).toBe(300_000)
    expect((await api.get<typeof running>(`/tickets/${running.id}`)).body.clocks).toEqual(running.clocks)

    const { items } = (
      await api.get<Page<{ version: number; change: string; changed: string[] }>>('/commitments/north-repairs/versions')
    ).body
    expect(items.map(({ version, change, changed }) => [version, change, changed])).toEqual([
      [2, 'changed', ['targets']],
      [1, 'created', []],
    ])
    expect((await remove('north-repairs')).status).toBe(204)
    expect((await report('north')).commitments).toEqual(['default'])
  })

  it('are written by who may, for sites that he sees', async () => {
    const body = { id: 'of-south', sites: ['south'] }
    for (const role of ['viewer', 'responder', 'dispatcher'] as const) {
      expect((await adopt('D13', body, await api.token(role))).status).toBe(403)
    }
    const engineer = await api.token('engineer', ['north'])
    expect((await adopt('D13', body, engineer)).body.detail).toContain('name only sites that you see')
    expect((await adopt('D13', { ...body, sites: null }, engineer)).status).toBe(422)
    expect((await adopt('D13', { ...body, sites: ['north'] }, engineer)).status).toBe(201)
    expect((await api.get('/commitments/of-south', await api.token('viewer', ['south']))).status).toBe(404)
    expect((await remove('of-south')).status).toBe(204)
  })

  it('are refused with what to do', async () => {
    expect((await adopt('D20', { id: 'x', sites: null })).status).toBe(404)
    expect((await adopt('D13', { id: 'default', sites: null })).status).toBe(409)
    expect((await adopt('D13', { id: 'x', sites: ['nowhere'] })).body.detail).toContain('nowhere does not exist')
    const refused = async (body: object) => (await api.post<Problem>('/commitments', body)).body.errors
    expect(await refused(ours('x', ['north'], []))).toEqual([
      { field: 'targets', message: 'at least one: a milestone, within which time, by which calendar' },
    ])
    expect((await refused(ours('presets', ['north'], [arrive])))?.[0]?.field).toBe('id')
    expect((await refused(ours('x', ['north'], [{ ...arrive, within: 5 }])))?.[0]?.field).toBe('targets[0].within')
    const onTime = { measure: 'on_time', percent: 99, quote: '及时率' }
    const twice = ours('x', ['north', 'north'], [arrive], { quality: [onTime, { ...onTime, percent: 95 }] })
    expect((await refused(twice))?.map(({ field }) => field)).toEqual(['sites', 'quality'])
    const halfDays = { ...arrive, calendar: 'working_days', withinMs: 43_200_000 }
    expect((await refused(ours('x', ['north'], [halfDays])))?.[0]).toMatchObject({
      field: 'targets[0].withinMs',
      message: expect.stringContaining('whole days') as string,
    })
  })

  it('warn of emergencies without an arrival, and are not deleted where they are the only ones', async () => {
    const { status, body } = await adopt('D2', { id: 'slow', sites: ['north'] })
    expect([status, body.warnings.map(({ field }) => field)]).toEqual([201, ['targets']])
    expect(body.warnings[0]?.message).toContain('emergencies of north')
    // Without its own promise the site has the default again.
    expect((await remove('slow')).status).toBe(204)
    const refused = await remove('default')
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'commitment default cannot be deleted: emergencies of default, north, south would have no arrival target; ' +
        'adopt or edit another commitment first',
    ])
    const { body: standing } = await api.get<Shown>('/commitments/default')
    const narrowed = await put('default', { ...standing, sites: ['default'] })
    expect([narrowed.status, narrowed.body.detail]).toEqual([
      422,
      expect.stringContaining('emergencies of north, south'),
    ])
    await adopt('D13', { id: 'all', sites: null })
    expect((await remove('default')).status).toBe(204)
    expect((await remove('all')).status).toBe(409)
  })
})

describe('a dry run', () => {
  const bare = ours('dry', ['south'], [{ milestone: 'respond', withinMs: 600_000, calendar: 'around_the_clock' }])
  const ids = async () =>
    (await api.get<Page<Shown>>('/commitments')).body.items.map(({ id, version }) => [id, version])
  const says = expect.stringContaining('have no arrival target') as string

  it('warns before anything is in force, and saves nothing', async () => {
    const before = await ids()
    const added = await api.post<Shown>('/commitments?dryRun=true', bare)
    expect([added.status, added.body.version]).toEqual([200, 0])
    expect(added.body.warnings).toContainEqual({ field: 'targets', message: says })
    const adopted = await api.post<Shown>('/commitments/presets/D9/adopt?dryRun=true', {
      ...{ id: 'dry', sites: ['south'], name: { zh: '试', en: 'Try' } },
    })
    expect(adopted.status).toBe(200)
    expect(await ids()).toEqual(before)
    expect((await api.post<Shown>('/commitments?dryRun=false', bare)).status).toBe(201)
    const edited = await put('dry?dryRun=true', { ...bare, targets: [arrive] })
    expect([edited.status, edited.body.version, edited.body.warnings]).toEqual([200, 1, []])
    expect((await api.get<Shown>('/commitments/dry')).body).toMatchObject({ version: 1, targets: bare.targets })
    await remove('dry')
  })

  it('is refused where saving would be', async () => {
    const asked = async (body: object, token?: string) =>
      (await api.post('/commitments?dryRun=true', body, token)).status
    expect(await asked({ ...bare, sites: ['nowhere'] })).toBe(422)
    expect(await asked({ ...bare, id: (await ids())[0]![0] })).toBe(409)
    expect(await asked(bare, await api.token('viewer'))).toBe(403)
    expect((await api.post('/commitments?dryRun=maybe', bare)).status).toBe(422)
  })
})
