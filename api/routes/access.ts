import { createRoute, z } from '@hono/zod-openapi'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Engine } from '../../rules/engine.ts'
import { type Principal, type Role, ROLES } from '../../rules/model.ts'
import { covers } from '../../rules/rights.ts'
import { hashSecret } from '../../rules/secrets.ts'
import { listTokens } from '../../rules/storage/access.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow, type Authenticate, SESSION_COOKIE } from '../auth.ts'
import { problem } from '../problem.ts'
import { body, id, idempotency, json, line, listOf, problems, time } from './schemas.ts'

const tag = ['access']
const whoSchema = z.object({ name: z.string(), role: z.enum(ROLES), sites: z.array(z.string()).nullable() })
const who = ({ name, role, sites }: Principal) => ({ name, role, sites: sites === null ? null : [...sites] })

const begin = createRoute({
  method: 'post',
  path: '/session',
  tags: tag,
  summary: 'Log the dashboard in with a token: sets a cookie',
  security: [],
  request: { body: body(z.strictObject({ token: z.string().min(1).max(200) })) },
  responses: { 200: json(whoSchema, 'who that is'), ...problems(400, 401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/session',
  tags: tag,
  summary: 'Who is logged in',
  responses: { 200: json(whoSchema, 'who that is'), ...problems(401) },
})

const end = createRoute({
  method: 'delete',
  path: '/session',
  tags: tag,
  summary: 'Log out',
  responses: { 204: { description: 'logged out' }, ...problems(401) },
})

const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  sites: z.array(z.string()).nullable(),
  createdAt: time,
})

const tokens = createRoute({
  method: 'get',
  path: '/tokens',
  tags: tag,
  summary: 'Tokens, without their secrets',
  middleware: [allow()] as const,
  responses: { 200: json(listOf(tokenSchema), 'tokens'), ...problems(401, 403) },
})

const add = createRoute({
  method: 'post',
  path: '/tokens',
  tags: tag,
  summary: 'Make a token; it is shown this once',
  middleware: [allow()] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        name: line(100).min(1),
        role: z.enum(ROLES),
        sites: z.array(id).min(1).max(1000).nullable().default(null),
      }),
    ),
  },
  responses: {
    201: json(z.object({ id: z.string(), token: z.string().nullable() }), 'the token'),
    ...problems(400, 401, 403, 422),
  },
})

const revoke = createRoute({
  method: 'delete',
  path: '/tokens/{id}',
  tags: tag,
  summary: 'Revoke a token and its sessions',
  middleware: [allow()] as const,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 204: { description: 'revoked' }, ...problems(401, 403, 404) },
})

/**
 * A repairman's phone and a wallboard begin again by themselves, also after the browser was closed; a desk may be
 * shared, and asks anew. How long a session lasts is told by the service alone, whatever a browser keeps.
 */
const isOfOne = (role: Role) => role === 'responder' || role === 'viewer'
const COOKIE_KEPT_S = 30 * 86_400

/** The route that needs no login: it is the login. */
export function loginRoute(api: Api, engine: Engine, authenticate: Authenticate): void {
  api.openapi(begin, async (c) => {
    const principal = await authenticate.token(c.req.valid('json').token)
    if (principal === null) return problem(c, 401, 'this token is not valid') as never
    const { secret } = await engine.command({ type: 'start_session' }, { by: principal })
    const secure = new URL(c.req.url).protocol === 'https:'
    const maxAge = isOfOne(principal.role) ? COOKIE_KEPT_S : undefined
    setCookie(c, SESSION_COOKIE, secret!, { httpOnly: true, sameSite: 'Strict', path: '/', secure, maxAge })
    return c.json(who(principal), 200)
  })
}

export function accessRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(read, (c) => c.json(who(c.get('principal')), 200))

  api.openapi(end, async (c) => {
    const cookie = getCookie(c, SESSION_COOKIE)
    if (cookie !== undefined) {
      await engine.command({ type: 'end_session', secretHash: hashSecret(cookie) }, { by: c.get('principal') })
    }
    deleteCookie(c, SESSION_COOKIE, { path: '/' })
    return c.body(null, 204)
  })

  api.openapi(tokens, async (c) => {
    const seen = (await listTokens(reader)).filter((token) => covers(c.get('principal'), token.sites))
    const items = seen.map(({ createdAt, sites, ...token }) => ({
      ...token,
      sites: sites === null ? null : [...sites],
      createdAt: new Date(createdAt).toISOString(),
    }))
    return c.json({ items, next: null }, 200)
  })

  api.openapi(add, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const result = await engine.command({ type: 'add_token', ...c.req.valid('json') }, asked)
    return c.json({ id: result.id!, token: result.secret ?? null }, 201)
  })

  api.openapi(revoke, async (c) => {
    await engine.command({ type: 'revoke_token', id: c.req.valid('param').id }, { by: c.get('principal') })
    return c.body(null, 204)
  })
}
