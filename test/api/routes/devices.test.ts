import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../../../api/web/src/api/types.ts'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

interface Device {
  id: string
  name: string
  kind: string
  mqtt: { username: string; password: string | null; clientId: string; topic: string }
}

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

describe('a device', () => {
  it('is provisioned with a login that is shown this once', async () => {
    const { status, body, text } = await api.post<Device>('/devices', {
      id: 'lift-1',
      site: 'default',
      kind: 'elevator',
      location: '1 栋',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ id: 'lift-1', name: 'lift-1', kind: 'elevator', location: '1 栋', lastSeenAt: null })
    expect(body.mqtt).toEqual({
      username: 'lift-1',
      password: expect.stringMatching(/^shd_.{40,}$/) as string,
      clientId: 'lift-1',
      topic: 'shifen/default/lift-1',
    })
    expect((await api.get('/devices/lift-1')).text).not.toContain(body.mqtt.password)
    expect(text).toContain(body.mqtt.password)
    expect((await api.device('lift-1')).status).toBe(409)
    expect((await api.device('lift-2', 'elevator', 'nowhere')).status).toBe(422)
  })

  it('has tags, which a person gives it and rules name', async () => {
    const made = await api.device('tagged', 'pump', 'default', { tags: ['deep', 'b2', 'deep'] })
    expect([made.status, made.body.tags]).toEqual([201, ['deep', 'b2']])
    const patch = (tags: unknown) => api.ask('PATCH', '/devices/tagged', { body: { tags } })
    expect((await patch(['night_pump'])).body.tags).toEqual(['night_pump'])
    expect((await api.ask('PATCH', '/devices/tagged', { body: { name: 'P 1' } })).body.tags).toEqual(['night_pump'])
    for (const wrong of [['Deep'], [''], ['a'.repeat(33)], Array.from({ length: 21 }, (_, n) => `t${n}`), 'deep']) {
      expect((await patch(wrong)).status).toBe(422)
    }
    await api.service.stop()
    await api.service.start()
    expect((await api.get('/devices/tagged')).body.tags).toEqual(['night_pump'])
    expect((await api.device('untagged', 'pump')).body.tags).toEqual([])
    for (const id of ['tagged', 'untagged']) await api.ask('DELETE', `/devices/${id}`)
  })

  it('is provisioned once with one key, and its password is not told again', async () => {
    const ask = { body: { id: 'keyed', site: 'default', kind: 'elevator' }, headers: { 'idempotency-key': 'dev-1' } }
    const first = await api.ask<Device>('POST', '/devices', ask)
    const again = await api.ask<Device>('POST', '/devices', ask)
    expect([first.status, again.status]).toEqual([201, 201])
    expect([typeof first.body.mqtt.password, again.body.mqtt.password]).toEqual(['string', null])
  })

  it('shows what it last said, and its readings', async () => {
    await api.device('meter-1', 'power_meter')
    await api.publish('meter-1', 'telemetry', { values: { 'voltage.l1': 221.5, batteryPercent: 90 } })
    await api.publish('meter-1', 'event', { event: 'meter.phase_loss', active: false })
    const at = new Date(START_MS).toISOString()
    expect((await api.get('/devices/meter-1')).body).toMatchObject({
      points: { 'voltage.l1': { value: 221.5, unit: 'V', at } },
      conditions: { 'meter.phase_loss': { state: 'cleared', since: at } },
      health: { batteryPercent: 90 },
      lastSeenAt: at,
    })
    const { body } = await api.get<{ unit: string; items: object[] }>('/devices/meter-1/readings?point=voltage.l1')
    expect(body).toMatchObject({ unit: 'V', items: [{ min: 221.5, max: 221.5, average: 221.5, count: 1 }] })
    expect((await api.get('/devices/meter-1/readings')).status).toBe(422)
    const backwards = '&from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z'
    expect((await api.get(`/devices/meter-1/readings?point=voltage.l1${backwards}`)).status).toBe(422)
    expect((await api.get('/devices/meter-1/readings?point=x&max=5001')).status).toBe(422)
  })

  it('is renamed, gets a new password, loses its login, and is retired', async () => {
    await api.device('pump-1', 'pump')
    expect((await api.ask<Device>('PATCH', '/devices/pump-1', { body: { name: '泵' } })).body.name).toBe('泵')
    expect((await api.ask('PATCH', '/devices/pump-1', { body: { id: 'other' } })).status).toBe(422)
    const renewed = await api.post<Device>('/devices/pump-1/credentials')
    expect([renewed.status, typeof renewed.body.mqtt.password]).toEqual([201, 'string'])
    expect((await api.ask('DELETE', '/devices/pump-1/credentials')).status).toBe(204)
    expect((await api.ask('DELETE', '/devices/pump-1')).status).toBe(204)
    expect((await api.ask('DELETE', '/devices/pump-1')).status).toBe(404)
    expect((await api.get<Page<Device>>('/devices?kind=pump')).body.items).toEqual([])
  })
})

describe('lists', () => {
  const pages = async (path: string, limit: number) => {
    const seen: string[] = []
    let cursor = ''
    for (;;) {
      const separator = path.includes('?') ? '&' : '?'
      const { body } = await api.get<Page<{ id: string }>>(`${path}${separator}limit=${limit}${cursor}`)
      seen.push(...body.items.map(({ id }) => id))
      if (body.next === null) return seen
      cursor = `&cursor=${encodeURIComponent(body.next)}`
    }
  }

  it.each(['/devices', '/sites', '/rules', '/alarms', '/rejections'])(
    'of %s are complete and without doubles, whatever the page',
    async (path) => {
      if (path === '/devices') for (let index = 0; index < 8; index += 1) await api.device(`many-${index}`, 'door')
      if (path === '/sites')
        for (let index = 0; index < 5; index += 1) await api.post('/sites', { id: `s${index}`, name: 's' })
      if (path === '/alarms') for (let index = 0; index < 5; index += 1) await api.leak(`leak-${index}`)
      if (path === '/rejections')
        for (let index = 0; index < 5; index += 1) await api.publish('lift-1', 'event', `no ${index}`)
      const whole = await pages(path, 500)
      expect(whole.length).toBeGreaterThan(4)
      expect(new Set(whole).size).toBe(whole.length)
      for (const limit of [1, 2, whole.length]) expect([limit, await pages(path, limit)]).toEqual([limit, whole])
    },
  )

  it('show what could not be used, with its reason and its text', async () => {
    await api.publish('lift-1', 'telemetry', '{"values":{"water.leek":1}}')
    const { body } = await api.get<Page<{ reason: string }>>('/rejections?device=lift-1&limit=1')
    expect(body.items[0]).toMatchObject({
      site: 'default',
      device: 'lift-1',
      topic: 'shifen/default/lift-1/telemetry',
      payloadText: '{"values":{"water.leek":1}}',
      reason: 'unknown_point',
      sizeBytes: 27,
    })
    const { reason } = body.items[0]!
    const found = await api.get<Page<{ reason: string }>>(`/rejections?reason=${reason}`)
    expect(new Set(found.body.items.map((item) => item.reason))).toEqual(new Set([reason]))
    expect((await api.get('/rejections?reason=bad-luck')).status).toBe(422)
  })
})

describe('a site', () => {
  it('is added with the service’s time zone, changed, and removed while it has nothing', async () => {
    const made = await api.post('/sites', { id: 'riverside', name: '滨江花园' })
    const site = { id: 'riverside', name: '滨江花园', timezone: 'Asia/Shanghai', phone: '', publicReports: false }
    expect([made.status, made.body]).toEqual([201, site])
    const changed = await api.ask('PATCH', '/sites/riverside', { body: { timezone: 'Asia/Urumqi' } })
    expect(changed.body).toEqual({ ...site, timezone: 'Asia/Urumqi' })
    await api.leak('river-leak', 'riverside')
    expect((await api.ask('DELETE', '/sites/riverside')).status).toBe(409)
    await api.post('/sites', { id: 'empty', name: 'Empty' })
    expect((await api.ask('DELETE', '/sites/empty')).status).toBe(204)
    expect((await api.get('/sites/empty')).status).toBe(404)
  })
})

describe('a rule', () => {
  it('is shown as the data it is', async () => {
    const { status, body } = await api.get('/rules/water_leak.wet')
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ id: 'water_leak.wet', when: 'water.leak', priority: 'critical' }),
    ])
    expect((await api.get('/rules/none')).status).toBe(404)
  })
})
