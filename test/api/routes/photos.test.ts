import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../../../rules/model.ts'
import { ADMIN_TOKEN, type ApiTest, startApi } from '../../support/api-client.ts'
import { jpeg, png, webps } from '../../support/pictures.ts'

let api: ApiTest
let ticket: string
beforeAll(async () => {
  api = await startApi()
  ticket = (await api.leak('leak-1')).id
})
afterAll(() => api.end())

interface Sent {
  type?: string
  token?: string | null
  query?: string
  of?: string
}
async function send(bytes: Buffer, { type = 'image/png', token = ADMIN_TOKEN, query = '', of = ticket }: Sent = {}) {
  const headers = { 'content-type': type, ...(token === null ? {} : { authorization: `Bearer ${token}` }) }
  const body = new Uint8Array(bytes)
  const url = `http://localhost/api/v1/tickets/${of}/photos${query}`
  const answer = await api.service.fetch(new Request(url, { method: 'POST', headers, body }))
  return { status: answer.status, body: (await answer.json()) as Record<string, string> }
}
const listed = async (of = ticket) => (await api.get<{ items: { id: string }[] }>(`/tickets/${of}/photos`)).body.items
const fileOf = (id: string) => join(api.dataDir, 'photos', id.slice(0, 2), id)
const historyOf = async (of: string) =>
  (await api.get<{ history: { action: string; note: string }[] }>(`/tickets/${of}`)).body.history

describe('a photo of a ticket', () => {
  it('is kept beside the database, shown as nothing but a picture, and removed with its file', async () => {
    const bytes = jpeg(640, 480)
    const sent = await send(bytes, { type: 'image/jpeg', query: '?kind=before&caption=%E7%AE%A1%E9%81%93' })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(sent).toMatchObject({
      status: 201,
      body: { kind: 'before', caption: '管道', sha256, sizeBytes: bytes.length },
    })
    const id = sent.body.id!
    expect(existsSync(fileOf(id))).toBe(true)
    expect(await listed()).toMatchObject([{ id, type: 'image/jpeg' }])

    const { status, headers } = await api.get(`/tickets/${ticket}/photos/${id}`)
    expect([status, headers.get('content-type'), headers.get('x-content-type-options')]).toEqual([
      ...[200, 'image/jpeg', 'nosniff'],
    ])
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="[\d-]+-[0-9a-f]{32}\.jpg"$/)
    expect(headers.get('cache-control')).toContain('private')

    const removal = `/tickets/${ticket}/photos/${id}`
    expect((await api.ask('DELETE', removal)).status).toBe(422)
    expect((await api.ask('DELETE', `${removal}?reason=wrong%20door`)).status).toBe(204)
    expect(existsSync(fileOf(id))).toBe(false)
    expect((await api.get(removal)).status).toBe(404)
    expect((await api.ask('DELETE', `${removal}?reason=again`)).status).toBe(404)
    expect((await historyOf(ticket)).slice(-2)).toMatchObject([
      { action: 'photo', note: `before: ${id}: 管道` },
      { action: 'remove-photo', note: `before: ${id}: wrong door` },
    ])
  })

  it('is one, however often the same is sent', async () => {
    const [first, again] = await Promise.all([send(png(7, 7)), send(png(7, 7))])
    expect(again.body.id).toBe(first.body.id)
    expect((await listed()).filter(({ id }) => id === first.body.id)).toHaveLength(1)
    expect(existsSync(fileOf(first.body.id!))).toBe(true)
  })

  it('does not come back with an answer that is given again', async () => {
    const body = new Uint8Array(png(9, 9))
    const headers = {
      ...{ 'content-type': 'image/png', 'idempotency-key': 'photo-9' },
      authorization: `Bearer ${ADMIN_TOKEN}`,
    }
    const url = `http://localhost/api/v1/tickets/${ticket}/photos`
    const sendAgain = async () => {
      const answer = await api.service.fetch(new Request(url, { method: 'POST', headers, body }))
      return ((await answer.json()) as { id: string }).id
    }
    const id = await sendAgain()
    await api.ask('DELETE', `/tickets/${ticket}/photos/${id}?reason=x`)
    expect([await sendAgain(), existsSync(fileOf(id))]).toEqual([id, false])
  })

  it('is taken as WebP too, and larger than other requests may be', async () => {
    expect((await send(webps.lossy, { type: 'image/webp' })).status).toBe(201)
    expect((await send(Buffer.concat([png(9, 9), Buffer.alloc(2_000_000)]))).status).toBe(201)
  })

  it.each<[what: string, status: number, says: string, bytes: Buffer, type?: string]>([
    ['of more than 10 MiB', 413, 'at most 10 MiB', Buffer.concat([png(), Buffer.alloc(10 * 1024 * 1024)])],
    ['as SVG', 415, 'send a photo as one of image/jpeg', Buffer.from('<svg/>'), 'image/svg+xml'],
    ['as a form', 415, 'send a photo as one of', Buffer.from('a=b'), 'application/x-www-form-urlencoded'],
    ['of SVG that calls itself PNG', 422, 'this is no picture', Buffer.from('<svg xmlns="x"/>'), 'image/png'],
    ['of HTML that calls itself JPEG', 422, 'this is no picture', Buffer.from('<!doctype html>'), 'image/jpeg'],
    ['of JPEG that calls itself PNG', 422, 'this is image/jpeg, not image/png', jpeg(), 'image/png'],
    ['of no width', 422, 'each side has 1 to 20000', png(0, 5)],
    ['of too much width', 422, 'this photo is 20001 × 5', png(20_001, 5)],
    ['of nothing', 422, 'no picture', Buffer.alloc(0)],
  ])('%s is refused, and nothing is left of it', async (_what, status, says, bytes, type = 'image/png') => {
    const before = await listed()
    const answer = await send(bytes, { type })
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(says)])
    expect(await listed()).toEqual(before)
    expect(readdirSync(join(api.dataDir, 'photos', 'incoming'))).toEqual([])
  })

  it('is counted as it comes where it has no length', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(Buffer.concat([png(), Buffer.alloc(1e6)])),
    })
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'image/png' }
    const url = `http://localhost/api/v1/tickets/${ticket}/photos`
    const request = new Request(url, { method: 'POST', headers, body, duplex: 'half' } as never)
    expect((await api.service.fetch(request)).status).toBe(413)
    expect(readdirSync(join(api.dataDir, 'photos', 'incoming'))).toEqual([])
  })

  it('is one of thirty at most', async () => {
    const full = (await api.leak('leak-30')).id
    for (let width = 1; width <= 30; width++) expect((await send(png(width), { of: full })).status).toBe(201)
    const one = await send(png(31), { of: full })
    expect(one).toMatchObject({ status: 409, body: { detail: 'a ticket has at most 30 photos; remove one first' } })
    expect((await send(png(30), { of: full })).status).toBe(201)
    const stored = readdirSync(join(api.dataDir, 'photos'), { recursive: true, withFileTypes: true })
    const ids = new Set([...(await listed(full)), ...(await listed())].map(({ id }) => id))
    expect(stored.filter((entry) => entry.isFile()).every(({ name }) => ids.has(name))).toBe(true)
  })
})

describe('who may', () => {
  it('add, see and remove photos', async () => {
    const own = (await api.leak('leak-own')).id
    await api.post(`/tickets/${own}/assign`, { assignee: 'the responder' })
    const { id } = (await send(png(50), { of: own })).body
    const tokens = {} as Record<Role, string>
    for (const role of ROLES) tokens[role] = await api.token(role, null, `the ${role}`)
    const status = async (role: Role) => [
      (await send(png(51), { of: own, token: tokens[role] })).status,
      (await send(png(51), { token: tokens[role] })).status,
      (await api.get(`/tickets/${own}/photos/${id}`, tokens[role])).status,
      (await api.ask('DELETE', `/tickets/${own}/photos/${'0'.repeat(32)}?reason=x`, { token: tokens[role] })).status,
    ]
    expect(await status('admin')).toEqual([201, 201, 200, 404])
    expect(await status('dispatcher')).toEqual([201, 201, 200, 404])
    expect(await status('engineer')).toEqual([201, 201, 200, 403])
    expect(await status('responder')).toEqual([201, 403, 200, 403])
    expect(await status('viewer')).toEqual([403, 403, 200, 403])
    expect((await send(png(52), { token: null })).status).toBe(401)
  })

  it('is of the site: elsewhere there is no such ticket', async () => {
    await api.post('/sites', { id: 'north', name: 'N' })
    const token = await api.token('dispatcher', ['north'])
    const elsewhere = (await api.leak('leak-n', 'north')).id
    const { id } = (await send(png(60))).body
    const answers = [
      (await send(png(61), { token })).status,
      (await api.get(`/tickets/${ticket}/photos`, token)).status,
      (await api.get(`/tickets/${ticket}/photos/${id}`, token)).status,
      (await api.get(`/tickets/${elsewhere}/photos/${id}`, token)).status,
      (await api.ask('DELETE', `/tickets/${ticket}/photos/${id}?reason=x`, { token })).status,
      (await api.ask('DELETE', `/tickets/${elsewhere}/photos/${id}?reason=x`, { token })).status,
    ]
    expect(answers).toEqual([404, 404, 404, 404, 404, 404])
    expect(existsSync(fileOf(id!))).toBe(true)
  })
})
