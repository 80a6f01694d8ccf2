import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'

interface Entry {
  id: number
  at: string
  by: string
  action: string
  subject: string
  detail: object
}
interface State {
  rows: number
  head: { id: number; hash: string }
  ok: boolean
  faults: { table: string; row: string; what: string }[]
}

let api: ApiTest
beforeEach(async () => (api = await startApi()))
afterEach(() => api.end())

const audit = async (query = '') => (await api.get<{ items: Entry[]; next: string | null }>(`/audit${query}`)).body
const tamper = (statement: string) => new BetterSqlite3(join(api.dataDir, 'shifen.db')).exec(statement).close()

describe('the audit chain over HTTP', () => {
  it('is told newest first, page by page, by who did what to what and when', async () => {
    const { id } = await api.leak('leak-1')
    api.clock.advance(60_000)
    await api.post(`/tickets/${id}/assign`, { assignee: 'Li' })
    const { items } = await audit()
    expect(items.map((each) => each.id)).toEqual(items.map((_, index) => items.length - index))
    expect(items[0]).toMatchObject({ action: 'ticket.assign', subject: id, detail: { to: 'assigned' } })

    const first = await audit('?limit=1')
    expect(first.items).toEqual(items.slice(0, 1))
    expect((await audit(`?limit=500&cursor=${first.next}`)).items).toEqual(items.slice(1))
    expect((await audit(`?action=ticket.open`)).items.map(({ subject }) => subject)).toEqual([id])
    expect((await audit(`?subject=${id}&limit=1`)).items).toEqual(items.slice(0, 1))
    const since = encodeURIComponent(new Date(START_MS + 1).toISOString())
    expect((await audit(`?from=${since}`)).items.map(({ action }) => action)).toEqual(['ticket.assign'])
    expect((await audit(`?to=${since}`)).items).toHaveLength(items.length - 1)
    expect((await audit('?by=nobody')).items).toEqual([])
  })

  it('says whether it is whole, also when two ask at once', async () => {
    await api.leak('leak-1')
    const asked = await Promise.all([api.get<State>('/audit/state'), api.get<State>('/audit/state')])
    for (const { body } of asked) expect(body).toMatchObject({ ok: true, faults: [], rows: body.head.id })

    tamper(`update audit set by = 'nobody' where id = 2`)
    const { body } = await api.get<State>('/audit/state')
    expect(body.ok).toBe(false)
    expect(body.faults).toMatchObject([{ table: 'audit', row: '2', what: 'changed' }])
  })

  it('is for the admin alone, and takes no odd cursor', async () => {
    for (const path of ['/audit', '/audit/state']) {
      expect((await api.get(path, await api.token('engineer'))).status).toBe(403)
    }
    expect((await api.get('/audit?cursor=x')).status).toBe(422)
    expect((await api.get('/audit?from=yesterday')).status).toBe(422)
  })
})
