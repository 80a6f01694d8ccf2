import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Page } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeEach(async () => (api = await startApi()))
afterEach(() => api.end())

const days = async () => (await api.get<Page<{ day: string; by: string }>>('/weather/rainy-days?site=default')).body

it('a gauge over MQTT tells of a rainy day: by its amount or by its sensor, live alone', async () => {
  await api.device('gauge', 'rain_gauge')
  await api.publish('gauge', 'telemetry', [{ values: { 'weather.rain': true } }, { values: { 'rain.amount': 0 } }])
  expect((await days()).items).toEqual([])
  await api.publish('gauge', 'telemetry', { values: { 'rain.amount': 0.2 } })
  expect((await days()).items).toMatchObject([{ day: '2026-11-23', by: 'gauge', source: 'device', amountMm: null }])
  api.clock.advance(24 * 3_600_000)
  await api.publish('gauge', 'event', { event: 'weather.rain', active: true })
  expect((await days()).items.map(({ day }) => day)).toEqual(['2026-11-24', '2026-11-23'])
})

it('somebody notes one, who may', async () => {
  const noted = { site: 'default', day: '2026-11-20', amountMm: 3 }
  const answer = await api.post('/weather/rainy-days', noted, await api.token('engineer', null, 'Gao'))
  expect([answer.status, answer.body]).toMatchObject([201, { ...noted, by: 'Gao', opened: 0 }])
  expect((await api.post('/weather/rainy-days', noted, await api.token('viewer'))).status).toBe(403)
  for (const wrong of [{ day: '2026-11-24' }, { day: 'monday' }, { amountMm: 0 }]) {
    expect((await api.post('/weather/rainy-days', { site: 'default', ...wrong })).status).toBe(422)
  }
  const elsewhere = await api.token('dispatcher', ['south'])
  expect((await api.post('/weather/rainy-days', noted, elsewhere)).status).toBe(404)
  expect((await api.get('/weather/rainy-days?site=default', elsewhere)).status).toBe(404)
})
