import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../../rules/model.ts'
import type { Page, TicketView } from '../../api/web/src/api/types.ts'
import { ADMIN_TOKEN, type ApiTest, startApi } from '../support/api-client.ts'
import { eventually } from '../support/eventually.ts'

const HOUR = 3_600_000

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

describe('a role', () => {
  let alarm: string
  let ticket: string
  let own: string
  const tokens = {} as Record<Role, string>

  beforeAll(async () => {
    for (const role of ROLES) tokens[role] = await api.token(role, null, `the ${role}`)
    const opened = await api.leak('leak-1')
    ticket = opened.id
    alarm = opened.alarms[0]!
    own = (await api.leak('leak-2')).id
    await api.post(`/tickets/${own}/assign`, { assignee: 'the responder' })
  })

  const READ: Role[] = ['admin', 'engineer', 'dispatcher', 'responder', 'viewer']
  it.each<[method: string, path: string, allowed: Role[]]>([
    ...[
      ...['/session', '/sites', '/sites/default', '/devices', '/devices/leak-1', '/devices/leak-1/readings?point=x'],
      ...[
        '/alarms',
        '/alarms/:alarm',
        '/tickets',
        '/tickets/:ticket',
        '/rejections',
        '/rules',
        '/rules/water_leak.wet',
      ],
    ].map((path): [string, string, Role[]] => ['GET', path, READ]),
    ['GET', '/tokens', ['admin']],
    ['POST', '/tokens', ['admin']],
    ['DELETE', '/tokens/none', ['admin']],
    ['POST', '/sites', ['admin']],
    ['PATCH', '/sites/default', ['admin']],
    ['DELETE', '/sites/none', ['admin']],
    ['POST', '/devices', ['admin']],
    ['PATCH', '/devices/leak-1', ['admin']],
    ['DELETE', '/devices/none', ['admin']],
    ['POST', '/devices/none/credentials', ['admin']],
    ['DELETE', '/devices/none/credentials', ['admin']],
    ['POST', '/alarms/:alarm/acknowledge', ['admin', 'engineer']],
    ['POST', '/alarms/:alarm/reset', ['admin', 'engineer']],
    ['POST', '/tickets', ['admin', 'dispatcher']],
    ['POST', '/intakes', ['admin', 'dispatcher']],
    ['GET', '/intakes', ['admin', 'dispatcher', 'engineer']],
    ['POST', '/tickets/:ticket/contact', ['admin', 'dispatcher']],
    ['POST', '/tickets/:ticket/assign', ['admin', 'dispatcher']],
    ['POST', '/tickets/:own/contact', ['admin', 'dispatcher', 'responder']],
    ['POST', '/tickets/:own/cancel', ['admin', 'dispatcher']],
  ])('may do %s %s only where it should', async (method, path, allowed) => {
    const address = path.replace(':alarm', alarm).replace(':ticket', ticket).replace(':own', own)
    for (const role of ROLES) {
      // An empty object passes no validation and a missing id no look-up: what is asked is only whether it was let in.
      const body = method === 'GET' || path.includes('contact') ? {} : { body: {} }
      const { status } = await api.ask(method, address, { token: tokens[role], ...body })
      expect([role, status === 403], `${status}`).toEqual([role, !allowed.includes(role)])
      if (allowed.includes(role)) expect(status, role).not.toBe(401)
    }
  })

  it('is checked before anything is told of what was asked for', async () => {
    const unknown = await api.ask('DELETE', '/devices/none', { token: tokens.viewer })
    const known = await api.ask('DELETE', '/devices/leak-1', { token: tokens.viewer })
    expect([unknown.status, known.status]).toEqual([403, 403])
  })

  it('of a responder acts on his own jobs with the steps of a job, and on nobody else’s', async () => {
    const act = async (id: string, action: string, body?: object) =>
      (await api.post(`/tickets/${id}/${action}`, body, tokens.responder)).status
    expect(await act(ticket, 'accept')).toBe(403)
    expect(await act('none', 'accept')).toBe(403)
    expect(await act(own, 'assign', { assignee: 'a friend' })).toBe(403)
    expect(await act(own, 'close')).toBe(403)
    expect(await act(own, 'rework')).toBe(403)
    for (const action of ['accept', 'depart', 'arrive', 'hold', 'resume', 'first-handling', 'complete']) {
      expect([action, await act(own, action, { note: '等配件' })]).toEqual([action, 200])
    }
    expect(await act(own, 'sign-off', { signature: '李女士' })).toBe(200)
  })
})

describe('a token of another site', () => {
  let outsider: string
  let ticket: TicketView

  beforeAll(async () => {
    await api.post('/sites', { id: 'north', name: 'North' })
    await api.post('/sites', { id: 'south', name: 'South' })
    ticket = await api.leak('north-leak', 'north')
    await api.publish('north-leak', 'telemetry', 'nonsense', 'north')
    outsider = await api.token('admin', ['south'])
  })

  it('sees empty lists', async () => {
    for (const path of ['/devices', '/alarms', '/tickets', '/rejections']) {
      expect([path, (await api.get<Page<unknown>>(path, outsider)).body]).toEqual([path, { items: [], next: null }])
      const asked = `${path}${path === '/rejections' ? '?device=north-leak' : '?site=north'}`
      expect([asked, (await api.get<Page<unknown>>(asked, outsider)).body.items]).toEqual([asked, []])
    }
    expect((await api.get<Page<{ id: string }>>('/sites', outsider)).body.items.map(({ id }) => id)).toEqual(['south'])
  })

  it('finds nothing, whatever it asks for, as if it did not exist', async () => {
    const [alarm] = ticket.alarms
    const asked: [string, string, object?][] = [
      ['GET', '/sites/north'],
      ['PATCH', '/sites/north', { name: 'mine' }],
      ['DELETE', '/sites/north'],
      ['GET', '/devices/north-leak'],
      ['GET', '/devices/north-leak/readings?point=x'],
      ['PATCH', '/devices/north-leak', { name: 'mine' }],
      ['DELETE', '/devices/north-leak'],
      ['POST', '/devices/north-leak/credentials'],
      ['DELETE', '/devices/north-leak/credentials'],
      ['POST', '/devices', { id: 'new', site: 'north', kind: 'elevator' }],
      ['GET', `/alarms/${alarm}`],
      ['POST', `/alarms/${alarm}/acknowledge`],
      ['POST', `/alarms/${alarm}/reset`],
      ['GET', `/tickets/${ticket.id}`],
      ['POST', `/tickets/${ticket.id}/assign`, { assignee: 'x' }],
      ['POST', '/tickets', { site: 'north', category: 'other', title: 'x' }],
    ]
    for (const [method, path, body] of asked) {
      const { status } = await api.ask(method, path, { token: outsider, ...(body ? { body } : {}) })
      expect([method, path, status]).toEqual([method, path, 404])
    }
    const {
      history,
      job: _job,
      recurrences: _recurrences,
      related: _related,
      ...after
    } = (
      await api.get<TicketView & { job: unknown; recurrences: unknown; related: unknown; history: unknown[] }>(
        `/tickets/${ticket.id}`,
      )
    ).body
    expect([after, history.length]).toEqual([ticket, 1])
  })

  it('cannot add a site', async () => {
    expect((await api.post('/sites', { id: 'east', name: 'East' }, outsider)).status).toBe(409)
  })

  it('cannot make a token that sees more than its own sites', async () => {
    for (const sites of [null, ['north'], ['south', 'north']]) {
      const { status } = await api.post('/tokens', { name: 'more', role: 'admin', sites }, outsider)
      expect([sites, status < 300]).toEqual([sites, false])
    }
  })

  it('neither sees nor revokes tokens of other sites', async () => {
    await api.token('viewer', ['north'], 'of the north')
    const names = (await api.get<Page<{ name: string }>>('/tokens', outsider)).body.items.map(({ name }) => name)
    expect(names).not.toContain('of the north')
    expect((await api.ask('DELETE', '/tokens/admin', { token: outsider })).status).toBe(404)
  })
})

describe('a session', () => {
  const logIn = async (token: string) => {
    const answer = await api.ask('POST', '/session', { token: null, body: { token } })
    const cookie = /^shifen_session=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? ''
    return { ...answer, cookie }
  }
  const asPage = (cookie: string) => ({ token: null, headers: { cookie, 'x-shifen-request': '1' } })

  it('begins with a token, in a cookie that no script and no other site can use', async () => {
    const { status, body, headers } = await logIn(await api.token('dispatcher', ['default'], 'desk'))
    expect([status, body]).toEqual([200, { name: 'desk', role: 'dispatcher', sites: ['default'] }])
    const cookie = headers.get('set-cookie')!
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Strict/i)
    expect(cookie).toMatch(/Path=\//)
    expect(cookie, 'a desk is left when its browser is closed').not.toMatch(/Max-Age|Expires/i)
    for (const role of ['responder', 'viewer'] as const) {
      const kept = (await logIn(await api.token(role, ['default'], 'a'))).headers.get('set-cookie')
      expect(kept).toMatch(/Max-Age=2592000/)
    }
    expect((await logIn('shf_nobody')).status).toBe(401)
    expect((await api.ask('POST', '/session', { token: null, body: {} })).status).toBe(422)
  })

  it('needs the header that a foreign page cannot set, for everything but reading', async () => {
    const { cookie } = await logIn(ADMIN_TOKEN)
    expect((await api.ask('GET', '/session', { token: null, headers: { cookie } })).status).toBe(200)
    const body = { id: 'forged', name: 'Forged' }
    expect((await api.ask('POST', '/sites', { token: null, headers: { cookie }, body })).status).toBe(403)
    expect((await api.ask('DELETE', '/session', { token: null, headers: { cookie } })).status).toBe(403)
    expect((await api.ask('POST', '/sites', { ...asPage(cookie), body: { ...body, id: 'honest' } })).status).toBe(201)
    expect((await api.get('/sites/forged')).status).toBe(404)
  })

  it('ends at logging out, and only that one', async () => {
    const [first, second] = [await logIn(ADMIN_TOKEN), await logIn(ADMIN_TOKEN)]
    const ended = await api.ask('DELETE', '/session', asPage(first.cookie))
    expect([ended.status, ended.headers.get('set-cookie')]).toEqual([204, expect.stringMatching(/Max-Age=0/i)])
    expect((await api.ask('GET', '/session', asPage(first.cookie))).status).toBe(401)
    expect((await api.ask('GET', '/session', asPage(second.cookie))).status).toBe(200)
  })

  it('ends with its token, at once', async () => {
    const made = await api.post<{ id: string; token: string }>('/tokens', { name: 'short', role: 'viewer' })
    const { cookie } = await logIn(made.body.token)
    expect((await api.ask('GET', '/session', asPage(cookie))).status).toBe(200)
    expect((await api.ask('DELETE', `/tokens/${made.body.id}`)).status).toBe(204)
    expect((await api.ask('GET', '/session', asPage(cookie))).status).toBe(401)
    expect((await api.get('/session', made.body.token)).status).toBe(401)
    expect((await logIn(made.body.token)).status).toBe(401)
    expect((await api.ask('DELETE', `/tokens/${made.body.id}`)).status).toBe(404)
  })

  const isIn = async (cookie: string) => (await api.ask('GET', '/session', asPage(cookie))).status === 200
  /** When sessions end, the latest last. */
  const ends = () => {
    const database = new BetterSqlite3(join(api.dataDir, 'shifen.db'), { readonly: true, timeout: 2_000 })
    const rows = database.prepare('select expires_at from sessions order by expires_at').all() as {
      expires_at: number
    }[]
    database.close()
    return rows.map(({ expires_at }) => expires_at)
  }

  it('ends twelve hours after its last use', async () => {
    const { cookie } = await logIn(ADMIN_TOKEN)
    api.clock.advance(12 * HOUR)
    expect(await isIn(cookie)).toBe(false)
  })

  it('gets its full time again when it is used with less than half of it left', async () => {
    const { cookie } = await logIn(ADMIN_TOKEN)
    const began = api.clock.now()
    api.clock.advance(6 * HOUR)
    expect(await isIn(cookie)).toBe(true)
    await api.token('viewer')
    expect(ends().at(-1), 'half of it is left').toBe(began + 12 * HOUR)
    api.clock.advance(1)
    // A page asks for many things at once.
    expect(await Promise.all([isIn(cookie), isIn(cookie), isIn(cookie)])).toEqual([true, true, true])
    await eventually(() => expect(ends().at(-1)).toBe(began + 18 * HOUR + 1))
    for (let half = 0; half < 10; half++) {
      api.clock.advance(11 * HOUR)
      expect(await isIn(cookie)).toBe(true)
      await eventually(() => expect(ends().at(-1)).toBe(api.clock.now() + 12 * HOUR))
    }
    api.clock.advance(12 * HOUR)
    expect(await isIn(cookie)).toBe(false)
  })

  it('that was prolonged ends with its token all the same', async () => {
    const made = await api.post<{ id: string; token: string }>('/tokens', { name: 'wall', role: 'viewer' })
    const { cookie } = await logIn(made.body.token)
    api.clock.advance(11 * HOUR)
    expect(await isIn(cookie)).toBe(true)
    expect((await api.ask('DELETE', `/tokens/${made.body.id}`)).status).toBe(204)
    expect(await isIn(cookie)).toBe(false)
  })
})

describe('a token', () => {
  it('is shown once and never listed with its secret', async () => {
    const { body } = await api.post<{ id: string; token: string }>('/tokens', { name: 'wallboard', role: 'viewer' })
    const listed = await api.get<Page<{ id: string }>>('/tokens')
    expect(listed.body.items.find(({ id }) => id === body.id)).toMatchObject({ name: 'wallboard', role: 'viewer' })
    expect(listed.text).not.toContain(body.token)
    expect(listed.text).not.toMatch(/secret|hash/i)
  })
})
