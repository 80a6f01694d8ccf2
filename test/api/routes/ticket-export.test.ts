import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeEach(async () => (api = await startApi()))
afterEach(() => api.end())

const COPIES = 3_000
const DAY_MS = 24 * 3_600_000

/** A ticket, and so many like it over ten days, ten of them opened in one millisecond. */
async function manyTickets(): Promise<string[]> {
  const { id } = await api.leak('leak-1')
  const sqlite = new BetterSqlite3(join(api.dataDir, 'shifen.db'))
  const row = sqlite.prepare(`select * from tickets where id = ?`).get(id) as Record<string, unknown>
  const columns = Object.keys(row)
  const insert = sqlite.prepare(`insert into tickets values (${columns.map((each) => `@${each}`).join(', ')})`)
  sqlite.transaction(() => {
    for (let index = 0; index < COPIES; index++) {
      const opened_at = START_MS - Math.floor(index / 10) * Math.floor((10 * DAY_MS) / COPIES) * 10
      insert.run({ ...row, id: `copy-${index}`, number: `n-${index}`, state: 'closed', opened_at })
    }
  })()
  sqlite.close()
  return [id, ...Array.from({ length: COPIES }, (_, index) => `copy-${index}`)]
}

const span = (days: number) => {
  const text = (at: number) => encodeURIComponent(new Date(at).toISOString())
  return `from=${text(START_MS - days * DAY_MS)}&to=${text(START_MS + DAY_MS)}`
}

describe('the export of tickets', () => {
  it('has each ticket once, in the order in which they were opened', async () => {
    const ids = await manyTickets()
    api.clock.advance(1_000)
    const csv = await api.get(`/tickets/export?${span(11)}`)
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const [head, ...lines] = csv.text.trimEnd().split('\r\n')
    const names = head!.replace('\ufeff', '').split(',')
    const exported = lines.map((line) => line.split(',')[names.indexOf('id')]!)
    expect(exported.toSorted()).toEqual(ids.toSorted())

    const { text } = await api.get(`/tickets/export?${span(11)}&format=ndjson`)
    const opened = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; openedAt: string })
    expect(opened.map(({ id }) => id)).toEqual(exported)
    expect(opened.map(({ openedAt }) => openedAt)).toEqual(opened.map(({ openedAt }) => openedAt).toSorted())

    const within = await api.get(`/tickets/export?${span(1)}`)
    expect(within.text.split('\r\n').length).toBeLessThan(COPIES / 2)
  })

  it('makes what a spreadsheet would run harmless, and quotes what has commas, quotes and lines', async () => {
    for (const title of ['=1+1', '+1', '-1', '@a', 'a "b", c']) {
      await api.post('/tickets', { site: 'default', category: 'other', title })
    }
    api.clock.advance(1_000)
    const { text } = await api.get('/tickets/export')
    for (const cell of [`,'=1+1,`, `,'+1,`, `,'-1,`, `,'@a,`, `,"a ""b"", c",`]) expect(text).toContain(cell)
  })

  it('tells the times of its clocks, the cause and the grades', async () => {
    const { id } = await api.leak('leak-1')
    api.clock.advance(11 * 60_000)
    for (const action of ['assign', 'accept', 'depart', 'arrive']) {
      await api.post(`/tickets/${id}/${action}`, { ...(action === 'assign' && { assignee: 'Li' }) })
    }
    const sqlite = new BetterSqlite3(join(api.dataDir, 'shifen.db'))
    sqlite.exec(`update tickets set job = json_set(job, '$.cause', '老化', '$.measure', '更换')`)
    const answer = JSON.stringify({ at: START_MS, by: 'W', way: 'telephone', grade: 4, reason: 'wet', faults: [] })
    sqlite
      .prepare(`insert into follow_ups values ('f', 'default', ?, '{}', 'done', 1, 1, null, '[]', ?, 4, 1, null)`)
      .run(id, answer)
    sqlite.close()
    const [line] = (await api.get('/tickets/export?format=ndjson')).text.split('\n')
    const at = new Date(START_MS + 11 * 60_000).toISOString()
    expect(JSON.parse(line!)).toMatchObject({
      ...{ id, cause: '老化', measure: '更换', reached: { arrive: at }, grades: [{ grade: 4, reason: 'wet' }] },
    })
    const csv = (await api.get('/tickets/export')).text.split('\r\n').map((each) => each.split(','))
    const cell = (name: string) => csv[1]![csv[0]!.indexOf(name)]
    expect([cell('arrive_met_at'), cell('arrive_clock'), cell('cause'), cell('grades')]).toEqual([
      ...[at, 'met_late', '老化', '4'],
    ])
  })

  it('keeps to sites, to 400 days and to past times', async () => {
    await api.leak('leak-1')
    api.clock.advance(1_000)
    await api.post('/sites', { id: 'other', name: 'other' })
    const other = await api.token('viewer', ['other'])
    expect((await api.get('/tickets/export?format=ndjson', other)).text).toBe('')
    expect((await api.get('/tickets/export?site=default', other)).status).toBe(404)
    expect((await api.get('/tickets/export?site=none')).status).toBe(404)
    expect((await api.get(`/tickets/export?${span(400)}`)).status).toBe(422)
    expect((await api.get('/tickets/export?from=2100-01-01T00:00:00Z')).status).toBe(422)
    expect((await api.get('/tickets/export?format=xlsx')).status).toBe(422)
  })
})
