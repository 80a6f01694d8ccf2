import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'
import { corpus, type CorpusMessage, differences, type Given } from '../../support/corpus.ts'

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

const asked = ({ topic, payload, payloadText, payloadHex, qos, retain, dup, receivedOffsetMs }: CorpusMessage) => ({
  topic,
  payload,
  payloadText,
  payloadHex,
  qos,
  retain,
  dup,
  receivedOffsetMs,
})

describe('POST /decode', () => {
  it.each(corpus.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const { receivedOffsetMs: _, ...message } = asked(entry)
    const body = { ...message, preceding: entry.preceding?.map(asked), binding: entry.binding }
    const answer = await api.post<Given>('/decode', body)
    expect(answer.status).toBe(200)
    expect(differences(answer.body, entry.expected)).toEqual([])
  })

  it('reads our own topics, an array with its last element as what it says', async () => {
    const payload = [1, 2].map((depth) => ({
      ts: 1_700_000_000_000 + depth,
      values: { 'water.depth': depth, odd: null },
    }))
    const { body } = await api.post('/decode', { topic: 'shifen/default/leak-1/telemetry', payload })
    expect(body).toMatchObject({
      disposition: 'accept',
      device: { key: 'native:leak-1' },
      time: { device: '2023-11-14T22:13:20.002Z', basis: 'epoch_ms' },
      measurements: [{ name: 'water.depth', value: 2, unit: 'm' }],
      readings: [{ time: '2023-11-14T22:13:20.001Z', historical: true, measurements: [{ value: 1 }] }],
    })
  })

  it('answers 200 for a reject, too, and stores nothing', async () => {
    const { status, body } = await api.post('/decode', { topic: 'shifen/default/x/event', payloadText: '{' })
    expect([status, body]).toMatchObject([200, { disposition: 'reject', reason: 'invalid_json' }])
    expect((await api.get('/rejections')).body).toMatchObject({ items: [] })
    expect((await api.get('/devices')).body).toMatchObject({ items: [] })
  })

  it('wants one payload, and a login', async () => {
    expect((await api.post('/decode', { topic: 'a' })).status).toBe(422)
    expect((await api.post('/decode', { topic: 'a', payloadText: '', payloadHex: '' })).status).toBe(422)
    expect((await api.post('/decode', { topic: 'a', payloadHex: 'abc' })).status).toBe(422)
    expect((await api.ask('POST', '/decode', { body: { topic: 'a', payloadText: '' }, token: null })).status).toBe(401)
  })
})
