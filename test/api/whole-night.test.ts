import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServiceReportView } from '../../api/routes/service-report-view.ts'
import type { Page, TicketView } from '../../api/web/src/api/types.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../rules/model.ts'
import { ADMIN_TOKEN, type Answer, type ApiTest, startApi } from '../support/api-client.ts'
import { temporaryFolder } from '../support/process.ts'
import { unpack } from '../support/unpack.ts'

/** 02:10 in Shanghai, a Tuesday. */
const FIRST_DROP = Date.parse('2026-11-23T18:10:00.000Z')
const SITE = 'riverside'
const PLACE = 'B2 泵房'
const COMPLETED_AT = FIRST_DROP + 50 * MINUTE_MS

/**
 * From the first drop to the month's report, each part standing on those before it: a sensor is wet at ten past two,
 * nobody is at a desk, and somebody is at the door within ten minutes; it is repaired and signed; who telephoned
 * meanwhile is asked the day after, and again once it has rained; and the figures of the month say so.
 */
describe.sequential('a whole night', () => {
  let test: ApiTest
  let desk: string
  let li: string
  let ticket: TicketView

  const at = async (ms: number) => {
    test.clock.set(ms)
    await test.service.tick()
  }
  const ok = <T>({ status, text, body }: Answer<T>): T => {
    if (status > 201) throw new Error(text)
    return body
  }
  const act = async (action: string, body: object = {}, token = li) =>
    ok(await test.post<TicketView>(`/tickets/${ticket.id}/${action}`, body, token))
  const read = async () => ok(await test.get<TicketView>(`/tickets/${ticket.id}`))
  const clock = async (milestone: string) => (await read()).clocks.find((each) => each.milestone === milestone)
  const followUps = async (state: string) =>
    ok(await test.get<Page<{ id: string; reason: string; dueAt: string | null }>>(`/follow-ups?state=${state}`)).items
  const isoOf = (ms: number) => new Date(ms).toISOString()

  beforeAll(async () => {
    test = await startApi()
    await at(FIRST_DROP - HOUR_MS)
    ok(await test.post('/sites', { id: SITE, name: '江畔家园' }))
    const person = { name: '李伟', sites: [SITE], skills: ['water'], roles: [], phone: '13800000001', language: 'zh' }
    ok(await test.post('/responders', { id: 'li', ...person, enabled: true }))
    const shift = { from: '00:00', to: '00:00' }
    const turns = [{ crews: [], responders: ['li'] }]
    const rotation = { id: 'r', name: '夜班', startsOn: '2026-01-01', turnDays: 1, turns, shift }
    ok(await test.post('/rosters', { id: 'nights', name: '夜班', sites: [SITE], skills: [], rotations: [rotation] }))
    li = await test.token('responder', [SITE], 'li')
    desk = await test.token('dispatcher', [SITE], '客服小周')
    ok(await test.device('leak-b2', 'water_leak', SITE, { location: PLACE }))
    ok(await test.device('gauge', 'rain_gauge', SITE))
  })
  afterAll(() => test.end())

  it('a wet sensor is one emergency, given to whoever is on duty while everybody sleeps', async () => {
    await at(FIRST_DROP)
    await test.publish('leak-b2', 'event', { event: 'water.leak', active: true }, SITE)
    await test.publish('leak-b2', 'event', { event: 'water.leak', active: true }, SITE)
    const { items } = ok(await test.get<Page<TicketView>>('/tickets'))
    expect(items).toMatchObject([{ site: SITE, priority: 'critical', state: 'assigned', assignee: 'li' }])
    ticket = items[0]!
    expect(await clock('arrive')).toMatchObject({ state: 'running', dueAt: isoOf(FIRST_DROP + 10 * MINUTE_MS) })
  })

  it('a resident who telephones about the same water joins its ticket and stands in the register', async () => {
    await at(FIRST_DROP + 2 * MINUTE_MS)
    const said = { site: SITE, name: '王女士', phone: '13900000002', household: '3-502', location: PLACE }
    const about = { category: 'water_leak', text: '墙面渗水', problems: ['water.seepage'], priority: 'high' }
    const registered = ok(
      await test.post<{ joined: boolean; reference: object }>('/intakes', { ...said, ...about }, desk),
    )
    expect(registered).toMatchObject({ joined: true, ticket: { id: ticket.id } })
    expect(ok(await test.get<Page<TicketView>>('/tickets')).items).toHaveLength(1)
  })

  it('somebody is at the door in time, which the label at the device shows', async () => {
    await at(FIRST_DROP + 3 * MINUTE_MS)
    await act('accept')
    await act('depart')
    await at(FIRST_DROP + 10 * MINUTE_MS)
    const { code } = ok(await test.get<{ code: string }>('/devices/leak-b2/arrival-code'))
    await act('arrive', { code })
    expect(await clock('arrive')).toMatchObject({ state: 'met' })
    expect(await read()).toMatchObject({ job: { arrival: { way: 'code', device: 'leak-b2', by: 'li' } } })
  })

  it('the repair is written down, its costs itemised, and signed by who accepts it', async () => {
    await act('first-handling', { note: '已关阀' })
    await act('hold', { note: '取水管' })
    await at(COMPLETED_AT)
    await test.publish('leak-b2', 'event', { event: 'water.leak', active: false }, SITE)
    await act('resume')
    const costs = [{ kind: 'material', name: 'PPR 管', quantity: 2, unit: '米', unitPriceFen: 1_250 }]
    ok(await test.ask('PATCH', `/tickets/${ticket.id}/job`, { body: { costs }, token: li }))
    await act('complete', { cause: '接头老化', measure: '更换接头' })
    const drawing = { width: 300, height: 100, strokes: [[10, 60, 60, 20, 90, 80]] }
    await act('signatures', { signer: 'customer', name: '王女士', drawing })
    await act('sign-off')
    await act('close', {}, desk)
    const page = (await test.get(`/tickets/${ticket.id}/print/work-order`)).text
    for (const part of ['王女士', '接头老化', '更换接头', 'PPR 管', '25.00']) expect(page).toContain(part)
  })

  it('who reported is asked the day after', async () => {
    await at(COMPLETED_AT + 20 * HOUR_MS)
    const open = await followUps('open')
    expect(open.map(({ dueAt }) => dueAt)).toContain(isoOf(COMPLETED_AT + DAY_MS))
    for (const { id } of open) {
      ok(await test.post(`/follow-ups/${id}/answer`, { way: 'telephone', grade: 5, reason: '来得快' }, desk))
    }
    expect(await followUps('open')).toEqual([])
  })

  it('and once more after the first rainy day, which the gauge tells', async () => {
    expect(await followUps('waiting')).toMatchObject([{ reason: 'rain', dueAt: null }])
    // 2026-11-27 15:00 in Shanghai.
    await at(Date.parse('2026-11-27T07:00:00.000Z'))
    await test.publish('gauge', 'telemetry', { values: { 'rain.amount': 3.2 } }, SITE)
    expect(await followUps('waiting')).toEqual([])
    const [visit] = await followUps('open')
    await at(Date.parse('2026-11-28T02:00:00.000Z'))
    const answer = { way: 'visit', grade: 4, reason: '墙面已干' }
    ok(await test.post(`/follow-ups/${visit!.id}/answer`, answer, desk))
  })

  it('the report of the month says how it went, and against what was promised', async () => {
    await at(Date.parse('2026-12-01T00:00:00.000Z'))
    const all = { numerator: 1, denominator: 1, value: 1 }
    const { total, times } = ok(await test.get<ServiceReportView>(`/reports/service?month=2026-11&site=${SITE}`))
    expect(total).toMatchObject({ tickets: 1, completed: 1, stillOpen: 0, withinTenMinutes: all })
    expect(total.measures).toMatchObject({
      on_time: { ...all, ok: true, targets: [{ percent: 99 }] },
      pass: { ...all, ok: true, targets: [{ percent: 95 }] },
      rework: { numerator: 0, denominator: 1, ok: true, targets: [{ percent: 0.5 }] },
      satisfaction: { numerator: 3, denominator: 3, ok: true, targets: [{ percent: 95 }] },
    })
    expect(times.arrive).toMatchObject({ maxMs: 10 * MINUTE_MS, withinTenMinutes: all })
    const csv = await test.get(`/reports/service?month=2026-11&site=${SITE}&format=csv`)
    expect(csv.text).toContain('及时率')
  })

  it('its evidence is verified by a stranger with sha256sum, and the log by its chain', async () => {
    const folder = temporaryFolder()
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
    const url = `http://localhost/api/v1/tickets/${ticket.id}/evidence`
    const archive = await test.service.fetch(new Request(url, { headers }))
    await unpack(await archive.arrayBuffer(), folder.path)
    const checked = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder.path })
    folder.remove()
    expect(checked.status).toBe(0)
    expect(ok(await test.get('/audit/state'))).toMatchObject({ ok: true, faults: [] })
  })
})
