import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const iso = (at: number) => new Date(at).toISOString()

interface Rate {
  from: string
  to: string
  items: { at: string; raised: number; critical: number }[]
  perHour: number
}
interface Heat {
  from: string
  hours: number
  items: { device: string; cells: (string | null)[] }[]
  more: boolean
}

let api: ApiTest
let northern: string
beforeAll(async () => {
  api = await startApi()
  await api.post('/sites', { id: 'north', name: 'North', timezone: 'Asia/Kathmandu' })
  northern = await api.token('viewer', ['north'])
})
afterAll(() => api.end())

const rate = async (query = '', token?: string) => (await api.get<Rate>(`/reports/alarm-rate${query}`, token)).body
const heat = async (query = '', token?: string) => (await api.get<Heat>(`/reports/device-heat${query}`, token)).body
const wet = (device: string, active: boolean, site?: string) =>
  api.publish(device, 'event', { event: 'water.leak', active }, site)
async function pass(ms: number): Promise<void> {
  api.clock.advance(ms)
  await api.service.tick()
}

describe('the rate of alarms', () => {
  it('counts what was raised in each ten minutes, by priority, without drills and what was muted', async () => {
    await api.leak('leak-1')
    await api.device('meter-1', 'power_meter')
    await pass(25 * MINUTE)
    await api.publish('meter-1', 'telemetry', { values: { 'temperature.device': 90 } })
    await pass(5_000)
    const { items } = (await api.get<{ items: { id: string }[] }>('/alarms?device=leak-1')).body
    await api.post(`/alarms/${items[0]!.id}/shelve`, { reason: '检修' })
    await wet('leak-1', false)
    await pass(3_000)
    await wet('leak-1', true)
    await api.device('leak-d')
    const title = { zh: '演练', en: 'Drill' }
    const endsAt = iso(api.clock.now() + HOUR)
    const drill = { site: 'default', title, endsAt, devices: ['leak-d'], notify: {} }
    expect((await api.post('/drills', drill)).status).toBe(201)
    await wet('leak-d', true)
    const found = await rate('?minutes=40')
    expect(found).toMatchObject({ from: iso(START_MS - 10 * MINUTE), to: iso(api.clock.now()), perHour: 2 })
    expect(found.items.map(({ raised, critical }) => [raised, critical])).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [1, 0],
    ])
    await wet('leak-d', false)
    await pass(3_000)
  })

  it('is of one site, or of all that one may see', async () => {
    await api.leak('leak-n', 'north')
    const sum = ({ items }: Rate) => items.reduce((all, { raised }) => all + raised, 0)
    expect([sum(await rate()), sum(await rate('?site=north')), sum(await rate('', northern))]).toEqual([3, 1, 1])
    expect((await api.get('/reports/alarm-rate?site=default', northern)).status).toBe(404)
    expect((await api.get('/reports/alarm-rate?site=nowhere')).status).toBe(404)
    expect((await api.get('/reports/alarm-rate', null)).status).toBe(401)
    for (const minutes of ['0', '1441', 'many']) {
      expect((await api.get(`/reports/alarm-rate?minutes=${minutes}`)).status).toBe(422)
    }
    expect((await rate()).items).toHaveLength(72)
  })

  it('is read from an index of what it counts', () => {
    const database = new BetterSqlite3(join(api.dataDir, 'shifen.db'), { readonly: true })
    const plan = database
      .prepare(
        `explain query plan select at / 60000, priority, count(*) from alarm_history
         where at >= 1 and at <= 2 and site in ('default')
         and action in ('raised', 're_alarmed', 'rose') and muted is null and drill is null
         group by at / 60000, priority`,
      )
      .all() as { detail: string }[]
    database.close()
    expect(plan.map(({ detail }) => detail).join('\n')).toContain('INDEX alarm_history_presented')
  })
})

describe('the heat of devices', () => {
  it('has a cell for each hour, with the worst that stood in it', async () => {
    await pass(3 * HOUR)
    await api.device('meter-heat', 'power_meter')
    const began = api.clock.now()
    await api.publish('meter-heat', 'telemetry', { values: { 'temperature.device': 90 } })
    await pass(10_000)
    await pass(2 * HOUR)
    await api.publish('meter-heat', 'event', { event: 'meter.fire', active: true })
    const { from, items, hours, more } = await heat('?hours=4&site=default')
    expect([hours, more, from]).toEqual([4, false, iso(Math.floor(began / HOUR) * HOUR - HOUR)])
    const [first, ...others] = items.find(({ device }) => device === 'meter-heat')!.cells
    expect([first, ...others]).toEqual([null, 'high', 'high', 'critical'])
    const shown = (await heat('?site=default')).items.map(({ device }) => device)
    expect([shown.includes('leak-1'), shown.includes('leak-d')], 'a drill does not count').toEqual([true, false])
  })

  it('goes on with what stood before, and tells silence', async () => {
    await pass(20 * HOUR)
    const { items } = await heat('?hours=2&site=default')
    const cells = (id: string) => items.find(({ device }) => device === id)?.cells
    expect(cells('meter-heat')).toEqual(['critical', 'critical'])
    await api.device('meter-mute', 'power_meter')
    await api.publish('meter-mute', 'telemetry', { values: { 'voltage.l1': 220 } })
    await pass(HOUR)
    const later = (await heat('?hours=2&site=default')).items
    expect(later.find(({ device }) => device === 'meter-mute')!.cells.at(-1)).toBe('silent')
  })

  it('leaves out retired devices and the sites of others', async () => {
    const devices = (found: Heat) => found.items.map(({ device }) => device)
    expect(devices(await heat('', northern))).toEqual(['leak-n'])
    expect(devices(await heat('?hours=168'))).toContain('meter-heat')
    await api.ask('DELETE', '/devices/meter-heat')
    expect(devices(await heat('?hours=168'))).not.toContain('meter-heat')
    expect((await api.get('/reports/device-heat?site=default', northern)).status).toBe(404)
    expect((await api.get('/reports/device-heat', null)).status).toBe(401)
    expect((await api.get('/reports/device-heat?hours=169')).status).toBe(422)
  })

  it('begins its hours as the clock of the site does', async () => {
    const { from } = await heat('?hours=1&site=north', northern)
    expect(new Date(from).getUTCMinutes()).toBe(15)
  })
})
