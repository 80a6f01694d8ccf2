import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type ApiTest, startApi, START_MS } from '../../support/api-client.ts'

const DAMP = {
  id: 'mine.damp',
  kind: 'water_leak',
  title: { zh: '潮湿', en: 'Damp' },
  priority: 'medium',
  category: 'water_leak',
  when: 'humidity.relative > 90.0',
}
const YAML = Object.entries(DAMP)
  .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  .join('\n')

interface Version {
  raised: number
  cleared: number
  episodes: { device: string; raisedAt: string; clearedAt: string | null }[]
}
interface Result {
  type: 'result'
  rule: string
  from: string
  to: string
  readings: number
  draft: Version
  live: Version | null
  differs: { onlyLive: { count: number } } | null
  detail: string
  errors: { field: string; message: string; position?: number }[]
}

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
  await api.post('/sites', { id: 'river', name: '滨江' })
  await api.post('/rules', DAMP)
  await api.device('damp-1')
  await api.device('damp-2', 'water_leak', 'river')
  for (const value of [95, 85, 92, 50]) {
    await api.publish('damp-1', 'telemetry', { values: { 'humidity.relative': value } })
    await api.publish('damp-2', 'telemetry', { values: { 'humidity.relative': value } }, 'river')
    api.clock.advance(60_000)
  }
})
afterAll(() => api.end())

const asked = (body: object, headers: Record<string, string> = {}, token?: string) =>
  api.ask<Result>('POST', '/rules/try', {
    body,
    headers: { accept: 'application/json', ...headers },
    ...(token ? { token } : {}),
  })
const at = (minutes: number) => new Date(START_MS + minutes * 60_000).toISOString()
const draft = { ...DAMP, when: 'humidity.relative > 80.0' }
type Line = { type: string } & Record<string, unknown>
const linesOf = ({ text }: Answer<unknown>) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

describe('POST /rules/try', () => {
  it('answers what a draft and the version in force would have raised, and what differs', async () => {
    const { status, body } = await asked({ rule: draft })
    expect([status, body]).toMatchObject([
      200,
      { type: 'result', rule: DAMP.id, readings: 8, to: at(4), draft: { raised: 2, cleared: 2 }, live: { raised: 4 } },
    ])
    expect(body.draft.episodes[0]).toMatchObject({ device: 'damp-1', raisedAt: at(0), clearedAt: at(3) })
    expect(body.differs).toMatchObject({ onlyLive: { count: 0 } })
  })

  it('streams lines: progress, episodes, the result last', async () => {
    const streamed = await api.ask('POST', '/rules/try', { body: { rule: draft } })
    expect(streamed.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = linesOf(streamed)
    expect(lines.map(({ type }) => type)).toEqual([...Array<string>(6).fill('episode'), 'progress', 'result'])
    expect(lines[0]).toMatchObject({ version: 'live', device: 'damp-1', raisedAt: at(0), clearedAt: at(1) })
    expect(lines.at(-2)).toMatchObject({ readings: 8, of: 8, at: at(3) })
  })

  it('takes the rule alone, as YAML too, with the period in the address', async () => {
    const headers = { 'content-type': 'application/yaml', accept: 'application/json' }
    const path = `/rules/try?from=${encodeURIComponent(at(1))}&to=${encodeURIComponent(at(3))}`
    const { status, body } = await api.ask<Result>('POST', path, { raw: YAML, headers })
    expect([status, body.from, body.to, body.draft.raised]).toEqual([200, at(1), at(3), 2])
    expect((await asked(draft)).body.draft.raised).toBe(2)
  })

  it('refuses a bad rule with the place, and a bad period', async () => {
    const bad = await asked({ rule: { ...DAMP, when: 'humidity.relative > "90"' } })
    expect([bad.status, bad.body.errors]).toMatchObject([422, [{ field: 'when', position: 0 }]])
    expect((await asked({ rule: { ...DAMP, colour: 'red' } })).body.errors).toMatchObject([{ field: 'colour' }])
    expect((await asked({ rule: DAMP, until: at(0) })).body.errors).toMatchObject([{ field: 'until' }])
    for (const period of [
      { from: at(2), to: at(1) },
      { from: at(9) },
      { from: at(-401 * 24 * 60) },
      { from: 'yesterday' },
    ]) {
      expect([period, (await asked({ rule: DAMP, ...period })).status]).toEqual([period, 422])
    }
  })

  it('is for engineers, and looks at devices of their sites alone', async () => {
    expect((await asked({ rule: draft }, {}, await api.token('viewer'))).status).toBe(403)
    const { body } = await asked({ rule: draft }, {}, await api.token('engineer', ['river']))
    expect(body.draft.episodes.map(({ device }) => device)).toEqual(['damp-2'])
  })

  it('stores nothing', async () => {
    const before = await api.get('/alarms')
    await asked({ rule: { ...draft, opensTicket: true } })
    expect((await api.get('/alarms')).text).toBe(before.text)
    expect((await api.get<{ items: object[] }>('/tickets')).body.items).toEqual([])
  })

  it('runs two at once, and lets the next one in when a client has gone away', async () => {
    const token = await api.token('engineer')
    const begin = () =>
      api.service.fetch(
        new Request('http://localhost/api/v1/rules/try', {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ rule: draft }),
        }),
      )
    const [first, second] = [await begin(), await begin()]
    const third = await begin()
    expect([first.status, second.status, third.status]).toEqual([200, 200, 503])
    await first.body!.cancel()
    expect(linesOf(await asAnswer(await begin())).at(-1)?.type).toBe('result')
    expect(linesOf(await asAnswer(second)).at(-1)?.type).toBe('result')
  })
})

const asAnswer = async (response: Response) => ({ text: await response.text() }) as Answer<unknown>
