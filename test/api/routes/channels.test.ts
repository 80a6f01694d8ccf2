import BetterSqlite3 from 'better-sqlite3'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeEach(async () => void (api = await startApi()))
afterEach(() => api.end())

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const HOOK = {
  id: 'hook',
  name: 'Hook',
  kind: 'webhook',
  options: { url: 'https://x.example/a' },
  secrets: { secret: SECRET },
}

function stored(): string {
  const file = new BetterSqlite3(join(api.dataDir, 'shifen.db'), { readonly: true })
  const rows = ['plans', 'plan_versions', 'audit', 'idempotency'].map((table) => {
    const exists = file.prepare('select 1 from sqlite_master where name = ?').get(table)
    return exists ? JSON.stringify(file.prepare(`select * from ${table}`).all()) : ''
  })
  file.close()
  return rows.join('')
}

describe('channels', () => {
  it("keep a secret sealed: no answer, version or table shows it, and the key's file is the user's alone", async () => {
    const made = await api.post('/channels', HOOK)
    expect([made.status, made.body.secrets]).toEqual([201, { secret: '********' }])
    const versions = await api.get('/channels/hook/versions')
    for (const text of [made.text, versions.text, (await api.get('/channels')).text, stored()]) {
      expect(text).not.toContain(SECRET.slice(6))
    }
    expect(statSync(join(api.dataDir, 'secret.key')).mode & 0o777).toBe(0o600)
  })

  it('keep what was as it was where a secret is hidden or absent, and know when nothing changed', async () => {
    const read = await api.post<Record<string, unknown>>('/channels', HOOK)
    const again = await api.ask('PUT', '/channels/hook', { body: read.body })
    expect([again.status, again.body.version]).toEqual([200, 1])
    const { secrets: _secrets, ...without } = HOOK
    const renamed = await api.ask('PUT', '/channels/hook', { body: { ...without, name: 'New' } })
    expect(renamed.body).toMatchObject({ name: 'New', version: 2, secrets: { secret: '********' } })
  })

  it.each([
    [{ secrets: { secret: 'short' } }, /secrets\.secret/],
    [{ secrets: { secret: '********' } }, /secrets\.secret: there is none yet/],
    [{ options: { url: 'ftp://x' } }, /options\.url/],
    [{ kind: 'log', options: {}, secrets: {} }, /use another kind/],
    [{ sites: ['nowhere'] }, /nowhere does not exist/],
  ])('refuse %j', async (wrong, why) => {
    const { status, text } = await api.post('/channels', { ...HOOK, ...wrong })
    expect([status, text]).toEqual([422, expect.stringMatching(why)])
  })

  it('warn of one that nobody hears', async () => {
    expect((await api.post('/channels', HOOK)).body.warnings).toMatchObject([{ field: 'broadcasts' }])
  })

  it("have the log, which stays on and is not deleted, and are the admin's", async () => {
    expect((await api.ask('DELETE', '/channels/log')).status).toBe(409)
    const { body } = await api.get('/channels/log')
    expect((await api.ask('PUT', '/channels/log', { body: { ...body, enabled: false } })).status).toBe(422)
    expect((await api.get('/channels', await api.token('dispatcher'))).status).toBe(403)
  })
})
