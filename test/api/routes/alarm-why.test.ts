import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../../../api/web/src/api/types.ts'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

interface Why {
  rule: Record<string, unknown> | null
  readings: {
    point: string
    unit: string | null
    value: unknown
    at: string | null
    asOf: string
    thresholds: object[]
  }[]
  conditions: { code: string; state: string; since: string | null; asOf: string }[]
}

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

const iso = (at: number) => new Date(at).toISOString()
const tell = (device: string, values: object) => api.publish(device, 'telemetry', { values })
const alarmOf = async (device: string, rule: string) => {
  const { items } = (await api.get<Page<{ id: string; rule: string }>>(`/alarms?device=${device}`)).body
  return items.find((each) => each.rule === rule)!.id
}
const why = async (alarm: string, token?: string) => (await api.get<Why>(`/alarms/${alarm}/why`, token)).body
/** The clock goes on, and what is due by then is met. */
async function pass(ms: number): Promise<void> {
  api.clock.advance(ms)
  await api.service.tick()
}

describe('why an alarm fired', () => {
  it('is told by its rule and the values of that moment, not by those of now', async () => {
    await api.device('meter', 'power_meter')
    await tell('meter', { 'temperature.device': 70, 'voltage.l1': 221 })
    await pass(60_000)
    await tell('meter', { 'temperature.device': 83.5 })
    await pass(10_000)
    const alarm = await alarmOf('meter', 'power_meter.over_temperature')
    const readAtOnce = await why(alarm)
    await tell('meter', { 'temperature.device': 71 })
    await pass(3_600_000)
    const found = await why(alarm)
    expect(found.readings).toEqual(readAtOnce.readings)
    expect(found.readings).toEqual([
      {
        point: 'temperature.device',
        unit: 'Cel',
        value: 83.5,
        at: iso(START_MS + 60_000),
        asOf: 'raised',
        thresholds: [
          { value: 80, above: true, of: 'raise', priority: 'high' },
          { value: 75, above: false, of: 'clear', priority: 'high' },
        ],
      },
    ])
    expect(found.conditions).toEqual([{ code: 'meter.over_temperature', state: 'unknown', since: null, asOf: 'now' }])
    expect(found.rule).toMatchObject({
      id: 'power_meter.over_temperature',
      titles: { zh: '温度过高', en: 'Over-temperature' },
      version: 1,
      changedSince: false,
      watches: 'condition',
      condition: expect.stringContaining('temperature.device > 80.0') as string,
      clear: expect.stringContaining('temperature.device < 75.0') as string,
      ...{ onDelayMs: 5_000, offDelayMs: 0, latch: false, silence: null, enabled: true },
    })
  })

  it('is told by its condition where it needs no number', async () => {
    const { alarms } = await api.leak('leak-why')
    const at = api.clock.now()
    await pass(5_000)
    await api.publish('leak-why', 'event', { event: 'water.leak', active: false })
    const { conditions, readings } = await why(alarms[0]!)
    expect(conditions).toEqual([{ code: 'water.leak', state: 'active', since: iso(at), asOf: 'raised' }])
    expect(readings).toEqual([])
  })

  it('is told by how long a silent device may be silent', async () => {
    await api.device('leak-mute', 'water_leak', 'default')
    await api.ask('PATCH', '/devices/leak-mute', { body: { silenceMs: 600_000 } })
    await api.publish('leak-mute', 'event', { event: 'water.leak', active: false })
    const heardAt = api.clock.now()
    await pass(700_000)
    const { rule } = await why(await alarmOf('leak-mute', 'water_leak.silent'))
    expect(rule).toMatchObject({
      ...{ watches: 'silence', condition: null },
      silence: { of: null, allowedMs: 600_000, heardAt: iso(heardAt) },
    })
  })

  it('tells the figures of counts and of values over time, each priority by itself', async () => {
    const body = {
      ...{ id: 'own.rising', kind: 'power_meter', title: { zh: '上升', en: 'Rising' }, priority: 'high' },
      ...{ category: 'power', when: 'slope > 2.0', count: { times: 2, withinMs: 600_000 } },
      levels: [{ priority: 'low', when: 'slope > 1.0 && power.active > 5.0', onDelayMs: 1_000 }],
      measures: { slope: { rate: 'current.l1', overMs: 60_000 } },
    }
    expect((await api.post('/rules', body)).status).toBe(201)
    await api.device('meter-2', 'power_meter')
    for (const current of [0, 60, 60, 200]) {
      await tell('meter-2', { 'current.l1': current, 'power.active': 9 })
      await pass(20_000)
    }
    const { rule, readings } = await why(await alarmOf('meter-2', 'own.rising'))
    expect(rule).toMatchObject({ count: body.count, measures: body.measures, levels: body.levels })
    expect(readings.map(({ point, asOf, thresholds }) => ({ point, asOf, thresholds }))).toEqual([
      {
        ...{ point: 'power.active', asOf: 'raised' },
        thresholds: [{ value: 5, above: true, of: 'raise', priority: 'low' }],
      },
      { point: 'current.l1', asOf: 'raised', thresholds: [] },
      {
        ...{ point: 'slope', asOf: 'now' },
        thresholds: [
          { value: 2, above: true, of: 'raise', priority: 'high' },
          { value: 1, above: true, of: 'raise', priority: 'low' },
        ],
      },
    ])
    await api.ask('PUT', '/rules/own.rising', { body: { ...body, when: 'slope > 3.0' } })
    const alarm = await alarmOf('meter-2', 'own.rising')
    expect((await why(alarm)).rule).toMatchObject({ version: 2, changedSince: true, condition: 'slope > 3.0' })
    await api.ask('DELETE', '/rules/own.rising')
    expect(await why(alarm)).toEqual({ rule: null, readings: [], conditions: [] })
  })

  it('is for every role that sees the alarm, and nobody else', async () => {
    const { alarms } = await api.leak('leak-seen')
    const path = `/alarms/${alarms[0]}/why`
    for (const role of ['viewer', 'responder', 'dispatcher', 'engineer'] as const) {
      expect((await api.get(path, await api.token(role, ['default']))).status).toBe(200)
    }
    await api.post('/sites', { id: 'north', name: 'North' })
    expect((await api.get(path, await api.token('engineer', ['north']))).status).toBe(404)
    expect((await api.get('/alarms/none/why')).status).toBe(404)
    expect((await api.get(path, null)).status).toBe(401)
  })
})
