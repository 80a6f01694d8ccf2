import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../../../api/web/src/api/types.ts'
import { type Answer, type ApiTest, startApi } from '../../support/api-client.ts'

interface Problem {
  detail: string
  errors: { field: string; message: string; position?: number; expected?: string }[]
}
interface Shown {
  id: string
  version: number
  updatedBy: string
  latch: boolean
  warnings: Problem['errors']
}
interface Version {
  version: number
  change: string
  changed: string[]
  by: string
  at: string
  rule: Record<string, unknown>
}

const DAMP = {
  id: 'mine.damp',
  kind: 'water_leak',
  title: { zh: '潮湿', en: 'Damp' },
  priority: 'medium',
  category: 'water_leak',
  when: 'humidity.relative > 90.0',
}
const YAML = `
id: mine.night          # the pump must not run at night
kind: pump
title: { zh: 夜间运行, en: Runs at night }
priority: low
category: device
when: pump.running
calendar:
  - { days: [workday], from: 22:00, to: 06:00 }
`

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
  await api.post('/sites', { id: 'river', name: '滨江' })
  await api.post('/sites', { id: 'hill', name: '山庄' })
})
afterAll(() => api.end())

const put = <T = Shown>(rule: object, ask: { token?: string; headers?: Record<string, string> } = {}, id = DAMP.id) =>
  api.ask<T>('PUT', `/rules/${id}`, { body: rule, ...ask })
const remove = (id = DAMP.id, ask: { token?: string; headers?: Record<string, string> } = {}) =>
  api.ask<Problem>('DELETE', `/rules/${id}`, ask)
const etag = ({ headers }: Answer<unknown>) => headers.get('etag')
const versions = async (id = DAMP.id, query = '', token?: string) =>
  (await api.get<Page<Version>>(`/rules/${id}/versions${query}`, token)).body

describe('a rule', () => {
  it('is added, in force at once, read, changed and deleted, with who did it', async () => {
    const li = await api.token('engineer', null, 'Li')
    const made = await api.post<Shown>('/rules', DAMP, li)
    expect([made.status, made.body, etag(made)]).toMatchObject([
      201,
      { ...DAMP, version: 1, updatedBy: 'Li', onDelayMs: 0, warnings: [] },
      '"1"',
    ])
    await api.device('damp-1')
    await api.publish('damp-1', 'telemetry', { values: { 'humidity.relative': 95 } })
    const alarms = await api.get<Page<object>>('/alarms?device=damp-1')
    expect(alarms.body.items).toMatchObject([{ rule: DAMP.id, title: '潮湿', state: 'unacked' }])

    api.clock.advance(60_000)
    expect((await put({ ...DAMP, latch: true, when: 'humidity.relative > 80.0' })).body).toMatchObject({ version: 2 })
    const read = await api.get<Shown>(`/rules/${DAMP.id}`)
    expect([read.status, etag(read), read.body]).toMatchObject([200, '"2"', { latch: true, updatedBy: 'admin' }])

    expect((await remove()).status).toBe(204)
    expect((await api.get(`/rules/${DAMP.id}`)).status).toBe(404)
    expect((await remove()).status).toBe(404)
    expect((await versions()).items).toMatchObject([
      { version: 3, change: 'deleted', changed: [], by: 'admin' },
      { version: 2, change: 'changed', changed: ['latch', 'when'], by: 'admin', at: '2026-11-23T02:01:00.000Z' },
      { version: 1, change: 'created', by: 'Li', at: '2026-11-23T02:00:00.000Z', rule: { when: DAMP.when } },
    ])
    const first = await versions(DAMP.id, '?limit=2')
    expect([first.items.length, first.next]).toEqual([2, '2'])
    expect((await versions(DAMP.id, `?cursor=${first.next}`)).items.map(({ version }) => version)).toEqual([1])
  })

  it('is listed page by page, with the shipped ones', async () => {
    const all = (await api.get<Page<Shown> & { unusable: object[] }>('/rules?limit=500')).body
    expect([all.next, all.unusable]).toEqual([null, []])
    const two = (await api.get<Page<Shown>>('/rules?limit=2')).body
    const rest = (await api.get<Page<Shown>>(`/rules?limit=500&cursor=${two.next}`)).body
    expect([...two.items, ...rest.items]).toEqual(all.items)
    expect(all.items.map(({ id }) => id)).toEqual(all.items.map(({ id }) => id).toSorted())
  })

  it('is taken as YAML', async () => {
    const asked = { raw: YAML, headers: { 'content-type': 'application/yaml' } }
    const made = await api.ask<Shown>('POST', '/rules', asked)
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: 'mine.night', calendar: [{ days: ['workday'], from: '22:00', to: '06:00' }] },
    ])
    const again = { ...asked, raw: `${YAML}latch: true\n` }
    expect((await api.ask<Shown>('PUT', '/rules/mine.night', again)).body).toMatchObject({ version: 2, latch: true })
    const broken = await api.ask<Problem>('POST', '/rules', { ...asked, raw: 'id: [a' })
    expect([broken.status, broken.body.detail]).toEqual([400, expect.stringMatching(/YAML.*line 1/)])
    await remove('mine.night')
  })

  it('is not overwritten by who read an older version', async () => {
    const made = await api.post<Shown>('/rules', DAMP)
    const read = { 'if-match': etag(made)! }
    expect((await put({ ...DAMP, latch: true }, { headers: read })).status).toBe(200)
    const stale = await put<Problem>({ ...DAMP, priority: 'low' }, { headers: read })
    expect([stale.status, stale.body.detail]).toEqual([412, expect.stringMatching(/version \d+ by now/)])
    expect((await remove(DAMP.id, { headers: read })).status).toBe(412)
    expect((await put(DAMP, { headers: { 'if-match': '"nothing of ours"' } })).status).toBe(412)
    expect((await put({ ...DAMP, priority: 'low' }, { headers: { 'if-match': '*' } })).status).toBe(200)
    expect(
      (await remove(DAMP.id, { headers: { 'if-match': `"1", ${etag(await api.get(`/rules/${DAMP.id}`))}` } })).status,
    ).toBe(204)
  })

  it('is added once by two requests with one key', async () => {
    const ask = { body: DAMP, headers: { 'idempotency-key': 'r-1' } }
    const answers = [await api.ask<Shown>('POST', '/rules', ask), await api.ask<Shown>('POST', '/rules', ask)]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[1]!.body.version).toBe(answers[0]!.body.version)
    expect((await api.post('/rules', DAMP)).status).toBe(409)
    await remove()
  })
})

describe('a bad rule', () => {
  it('is refused with the place in the expression, and what was expected', async () => {
    const answer = await api.post<Problem>('/rules', {
      ...DAMP,
      when: 'has(humidity.relative) && humidity.relative > "90"',
    })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect(answer.body.errors).toEqual([
      {
        field: 'when',
        message: expect.stringMatching(/a number is compared with a text/) as string,
        position: expect.any(Number) as number,
        expected: expect.stringMatching(/a number, without quotes/) as string,
      },
    ])
    expect(answer.body.detail).toMatch(/^when: a number is compared/)
    expect((await api.get(`/rules/${DAMP.id}`)).status).toBe(404)
  })

  it.each<[object, string, RegExp]>([
    [{ when: 'humidity.relative > 90.0 and true' }, 'when', /write &&/],
    [{ when: 'water.leek' }, 'when', /did you mean water\.leak/],
    [
      { when: 'humidity.relative > 90.0 || humidity.relative <= 90.0 || !has(humidity.relative)' },
      'when',
      /never clear/,
    ],
    [{ onDelayMs: 99_999_999_999 }, 'onDelayMs', /604800000 \(7 days\)/],
    [{ scope: { rooms: ['a'] } }, 'scope.rooms', /[Uu]nrecognized/],
    [{ when: undefined }, 'when', /either `when` or `silenceMs`/],
    [{ scope: { sites: ['nowhere'] } }, '', /nowhere does not exist/],
    [{ id: 'Mine' }, 'id', /small letters/],
  ])('%j is refused', async (extra, field, why) => {
    const answer = await api.post<Problem>('/rules', { ...DAMP, ...extra })
    expect([answer.status, answer.body.errors?.[0]?.field ?? '']).toEqual([422, field])
    expect(answer.body.errors?.[0]?.message ?? answer.body.detail).toMatch(why)
  })

  it('keeps its id', async () => {
    await api.post('/rules', DAMP)
    expect((await put<Problem>({ ...DAMP, id: 'mine.other' })).body.errors).toMatchObject([{ field: 'id' }])
    await remove()
  })

  it('that only names a point that nobody knows is saved, with a warning', async () => {
    const made = await api.post<Shown>('/rules', {
      ...DAMP,
      when: 'humidity.relative > 90.0 || humidity.relativ > 90.0',
    })
    expect([made.status, made.body.warnings]).toEqual([
      201,
      [{ field: 'when', position: 28, message: expect.stringMatching(/did you mean humidity\.relative\?/) as string }],
    ])
    await remove()
  })
})

describe('who may', () => {
  const own = { ...DAMP, scope: { sites: ['river'] } }

  it('edit rules: engineers and admins, each for the sites that he sees', async () => {
    const viewer = await api.token('viewer')
    expect((await api.post('/rules', DAMP, viewer)).status).toBe(403)
    expect((await put(DAMP, { token: viewer })).status).toBe(403)
    expect((await remove(DAMP.id, { token: viewer })).status).toBe(403)
    expect((await api.get('/rules', null)).status).toBe(401)

    const ofRiver = await api.token('engineer', ['river'])
    expect((await api.post<Problem>('/rules', DAMP, ofRiver)).body.detail).toMatch(/^scope\.sites: .*river/)
    expect((await api.post('/rules', { ...DAMP, scope: { sites: ['river', 'hill'] } }, ofRiver)).status).toBe(422)
    expect((await api.post('/rules', own, ofRiver)).status).toBe(201)
    expect((await put({ ...own, latch: true }, { token: ofRiver })).status).toBe(200)
    const shared = await api.ask<Problem>('DELETE', '/rules/water_leak.wet', { token: ofRiver })
    expect([shared.status, shared.body.detail]).toEqual([403, expect.stringMatching(/not yours/)])
    expect((await remove(DAMP.id, { token: ofRiver })).status).toBe(204)
  })

  it('see rules: those that can concern his sites', async () => {
    const [ofRiver, ofHill] = [await api.token('viewer', ['river']), await api.token('engineer', ['hill'])]
    await api.post('/rules', own)
    const seen = async (token: string) =>
      (await api.get<Page<Shown>>('/rules?limit=500', token)).body.items.map(({ id }) => id)
    expect([await seen(ofRiver), await seen(ofHill)]).toEqual([
      expect.arrayContaining([DAMP.id, 'water_leak.wet']),
      expect.not.arrayContaining([DAMP.id]),
    ])
    expect((await api.get(`/rules/${DAMP.id}`, ofHill)).status).toBe(404)
    expect((await api.get(`/rules/${DAMP.id}/versions`, ofHill)).status).toBe(200)
    expect((await put(own, { token: ofHill })).status).toBe(404)
    await remove()
  })
})

describe('a restart', () => {
  it('keeps edits and deletions of shipped rules, and shows a rule that it can no longer read', async () => {
    const id = 'elevator.overload'
    const { body } = await api.get<Record<string, unknown>>(`/rules/${id}`)
    // As it was read, with what the service tells beside it.
    expect((await put({ ...body, priority: 'low' }, {}, id)).status).toBe(200)
    expect((await remove('elevator.other_fault')).status).toBe(204)
    await api.service.stop()
    await api.service.start()
    expect((await api.get(`/rules/${id}`)).body).toMatchObject({ priority: 'low', version: 2 })
    expect((await api.get('/rules/elevator.other_fault')).status).toBe(404)
  })
})
