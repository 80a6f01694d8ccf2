import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page, TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, type Answer, startApi } from '../../support/api-client.ts'

interface Problem {
  detail: string
  errors: { field: string; message: string }[]
}

/** A lift controller that no family knows: made up, as are its topic and its words. */
const LIFT = {
  id: 'acme-lift',
  site: 'default',
  topic: 'acme/{tower}/lift/{car}/state',
  device: { key: '{tower}-{car}', kind: 'elevator', vendor: 'Acme' },
  time: { path: 'at', format: 'epoch' },
  points: [
    { name: 'lift.floor', path: 'car.floor' },
    { name: 'lift.speed', path: 'car.speed', unit: 'mm/s' },
  ],
  events: [
    { code: 'elevator.door_fault', path: 'door', active: ['JAM'], otherwise: 'cleared' },
    { path: 'faults', table: { 11: 'elevator.entrapment', 5: 'elevator.overspeed' }, fullState: true },
  ],
  health: { supplyVoltage: { path: 'mains', scale: 0.1 } },
  silenceMs: 600_000,
}
const said = (faults: number[], more: object = {}) => ({
  at: 1_795_399_200,
  car: { floor: 7, speed: 0 },
  door: 'SHUT',
  faults,
  mains: 2301,
  ...more,
})
const EXAMPLE = { topic: 'acme/t1/lift/2/state', payload: said([11]) }

const YAML = `
id: acme-meter
site: default
topic: acme/meter/{device}
device: { kind: power_meter }
points:
  - { name: energy.active.import, path: 'e', unit: kWh }   # the meter's own counter
  - name: power.active
    cel: |
      has(payload.p) ? payload.p : 0.0
    unit: kW
example:
  topic: acme/meter/m-1
  payload: { e: 12.5, p: 1.5 }
`

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

const receive = (topic: string, payload: unknown, site = 'default') =>
  api.service.receive({
    topic,
    payload: Buffer.from(JSON.stringify(payload)),
    device: null,
    gateway: 'gw-1',
    site,
    will: false,
  })
const yaml = <T>(method: string, path: string, raw: string) =>
  api.ask<T>(method, path, { raw, headers: { 'content-type': 'application/yaml' } })
const remove = (id: string) => api.ask('DELETE', `/mappings/${id}`)
const fields = ({ body }: Answer<Problem>) => body.errors.map(({ field }) => field)

describe('a lift that nobody knows', () => {
  it('is shown as unknown, mapped without code, discovered, and its people are fetched within one ticket', async () => {
    await receive('acme/t1/lift/2/state', said([]))
    const unknown = await api.get<Page<{ topic: string; detail: string }>>('/rejections?reason=topic_not_bound')
    expect(unknown.body.items).toMatchObject([{ topic: 'acme/t1/lift/2/state', device: 'gw-1' }])
    expect(unknown.body.items[0]!.detail).toContain('POST /api/v1/mappings')

    const tried = await api.post('/mappings/try', { mapping: LIFT, example: EXAMPLE })
    expect(tried.status).toBe(200)
    expect(tried.body).toMatchObject({
      decoded: {
        disposition: 'accept',
        device: { key: 'mapping:t1-2', kind: 'elevator' },
        time: { device: '2026-11-23T02:00:00.000Z' },
        measurements: [
          { name: 'lift.floor', value: 7 },
          { name: 'lift.speed', value: 0, unit: 'm/s' },
        ],
        health: { supplyVoltage: 230.1 },
      },
      levels: { tower: 't1', car: '2' },
      notes: [],
    })
    expect((await api.get('/mappings/acme-lift')).status).toBe(404)

    const made = await api.post('/mappings', { ...LIFT, example: EXAMPLE })
    expect([made.status, made.body.version, made.body.updatedBy]).toEqual([201, 1, 'admin'])
    await receive('acme/t1/lift/2/state', said([]))
    const found = await api.get<Page<{ id: string }>>('/devices?kind=elevator')
    expect(found.body.items).toMatchObject([{ id: 'mapping-t1-2', name: 't1-2', site: 'default' }])
    const lift = '/devices/mapping-t1-2'
    expect((await api.get(lift)).body).toMatchObject({
      points: { 'lift.floor': { value: 7, unit: '1' } },
      conditions: { 'elevator.entrapment': { state: 'cleared' }, 'elevator.door_fault': { state: 'cleared' } },
      health: { supplyVoltage: 230.1 },
    })

    for (let count = 0; count < 3; count += 1) await receive('acme/t1/lift/2/state', said([11]))
    const { body } = await api.get<Page<TicketView>>('/tickets?device=mapping-t1-2')
    expect(body.items).toMatchObject([{ category: 'elevator', priority: 'critical', state: 'pending_dispatch' }])
    const alarms = await api.get<Page<object>>('/alarms?device=mapping-t1-2')
    expect(alarms.body.items).toMatchObject([{ rule: 'elevator.entrapment', active: true, count: 1, messages: 3 }])
    await receive('acme/t1/lift/2/state', said([]))
    const after = await api.get<Page<object>>('/alarms?device=mapping-t1-2')
    expect(after.body.items).toMatchObject([{ active: false }])

    await receive('acme/t1/lift/2/state', { floor: 'seven' })
    const rejected = await api.get<Page<{ detail: string }>>('/rejections?reason=invalid_shape')
    expect(rejected.body.items[0]?.detail).toBe('mapping acme-lift, points[0].path: car.floor is not in the payload')
  })

  it('is read by its changed mapping from the next message on, and by none once that is removed', async () => {
    const changed = { ...LIFT, points: [{ name: 'lift.floor', path: 'car.floor', offset: -1 }] }
    const replaced = await api.ask('PUT', '/mappings/acme-lift', { body: changed })
    expect([replaced.status, replaced.body.version]).toEqual([200, 2])
    await receive('acme/t1/lift/2/state', said([]))
    const floor = async () => (await api.get<{ points: object }>('/devices/mapping-t1-2')).body.points
    expect(await floor()).toMatchObject({ 'lift.floor': { value: 6 } })
    expect((await remove('acme-lift')).status).toBe(204)
    expect((await remove('acme-lift')).status).toBe(404)
    await receive('acme/t1/lift/2/state', said([], { car: { floor: 30, speed: 0 } }))
    expect(await floor()).toMatchObject({ 'lift.floor': { value: 6 } })
  })

  it('may be silent for as long as its mapping says', async () => {
    await api.post('/mappings', LIFT)
    await receive('acme/t9/lift/1/state', said([]))
    const states = async () => (await api.get<Page<{ active: boolean }>>('/alarms?device=mapping-t9-1')).body.items
    api.clock.advance(LIFT.silenceMs - 1_000)
    await api.service.tick()
    const before = await states()
    api.clock.advance(2_000)
    await api.service.tick()
    expect([before.length, (await states()).length]).toEqual([0, 1])
    await remove(LIFT.id)
  })
})

describe('a mapping as YAML', () => {
  it('is tried, added, replaced', async () => {
    const tried = await yaml('POST', '/mappings/try', `mapping:\n${YAML.replace(/^/gm, '  ')}`)
    expect(tried.body).toMatchObject({
      decoded: {
        measurements: [
          { name: 'energy.active.import', value: 12_500 },
          { name: 'power.active', value: 1500 },
        ],
      },
    })
    expect((await yaml('POST', '/mappings', YAML)).status).toBe(201)
    expect((await yaml('PUT', '/mappings/acme-meter', YAML)).body).toMatchObject({ version: 2 })
    expect((await api.get('/mappings/acme-meter')).body).toMatchObject({ example: { topic: 'acme/meter/m-1' } })
    await remove('acme-meter')
  })

  it('that is none is refused with line and column', async () => {
    const broken = await yaml<Problem>('POST', '/mappings', 'id: x\ntopic: [a\n')
    expect([broken.status, broken.body.detail]).toEqual([400, expect.stringMatching(/YAML.*line 3, column 1/)])
    const twice = await yaml<Problem>('POST', '/mappings', 'id: x\nid: y\n')
    expect([twice.status, twice.body.detail]).toEqual([400, expect.stringMatching(/unique.*line 2/)])
    expect((await yaml('POST', '/mappings', '- a list')).status).toBe(422)
    expect((await yaml('POST', '/mappings', '')).status).toBe(422)
  })

  it('cannot grow by aliases', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `l${index + 1}: &l${index + 1} [${`*l${index},`.repeat(9)}]`,
    )
    const bomb = ['l0: &l0 [x,x,x,x,x,x,x,x,x]', ...levels].join('\n')
    const { status, body } = await yaml<Problem>('POST', '/mappings', bomb)
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/alias/i)])
    expect((await yaml<Problem>('POST', '/mappings', `id: ${'x'.repeat(200_000)}`)).body.detail).toMatch(/longer than/)
  })
})

describe('a mapping that does not fit', () => {
  const refused = (different: object) => api.post<Problem>('/mappings', { ...LIFT, ...different })

  it.each([
    [{ points: [{ name: 'lift.floor', path: 'a..b' }] }, 'points[0].path', /at character 3/],
    [{ points: [{ name: 'lift.flor', path: 'a' }] }, 'points[0].name', /near it: lift\.floor/],
    [{ points: [{ name: 'lift.speed', path: 'a', unit: 'kn' }] }, 'points[0].unit', /allowed: m\/s, .*km\/h/],
    [{ points: [{ name: 'lift.speed', path: 'a', scale: 'ten' }] }, 'points[0].scale', /number/],
    [{ points: [{ name: 'lift.speed', path: 'a', scale: 0 }] }, 'points[0].scale', /not 0/],
    [
      { points: [{ name: 'lift.speed', path: 'a', cel: 'payload.b' }] },
      'points[0]',
      /one of `path`, `cel`, not several/,
    ],
    [{ points: [{ name: 'lift.speed', cel: 'payload.a >' }] }, 'points[0].cel', /at the end/],
    [{ points: [{ name: 'lift.speed', path: 'a', uint: 'm/s' }] }, 'points[0].uint', /Unrecognized/i],
    [{ events: [{ code: 'elevator.trap', path: 'a' }] }, 'events[0].code', /is not a condition/],
    [
      { events: [{ path: 'a', table: { 11: 'elevator.entrapement' } }] },
      'events[0].table.11',
      /near it: elevator\.entrapment/,
    ],
    [{ events: [{ path: 'a', code: 'water.leak', fullState: true }] }, 'events[0]', /belong to a `table`/],
    [{ health: { battery: 'b' } }, 'health.battery', /Unrecognized/i],
    [{ health: { batteryPercent: { path: 'b', unit: 'V' } } }, 'health.batteryPercent.unit', /allowed: 1, %/],
    [{ health: { online: { path: 'a', activ: [1] } } }, 'health.online.activ', /Unrecognized/i],
    [{ health: { online: {} } }, 'health.online', /one of `path`, `cel`/],
    [{ health: { online: 7 } }, 'health.online', /./],
    [
      { events: [{ path: 'a', table: { 11: { code: 'water.leak', state: 'on' } } }] },
      'events[0].table.11.state',
      /pulse/,
    ],
    [{ topic: 'acme/#/state' }, 'topic', /# stands at the end/],
    [{ topic: '#' }, 'topic', /at least one level/],
    [{ device: { kind: 'lift' } }, 'device.kind', /elevator/],
    [{ device: { kind: 'elevator', key: '{lift}' } }, 'device.key', /tower, car/],
    [{ device: undefined }, 'device', /name the device/],
    [{ points: [], events: [], health: {} }, 'points', /at least one of/],
    [{ time: { path: 'at', format: 'local', timezone: 'Mars/Olympus' } }, 'time.timezone', /IANA/],
    [{ family: 'zigbee3mqtt' }, 'family', /decodes by itself/],
    [{ id: 'a b' }, 'id', /letters/],
  ])('%j is refused at %s', async (different, field, why) => {
    const answer = await refused(different)
    expect([answer.status, fields(answer)]).toEqual([422, [field]])
    expect(answer.body.errors[0]!.message).toMatch(why)
    expect(answer.body.detail).toContain(`${field}: `)
    const tried = await api.post<Problem>('/mappings/try', { mapping: { ...LIFT, ...different }, example: EXAMPLE })
    expect([tried.status, fields(tried)]).toEqual([422, [field]])
  })

  it('is told all at once', async () => {
    const answer = await refused({
      topic: 'a/#/b',
      points: [
        { name: 'x', path: 'a' },
        { name: 'lift.speed', path: '..', unit: 'kn' },
      ],
    })
    expect(fields(answer)).toEqual(['topic', 'points[0].name', 'points[1].path', 'points[1].unit'])
    expect(answer.body.detail).toMatch(/; and 1 more$/)
  })

  it('is refused where its example gives nothing, with the place in the mapping', async () => {
    const wrong = await refused({ example: { ...EXAMPLE, payload: { car: 7 } } })
    expect([wrong.status, fields(wrong)[0], wrong.body.detail]).toEqual([
      422,
      'points[0].path',
      expect.stringMatching(/^points\[0\]\.path: car\.floor is not in the payload/),
    ])
    expect(fields(await refused({ example: { ...EXAMPLE, topic: 'acme/x' } }))).toEqual(['example.topic'])
    expect(fields(await refused({ example: { topic: EXAMPLE.topic, payloadText: '{"car' } }))).toEqual(['payload'])
    expect(fields(await refused({ example: { topic: EXAMPLE.topic } }))).toEqual(['example'])
    const nulls = { payload: { car: { floor: null } }, topic: EXAMPLE.topic }
    expect((await refused({ example: nulls })).status).toBe(422)
    expect((await api.get('/mappings/acme-lift')).status).toBe(404)
  })
})

describe('who may', () => {
  it('add mappings: engineers and admins, each for the sites that he sees', async () => {
    await api.post('/sites', { id: 'riverside', name: '滨江' })
    const viewer = await api.token('viewer')
    const ofRiverside = await api.token('engineer', ['riverside'])
    expect((await api.post('/mappings', LIFT, viewer)).status).toBe(403)
    expect((await api.post('/mappings/try', { mapping: LIFT, example: EXAMPLE }, viewer)).status).toBe(403)
    expect((await api.post('/mappings', LIFT, ofRiverside)).status).toBe(422)
    expect((await api.post<Problem>('/mappings', { ...LIFT, site: null }, ofRiverside)).body.detail).toMatch(
      /all sites/,
    )
    expect((await api.post('/mappings', { ...LIFT, site: 'nowhere' })).status).toBe(422)

    expect((await api.post('/mappings', LIFT)).status).toBe(201)
    expect((await api.get('/mappings/acme-lift', ofRiverside)).status).toBe(404)
    expect((await api.ask('PUT', '/mappings/acme-lift', { body: LIFT, token: ofRiverside })).status).toBe(404)
    expect((await api.ask('DELETE', '/mappings/acme-lift', { token: ofRiverside })).status).toBe(404)
    expect((await api.get<Page<object>>('/mappings', ofRiverside)).body.items).toEqual([])
    expect((await api.get<Page<object>>('/mappings', viewer)).body.items).toHaveLength(1)

    const own = { ...LIFT, id: 'river-lift', site: 'riverside' }
    expect((await api.post('/mappings', own, ofRiverside)).status).toBe(201)
    expect((await api.ask('DELETE', '/sites/riverside')).status).toBe(409)
    for (const id of ['acme-lift', 'river-lift']) await remove(id)
  })

  it('a topic means one thing to a site, and a site’s own mapping goes before one for all', async () => {
    const all = { ...LIFT, id: 'for-all', site: null, points: [{ name: 'lift.floor', path: 'car.floor', offset: 100 }] }
    expect((await api.post('/mappings', all)).status).toBe(201)
    expect((await api.post('/mappings', LIFT)).status).toBe(201)
    const again = await api.post<Problem>('/mappings', {
      ...LIFT,
      id: 'again',
      topic: '/acme/+/lift/{x}/state',
      device: { kind: 'elevator', key: '{x}' },
    })
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('acme-lift')])
    expect((await api.post('/mappings', LIFT)).status).toBe(409)
    await receive('acme/t5/lift/1/state', said([]))
    await receive('acme/t6/lift/1/state', said([]), 'riverside')
    const floor = async (id: string) => (await api.get<{ points: object }>(`/devices/${id}`)).body.points
    expect(await floor('mapping-t5-1')).toMatchObject({ 'lift.floor': { value: 7 } })
    expect(await floor('mapping-t6-1')).toMatchObject({ 'lift.floor': { value: 107 } })
    expect((await api.ask<Problem>('PUT', '/mappings/for-all', { body: LIFT })).body.errors[0]!.field).toBe('id')
    for (const id of ['acme-lift', 'for-all']) await remove(id)
  })

  it('asks twice with one key and adds once', async () => {
    const ask = { body: LIFT, headers: { 'idempotency-key': 'm-1' } }
    const answers = [await api.ask('POST', '/mappings', ask), await api.ask('POST', '/mappings', ask)]
    expect(answers.map(({ status, body }) => [status, body.version])).toEqual([
      [201, 1],
      [201, 1],
    ])
    await remove(LIFT.id)
  })
})
