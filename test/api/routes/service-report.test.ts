import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TicketView } from '../../../api/web/src/api/types.ts'
import type { ServiceReportView } from '../../../api/routes/service-report-view.ts'
import { ulid } from 'ulid'
import { type ApiTest, startApi } from '../../support/api-client.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const NASTY = '=cmd|<script>alert(1)</script>,"'
const STEPS = ['assign', 'accept', 'depart', 'arrive', 'complete', 'sign-off', 'close'] as const

let api: ApiTest

async function open(site: string, more: object = {}): Promise<string> {
  const usual = { site, category: 'water_leak', title: '漏水', location: '3-502', priority: 'critical' }
  const opened = await api.post<TicketView>('/tickets', { ...usual, ...more })
  if (opened.status !== 201) throw new Error(opened.text)
  return opened.body.id
}

async function act(ticket: string, action: string, body: object = {}): Promise<TicketView> {
  const done = await api.post<TicketView>(`/tickets/${ticket}/${action}`, body)
  if (done.status > 201) throw new Error(done.text)
  return done.body
}

/** Arrives so long after its opening, and goes on to the end. */
async function walk(ticket: string, arrivesAfterMs: number, upTo: (typeof STEPS)[number] = 'close'): Promise<void> {
  for (const step of STEPS) {
    if (step === 'arrive') api.clock.advance(arrivesAfterMs)
    const needs = { assign: { assignee: 'li' }, 'sign-off': { signature: '王' } } as Record<string, object>
    if (step === 'sign-off') await act(ticket, 'signatures', { signer: 'responder', name: '李' })
    await act(ticket, step, needs[step])
    if (step === upTo) return
  }
}

/** As if somebody had been asked and answered. */
function grade(site: string, ticket: string | null, grades: number[]): void {
  const database = new BetterSqlite3(join(api.dataDir, 'shifen.db'), { timeout: 2_000 })
  database.pragma('foreign_keys = off')
  database
    .prepare(
      `insert into survey_answers (id, survey, site, ticket, household, grades, reason, way, by, at)
       values (?, 's', ?, ?, '3-502', ?, '', 'online', '', ?)`,
    )
    .run(ulid(), site, ticket, JSON.stringify(grades), api.clock.now())
  database.close()
}

const report = async (query: string, token?: string) =>
  (await api.get<ServiceReportView>(`/reports/service?${query}`, token)).body

beforeAll(async () => {
  api = await startApi()
  for (const document of ['D10', 'D19']) {
    const site = document.toLowerCase()
    await api.post('/sites', { id: site, name: `${document} 小区` })
    const adopted = await api.post(`/commitments/presets/${document}/adopt`, { id: site, sites: [site] })
    if (adopted.status !== 201) throw new Error(adopted.text)
  }
  await walk(await open('d10'), 10 * MINUTE)
  await walk(await open('d10'), 10 * MINUTE + 1, 'complete')
  const cancelled = await open('d10', { priority: 'high' })
  await act(cancelled, 'cancel', { note: NASTY })
  const burst = await open('d19', { problems: ['water.burst'] })
  await walk(burst, 2 * MINUTE)
  await act(burst, 'rework', { note: NASTY })
  grade('d19', burst, [5, 4])
  grade('d19', null, [3, 4])
})
afterAll(() => api.end())

describe('on the clock of a service', () => {
  const figures = async (site: string) => (await report(`month=2026-11&site=${site}`)).total.measures
  const told = ({ numerator, denominator, ok }: ServiceReportView['total']['measures']['on_time']) => {
    return [numerator, denominator, ok]
  }

  it('D10 及时率: on site at exactly ten minutes is on time, a millisecond later is not', async () => {
    expect(told((await figures('d10')).on_time)).toEqual([1, 2, false])
    const { late, times } = await report('month=2026-11&site=d10')
    expect(times.arrive.withinTenMinutes).toEqual({ numerator: 1, denominator: 2, value: 0.5 })
    expect(late).toMatchObject({ count: 1, items: [{ milestone: 'arrive', lateMs: 1, who: 'li' }] })
  })

  it('D10 合格率: completed and not signed for has not passed', async () => {
    expect(told((await figures('d10')).pass)).toEqual([1, 2, false])
  })

  it('D19 及时率: the burst pipe within ten minutes', async () => {
    expect(told((await figures('d19')).on_time)).toEqual([1, 1, true])
  })

  it('D19 返修率: the one that was reworked, of all that were completed', async () => {
    expect(told((await figures('d19')).rework)).toEqual([1, 1, false])
  })

  it('D19 满意度: each answer by the mean of its grades, with and without a ticket', async () => {
    expect(told((await figures('d19')).satisfaction)).toEqual([1, 2, false])
    expect((await report('month=2026-11&site=d19&category=water_leak')).total.measures.satisfaction.denominator).toBe(1)
  })

  it('writes the definition beside each figure, and why a ticket is excluded, by whom', async () => {
    const { total, excluded, opened } = await report('month=2026-11&site=d10')
    for (const { definition } of Object.values(total.measures)) expect(definition.zh).toContain('分母')
    expect(opened).toBe(3)
    expect(excluded.reasons.cancelled).toMatchObject({ count: 1, why: { en: 'Cancelled: nobody had to go.' } })
    expect(excluded.items[0]!.note).toBe(NASTY)
    expect(excluded.items[0]!.by).not.toBeNull()
  })
})

describe('a period', () => {
  it("is a day or a month of the site's own", async () => {
    const { from, to, timezone } = await report('day=2026-11-23&site=d10')
    expect([from, to, timezone]).toEqual(['2026-11-22T16:00:00.000Z', '2026-11-23T16:00:00.000Z', 'Asia/Shanghai'])
    expect((await report('month=2026-11')).from).toBe('2026-10-31T16:00:00.000Z')
  })

  it('that is empty has no figures, and is neither kept nor missed', async () => {
    const { total, days } = await report('month=2026-10&site=d10')
    expect(total.measures.on_time).toMatchObject({ denominator: 0, value: null, ok: null })
    expect(total.measures.on_time.targets[0]).toMatchObject({ document: 'D10', percent: 99, ok: null })
    expect(days).toEqual([])
  })

  it.each(['month=2026-13', 'day=2026-02-30', 'month=2026-11&day=2026-11-23', 'month=2027-01', 'groupBy=colour'])(
    'is refused as %s',
    async (query) => {
      expect((await api.get(`/reports/service?${query}`)).status).toBe(422)
    },
  )

  it('says the same later, but for what was decided since', async () => {
    const [query, before] = ['day=2026-11-23&site=d10', await report('day=2026-11-23&site=d10')]
    api.clock.advance(3 * DAY)
    await api.service.tick()
    const after = await report(query)
    expect({ ...after, asOf: before.asOf }).toEqual(before)
  })
})

describe('whoever asks', () => {
  it('as a viewer is told no names of persons', async () => {
    const viewer = await api.token('viewer')
    const { late, excluded } = await report('month=2026-11&site=d10', viewer)
    expect([late.items[0]!.who, excluded.items[0]!.by]).toEqual([null, null])
    for (const query of ['groupBy=person', 'person=li']) {
      expect((await api.get(`/reports/service?${query}`, viewer)).status).toBe(403)
    }
    expect((await api.get('/reports/service', await api.token('responder'))).status).toBe(403)
    expect((await api.get('/reports/service', null)).status).toBe(401)
  })

  it('sees his sites alone', async () => {
    const token = await api.token('dispatcher', ['d19'])
    expect((await report('month=2026-11', token)).sites.map(({ id }) => id)).toEqual(['d19'])
    expect((await api.get('/reports/service?site=d10', token)).status).toBe(404)
    expect((await api.get('/reports/service?site=nowhere')).status).toBe(404)
  })

  it('gets a group for each of what he groups by', async () => {
    const keys = async (groupBy: string) => {
      return (await report(`month=2026-11&groupBy=${groupBy}`)).groups!.items.map(({ key }) => key)
    }
    expect(await keys('person')).toEqual(['li', null])
    expect(await keys('site')).toEqual(['d10', 'd19'])
    expect(await keys('commitment')).toEqual(['d10', 'd19'])
    expect(await keys('month')).toEqual(['2026-11'])
    expect(await keys('day')).toEqual(['2026-11-23'])
  })
})

it.each(['figures', 'times', 'late', 'excluded', 'recurrences'])(
  'gives %s as a table for a spreadsheet',
  async (table) => {
    const answer = await api.get(`/reports/service?month=2026-11&groupBy=person&format=csv&table=${table}`)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const rows = parsed(answer.text.replace(/^\ufeff/, ''))
    expect(rows.length).toBeGreaterThan(1)
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows[0]!.length]))
    expect(rows.flat().filter((cell) => /^\s*[=+\-@]/.test(cell))).toEqual([])
    if (table === 'excluded') expect(rows.flat()).toContain(`'${NASTY}`)
  },
)

/** What RFC 4180 says, and nothing else. */
function parsed(csv: string): string[][] {
  const cells = [...csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)]
  expect(cells.map(([all]) => all).join('')).toBe(csv)
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') rows.push([])
  }
  return rows.slice(0, -1)
}

it('is printed as a page without script, with everything escaped and each definition', async () => {
  const page = await api.get('/reports/service/print?month=2026-11&groupBy=person')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(page.text).not.toMatch(/<script|style="|\son\w+=/)
  expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  for (const words of ['及时率', '合格率', '返修率', '满意度', '分母：', '10 分钟', '未计入的工单']) {
    expect(page.text).toContain(words)
  }
  const style = await api.get('root:/service-report.css', null)
  expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
})
