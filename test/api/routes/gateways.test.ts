import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
  await api.post('/sites', { id: 'north', name: '北区' })
})
afterAll(() => api.end())

describe('gateways over the API', () => {
  it('are added with a login that is shown this once, listed and removed', async () => {
    const { status, body } = await api.post('/gateways', { id: 'gw-1', site: 'default', topics: ['zigbee2mqtt/#'] })
    expect([status, body]).toMatchObject([
      201,
      {
        id: 'gw-1',
        site: 'default',
        topics: ['zigbee2mqtt/#'],
        devices: 0,
        mqtt: { username: 'gw-1', clientId: 'gw-1', password: expect.stringMatching(/^shd_/) as string },
      },
    ])
    expect((await api.get('/gateways')).body).toMatchObject({ items: [{ id: 'gw-1' }], next: null })
    expect((await api.get('/gateways/gw-1')).text).not.toContain('password')
    expect((await api.post('/gateways', { id: 'gw-1', site: 'default', topics: ['a'] })).status).toBe(409)
    expect((await api.ask('DELETE', '/gateways/gw-1')).status).toBe(204)
    expect((await api.get('/gateways/gw-1')).status).toBe(404)
    expect((await api.post('/gateways', { id: 'gw-1', site: 'default', topics: ['a'] })).status).toBe(201)
  })

  it("and devices share their user names: neither takes the other's", async () => {
    await api.device('shared-1')
    expect((await api.post('/gateways', { id: 'shared-1', site: 'default', topics: ['a'] })).status).toBe(409)
    await api.post('/gateways', { id: 'shared-2', site: 'default', topics: ['a'] })
    expect((await api.device('shared-2')).status).toBe(409)
  })

  it.each([
    [{ topics: [] }, 'topics'],
    [{ topics: ['a/#/b'] }, 'topics[0]'],
    [{ topics: ['$SYS/#'] }, 'topics[0]'],
    [{ topics: Array(101).fill('a') }, 'topics'],
    [{ id: 'no blanks' }, 'id'],
    [{ more: 1 }, 'more'],
  ])('%j is refused, naming %s', async (wrong, field) => {
    const { status, body } = await api.post('/gateways', { id: 'gw-2', site: 'default', topics: ['a'], ...wrong })
    expect(status).toBe(422)
    expect((body.errors as { field: string }[]).map((error) => error.field)).toContain(field)
  })

  it('need the admin, and are of sites', async () => {
    const engineer = await api.token('engineer')
    expect((await api.post('/gateways', { id: 'gw-3', site: 'default', topics: ['a'] }, engineer)).status).toBe(403)
    const north = await api.token('admin', ['north'])
    expect((await api.post('/gateways', { id: 'gw-3', site: 'default', topics: ['a'] }, north)).status).toBe(404)
    await api.post('/gateways', { id: 'gw-4', site: 'default', topics: ['a'] })
    expect((await api.get('/gateways/gw-4', north)).status).toBe(404)
    expect((await api.ask('DELETE', '/gateways/gw-4', { token: north })).status).toBe(404)
    expect((await api.get('/gateways', north)).body).toEqual({ items: [], next: null })
    expect((await api.post('/gateways', { id: 'gw-5', site: 'nowhere', topics: ['a'] })).status).toBe(422)
  })
})
