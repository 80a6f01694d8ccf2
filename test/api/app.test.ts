import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../api/problem.ts'
import { ADMIN_TOKEN, type ApiTest, type Ask, startApi } from '../support/api-client.ts'

let api: ApiTest
let ticket: string

beforeAll(async () => {
  api = await startApi()
  ticket = (await api.leak('leak-1')).id
})
afterAll(() => api.end())

const site = { id: 'new', name: 'New' }
const jsonType = { 'content-type': 'application/json' }

describe('an error', () => {
  it.each<[what: string, status: number, type: string, method: string, path: string, ask: Ask]>([
    ['unreadable JSON', 400, 'unreadable', 'POST', '/sites', { raw: '{"id":', headers: jsonType }],
    [
      'unreadable JSON of an action',
      400,
      'unreadable',
      'POST',
      '/tickets/:id/contact',
      { raw: '{', headers: jsonType },
    ],
    ['no login', 401, 'unauthenticated', 'GET', '/tickets', { token: null }],
    ['a token that is none', 401, 'unauthenticated', 'GET', '/tickets', { token: 'shf_nobody' }],
    ['no login on a path that does not exist', 401, 'unauthenticated', 'GET', '/nothing', { token: null }],
    ['a path that does not exist', 404, 'not_found', 'GET', '/nothing', {}],
    ['a path outside the API', 404, 'not_found', 'GET', 'root:/nothing', { token: null }],
    ['a method that does not exist', 404, 'not_found', 'PUT', '/devices', { body: {} }],
    ['a ticket that does not exist', 404, 'not_found', 'GET', '/tickets/none', {}],
    ['an alarm that does not exist', 404, 'not_found', 'POST', '/alarms/none/acknowledge', {}],
    ['a device that does not exist', 404, 'not_found', 'GET', '/devices/none', {}],
    ['a state that does not allow it', 409, 'conflict', 'POST', '/tickets/:id/close', {}],
    ['an id that exists', 409, 'conflict', 'POST', '/sites', { body: { id: 'default', name: 'x' } }],
    ['a body over 1 MiB', 413, 'too_large', 'POST', '/sites', { body: { id: 'x', name: 'y'.repeat(1_048_576) } }],
    ['a body without its type', 415, 'unsupported_media_type', 'POST', '/sites', { raw: JSON.stringify(site) }],
    [
      'a form',
      415,
      'unsupported_media_type',
      'POST',
      '/sites',
      { raw: 'id=x', headers: { 'content-type': 'text/plain' } },
    ],
    ['no body where one is needed', 422, 'invalid', 'POST', '/sites', {}],
    ['an empty object', 422, 'invalid', 'POST', '/sites', { body: {} }],
    ['a list', 422, 'invalid', 'POST', '/sites', { body: [] }],
    ['an unknown field', 422, 'invalid', 'POST', '/sites', { body: { ...site, colour: 'red' } }],
    ['an unknown action', 422, 'invalid', 'POST', '/tickets/:id/explode', {}],
    ['a limit of 0', 422, 'invalid', 'GET', '/devices?limit=0', {}],
    ['a limit that is no number', 422, 'invalid', 'GET', '/devices?limit=all', {}],
    ['an unknown state', 422, 'invalid', 'GET', '/tickets?state=asleep', {}],
    ['control characters', 422, 'invalid', 'POST', '/sites', { body: { ...site, name: 'a\u0000b' } }],
    ['a time zone that does not exist', 422, 'invalid', 'POST', '/sites', { body: { ...site, timezone: 'Mars' } }],
  ])('of %s is %i as problem+json', async (_what, status, type, method, path, ask) => {
    const { headers, body, ...answer } = await api.ask<Problem>(method, path.replace(':id', ticket), ask)
    expect([answer.status, headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    expect(body).toMatchObject({ type: `urn:shifen:problem:${type}`, status })
    expect(body.title).toMatch(/\w/)
    expect(body.detail).toMatch(/\w/)
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  it('names each field that is wrong', async () => {
    const { body } = await api.post<Problem>('/devices', { id: 'a b', site: 'default', kind: 'toaster', colour: 'red' })
    expect(body.errors?.map(({ field }) => field).sort()).toEqual(['colour', 'id', 'kind'])
    const nested = { site: 'default', category: 'other', title: 'x', reporter: { phone: 7 } }
    expect((await api.post<Problem>('/tickets', nested)).body.errors?.[0]?.field).toBe('reporter.phone')
  })

  it('counts a body without a length as it comes', async () => {
    const part = Buffer.alloc(100_000, 0x20)
    let parts = 0
    const body = new ReadableStream({
      pull: (controller) => (++parts > 20 ? controller.close() : controller.enqueue(part)),
    })
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...jsonType }
    const request = new Request('http://localhost/api/v1/sites', {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as never)
    expect((await api.service.fetch(request)).status).toBe(413)
  })

  it('stores nothing of what it refuses', async () => {
    const { body } = await api.get<{ items: { id: string }[] }>('/sites')
    expect(body.items.map(({ id }) => id)).toEqual(['default'])
  })
})

describe('every answer', () => {
  it('forbids foreign scripts, frames and guessed types', async () => {
    for (const path of ['root:/', '/session', 'root:/healthz', 'root:/openapi.json']) {
      const { headers } = await api.get(path)
      const policy = headers.get('content-security-policy')!
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("object-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("img-src 'self' data: blob:;")
      expect(policy).not.toMatch(/unsafe|\*|https?:|script-src|worker-src|manifest-src|connect-src/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
  })

  it('lets no other origin read it', async () => {
    const headers = { origin: 'http://evil.example' }
    expect((await api.ask('GET', '/session', { headers })).headers.get('access-control-allow-origin')).toBeNull()
  })
})
