import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_FLOOD_POLICY } from '../../../rules/flood/rate.ts'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

interface Report {
  from: string
  to: string
  presented: number
  positions: { position: string; presented: number; floods: number; peakAt: string | null; periodsInFlood: number }[]
  badActors: { items: { device: string; deviceName: string; titles: { en: string }; count: number }[] }
  mutes: { shelved: { now: number; inPeriod: number; mutedMs: number } }
  series: { bucketMs: number; buckets: { presented: number }[] }
}

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
  for (const id of ['north', 'south']) await api.post('/sites', { id, name: id })
  await api.device('leak-n', 'water_leak', 'north', { name: '北泵房' })
  const database = new BetterSqlite3(join(api.dataDir, 'shifen.db'), { timeout: 2_000 })
  const insert = database.prepare(
    `insert into alarm_history (alarm, at, by, action, note, site, device, rule, priority, muted)
     values (?, ?, 'system', ?, '', ?, ?, 'water_leak.wet', 'critical', ?)`,
  )
  const write = (at: number, action: string, site: string, device: string, muted: string | null = null) =>
    insert.run(`alarm of ${device}`, at, action, site, device, muted)
  for (let index = 0; index < 11; index++) write(START_MS - DAY + index, 'raised', 'north', 'leak-n')
  for (let index = 0; index < 3; index++) write(START_MS - 3 * DAY, 'raised', 'south', 'leak-s')
  write(START_MS - 10 * DAY, 'raised', 'south', 'leak-s')
  write(START_MS - 2 * DAY, 'muted', 'south', 'leak-m', 'shelved')
  write(START_MS - DAY, 'raised', 'south', 'leak-m', 'shelved')
  database.close()
})
afterAll(() => api.end())

const PATH = '/reports/alarm-quality'
const report = async (query = '', token?: string) => (await api.get<Report>(`${PATH}${query}`, token)).body
const iso = (at: number) => new Date(at).toISOString()

describe('the report on alarms', () => {
  it('covers the last seven days of all sites, each a position of its own', async () => {
    const found = await report()
    expect(found).toMatchObject({ from: iso(START_MS - 7 * DAY), to: iso(START_MS), presented: 14 })
    expect(found.positions.map(({ position, presented }) => [position, presented])).toEqual([
      ['default', 0],
      ['north', 11],
      ['south', 3],
    ])
    expect(found.positions[1]).toMatchObject({
      floods: 1,
      peakAt: iso(START_MS - DAY + 10),
      periodsInFlood: 2,
      peakPer10Min: { value: 11, target: 10, limit: 'at_most', ok: false },
    })
    expect(found.badActors.items[0]).toMatchObject({ device: 'leak-n', deviceName: '北泵房', count: 11 })
    expect(found.badActors.items[0]!.titles.en).toBe('Water leak')
    expect(found.mutes.shelved).toEqual({ now: 0, inPeriod: 1, mutedMs: 2 * DAY })
    expect(found.series.bucketMs).toBe(60 * MINUTE)
    expect(found.series.buckets).toHaveLength(7 * 24)
  })

  it('covers one site, and a period with an offset in its times', async () => {
    const found = await report('?site=south&from=2026-11-13T09:00:00%2B08:00&to=2026-11-20T10:00:00%2B08:00')
    expect(found).toMatchObject({ from: iso(START_MS - 10 * DAY - 60 * MINUTE), to: iso(START_MS - 3 * DAY) })
    expect(found.presented).toBe(1)
    expect(found.positions).toHaveLength(1)
  })

  it('ends now at the latest, so that no average is over time to come', async () => {
    const found = await report(`?from=${iso(START_MS - DAY)}&to=${iso(START_MS + 30 * DAY)}`)
    expect(found.to).toBe(iso(START_MS))
  })

  it('shows nobody more than the sites of his rights, whatever his role', async () => {
    const viewer = await api.token('viewer', ['south'])
    const found = await report('', viewer)
    expect(found.positions.map(({ position }) => position)).toEqual(['south'])
    expect(found.presented).toBe(3)
    const answers = [`${PATH}?site=north`, `${PATH}?site=nowhere`].map((path) => api.get(path, viewer))
    const [foreign, unknown] = await Promise.all(answers)
    expect([foreign!.status, foreign!.body.detail]).toEqual([404, 'site north does not exist'])
    expect(unknown!.status).toBe(404)
    expect((await api.get(`${PATH}?site=nowhere`)).status).toBe(404)
    expect((await api.get(PATH, null)).status).toBe(401)
  })

  it.each([
    ['from=yesterday', /from: /],
    ['from=2026-11-20T00:00:00', /from: /],
    [`from=${iso(START_MS)}&to=${iso(START_MS)}`, /`from` must be before `to`/],
    [`from=${iso(START_MS + 1)}&to=${iso(START_MS + DAY)}`, /in the past/],
    [`from=${iso(START_MS - 400 * DAY - 1)}`, /at most 400 days/],
    ['site=no%20site', /site: /],
  ])('refuses %s and says why', async (query, detail) => {
    const { status, body } = await api.get<{ detail: string }>(`${PATH}?${query}`)
    expect(status).toBe(422)
    expect(body.detail).toMatch(detail)
  })

  it('takes 400 days, in at most 500 buckets', async () => {
    const found = await report(`?from=${iso(START_MS - 400 * DAY)}`)
    expect(found.presented).toBe(15)
    expect(found.series.buckets).toHaveLength(400)
  })

  it('is made for two at a time; a third is asked to come again', async () => {
    const answers = await Promise.all([api.get(PATH), api.get(PATH), api.get(PATH)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503])
    expect((await api.get(PATH)).status).toBe(200)
  })
})

it('counts sites that one operator watches together as his position, as the floods are', async () => {
  const flood = { ...DEFAULT_FLOOD_POLICY, positions: { night: ['north', 'default'] } }
  const watched = await startApi({ flood })
  await watched.post('/sites', { id: 'north', name: 'North' })
  const { positions } = (await watched.get<Report>(PATH)).body
  expect(positions).toMatchObject([{ position: 'night', sites: ['north', 'default'] }])
  await watched.end()
})
