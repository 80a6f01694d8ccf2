import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signLink } from '../../../rules/notify/link.ts'
import { createSealer } from '../../../rules/secrets.ts'
import { ADMIN_TOKEN, type ApiTest, startApi, START_MS } from '../../support/api-client.ts'
import { HOSTILE } from '../../support/messages-out.ts'

const HOUR = 3_600_000
let test: ApiTest
let key: Buffer
let ticket: string
beforeEach(async () => {
  test = await startApi()
  key = createSealer(readFileSync(join(test.dataDir, 'secret.key'), 'utf8').trim()).linkKey
  for (const id of ['li', 'zhang']) await test.post('/responders', { id, name: id, sites: ['default'] })
  ticket = (await test.leak('leak-7')).id
  await test.post(`/tickets/${ticket}/assign`, { assignee: 'li' })
})
afterEach(() => test.end())

const linkFor = (responder: string, notice = '01KXNOTICE', of = ticket) =>
  `root:/accept/${signLink({ ticket: of, responder, notice, expiresAt: START_MS + 2 * HOUR }, key)}`
const look = (link: string) => test.ask('GET', link, { token: null })
const tap = (link: string) => test.ask('POST', link, { token: null, raw: '', headers: {} })
const stateNow = async () => (await test.get<{ state: string; assignee: string }>(`/tickets/${ticket}`)).body
const BUTTON = /<form method="post">\s*<button>接单<span lang="en">Accept<\/span>/

describe('the page behind the link of a notice', () => {
  it('shows in both languages what, where and since when, and changes nothing', async () => {
    const { status, text, headers } = await look(linkFor('li'))
    expect(status).toBe(200)
    expect(text).toMatch(BUTTON)
    for (const part of ['<meta name="viewport"', '2026-11-23 10:00', '地点', 'Where', '时间', 'Since']) {
      expect(text).toContain(part)
    }
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(text).not.toMatch(/<script|<style|style=|onclick/)
    await test.ask('HEAD', linkFor('li'), { token: null })
    expect(await stateNow()).toMatchObject({ state: 'assigned' })
    expect((await test.ask('GET', 'root:/accept.css', { token: null })).headers.get('content-type')).toMatch(
      /text\/css/,
    )
  })

  it('accepts with one tap, once', async () => {
    const link = linkFor('li')
    expect((await tap(link)).text).toContain('你已接单')
    expect(await stateNow()).toMatchObject({ state: 'accepted', assignee: 'li' })
    // Tapped twice: calm, and nothing more happens.
    expect(await tap(link)).toMatchObject({ status: 200, text: expect.stringContaining('你已接单') as string })

    await test.post(`/tickets/${ticket}/decline`)
    await test.post(`/tickets/${ticket}/assign`, { assignee: 'li' })
    expect((await tap(link)).text).toContain('此链接已用过')
    expect((await look(link)).text).not.toMatch(BUTTON)
    expect(await stateNow()).toMatchObject({ state: 'assigned' })
    // He is called anew, with a link of its own.
    expect((await tap(linkFor('li', '01KXLATER'))).text).toContain('你已接单')
  })

  it('tells who was quicker', async () => {
    await test.post(`/tickets/${ticket}/accept`)
    const late = await tap(linkFor('zhang'))
    expect(late.status).toBe(409)
    expect(late.text).toContain('li 已先接单')
    expect(late.text).toContain('li was quicker')
    expect((await look(linkFor('zhang'))).text).not.toMatch(BUTTON)
    expect((await stateNow()).assignee).toBe('li')
  })

  it('says so where the job is over, the link has expired or is none', async () => {
    const link = linkFor('li')
    for (const token of [ADMIN_TOKEN, await test.token('dispatcher')]) {
      await test.post(`/tickets/${ticket}/cancel`, { note: 'dry' }, token)
    }
    expect((await tap(link)).text).toContain('此工单已结束')
    expect(await look(linkFor('li', 'n', '01KXNOSUCHTICKET'))).toMatchObject({ status: 404 })
    for (const ask of [look, tap]) {
      expect(await ask(`${link}x`)).toMatchObject({ status: 404, text: expect.stringContaining('链接无效') as string })
    }
    test.clock.advance(2 * HOUR)
    expect(await tap(link)).toMatchObject({ status: 410, text: expect.stringContaining('链接已过期') as string })
  })

  it('is of no use to who was disabled or deleted meanwhile', async () => {
    const link = linkFor('li')
    await test.ask('PUT', '/responders/li', { body: { id: 'li', name: 'li', sites: ['default'], enabled: false } })
    expect((await look(link)).text).not.toMatch(BUTTON)
    expect(await tap(link)).toMatchObject({ status: 409, text: expect.stringContaining('请联系调度') as string })
    await test.ask('DELETE', '/responders/li')
    expect(await tap(link)).toMatchObject({ status: 409 })
    expect(await stateNow()).toMatchObject({ state: 'assigned' })
  })

  it('shows as text whatever a name says', async () => {
    const made = await test.post<{ id: string }>('/tickets', {
      ...{ site: 'default', category: 'repair', location: '<img src=x onerror=alert(1)>' },
      title: HOSTILE.filter((text) => !/\p{Cc}/u.test(text))
        .join(' ')
        .slice(0, 200),
    })
    expect(made.status).toBe(201)
    await test.post(`/tickets/${made.body.id}/assign`, { assignee: '<b>li' })
    await test.post(`/tickets/${made.body.id}/accept`)
    const { text } = await look(linkFor('zhang', 'n', made.body.id))
    expect(text).not.toMatch(/<img|<at|<b>|[\u202A-\u202E\u2066-\u2069]/)
    expect(text).toContain('&lt;b&gt;li 已先接单')
  })

  it('turns away a program that keeps asking with one link, and nobody else', async () => {
    const link = linkFor('li')
    for (let i = 0; i < 30; i++) expect((await look(link)).status).toBe(200)
    expect((await look(link)).status).toBe(429)
    expect((await look(linkFor('li', 'another'))).status).toBe(200)
    test.clock.advance(60_000)
    expect((await tap(link)).status).toBe(200)
  })
})
