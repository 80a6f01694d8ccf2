import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'
import { eventually } from '../../support/eventually.ts'

let api: ApiTest
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.end())

const ready = () => api.get<{ status: string; checks: Record<string, string> }>('root:/readyz', null)
const OTHERS_WELL = { broker: 'ok', channels: 'ok', clock: 'ok', outbox: 'ok' }

/** Another process that holds the data file. */
function lock(): () => void {
  const other = new BetterSqlite3(join(api.dataDir, 'shifen.db'))
  other.exec('begin exclusive')
  return () => {
    other.exec('rollback')
    other.close()
  }
}

describe('/healthz and /readyz', () => {
  it('answer without a login', async () => {
    expect((await api.get('root:/healthz', null)).body).toEqual({ status: 'ok' })
    const { status, body } = await ready()
    expect([status, body]).toEqual([200, { status: 'ready', checks: { database: 'ok', ...OTHERS_WELL } }])
  })

  it('turn red while the data file is locked, and green again when what waited is stored', async () => {
    await api.device('leak-1')
    const unlock = lock()
    let stored = false
    const publishing = api.publish('leak-1', 'event', { event: 'water.leak', active: true }).then(() => (stored = true))
    await eventually(async () => expect((await ready()).status).toBe(503))
    const { body } = await ready()
    expect(body).toEqual({
      status: 'not_ready',
      checks: { database: expect.stringMatching(/lock/) as string, ...OTHERS_WELL },
    })
    // Alive, and still answering what can be read.
    expect((await api.get('root:/healthz', null)).status).toBe(200)
    expect((await api.get('/tickets')).status).toBe(200)
    expect(stored).toBe(false)

    unlock()
    await publishing
    expect((await ready()).status).toBe(200)
    expect((await api.get<{ items: unknown[] }>('/tickets')).body.items).toHaveLength(1)
  })

  it('answer a command 503 where the lock lasts, and have done nothing of it', async () => {
    const unlock = lock()
    const { status, body } = await api.post<{ type: string }>('/sites', { id: 'late', name: 'Late' })
    expect([status, body.type]).toEqual([503, 'urn:shifen:problem:unavailable'])
    unlock()
    expect((await api.get('/sites/late')).status).toBe(404)
    expect((await api.post('/sites', { id: 'late', name: 'Late' })).status).toBe(201)
  })

  it('do not wait behind a lock', async () => {
    const unlock = lock()
    let turns = 0
    const turning = setInterval(() => (turns += 1), 10)
    const writing = api.post('/sites', { id: 'late', name: 'Late' })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    unlock()
    await writing
    clearInterval(turning)
    // Each try holds the event loop for its 20 ms at most; one that waited for the lock would leave none.
    expect(turns).toBeGreaterThan(10)
  })
})
