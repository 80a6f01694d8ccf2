import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { body, id, idempotency, json, line, listOf, page, pageOf, problems, siteSchema, telephone } from './schemas.ts'

const tag = ['sites']
const siteId = z.object({ id })
const name = line(200).min(1)
const options = {
  phone: z.union([z.literal(''), telephone]).optional(),
  publicReports: z.boolean().optional(),
}
const timezone = z.string().refine(isTimezone, 'an IANA time zone such as Asia/Shanghai')

function isTimezone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const list = createRoute({
  method: 'get',
  path: '/sites',
  tags: tag,
  summary: 'Sites, by id',
  request: { query: z.object(page) },
  responses: { 200: json(listOf(siteSchema), 'sites'), ...problems(401, 422) },
})

const create = createRoute({
  method: 'post',
  path: '/sites',
  tags: tag,
  summary: 'Add a site',
  middleware: [allow()] as const,
  request: {
    headers: idempotency,
    body: body(z.strictObject({ id, name, timezone: timezone.optional(), ...options })),
  },
  responses: { 201: json(siteSchema, 'the site'), ...problems(400, 401, 403, 409, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/sites/{id}',
  tags: tag,
  summary: 'One site',
  request: { params: siteId },
  responses: { 200: json(siteSchema, 'the site'), ...problems(401, 404) },
})

const update = createRoute({
  method: 'patch',
  path: '/sites/{id}',
  tags: tag,
  summary: 'Rename a site, move its time zone, tell its telephone or open its page for residents',
  middleware: [allow()] as const,
  request: {
    params: siteId,
    body: body(z.strictObject({ name: name.optional(), timezone: timezone.optional(), ...options })),
  },
  responses: { 200: json(siteSchema, 'the site'), ...problems(400, 401, 403, 404, 422) },
})

const remove = createRoute({
  method: 'delete',
  path: '/sites/{id}',
  tags: tag,
  summary: 'Remove a site that has no devices, gateways or tickets; its mutes end',
  middleware: [allow()] as const,
  request: { params: siteId },
  responses: { 204: { description: 'removed' }, ...problems(401, 403, 404, 409) },
})

export function siteRoutes(api: Api, engine: Engine, defaultTimezone: string): void {
  api.openapi(list, (c) => {
    const { limit, cursor } = c.req.valid('query')
    const found = [...engine.world().sites.values()]
      .filter((site) => seesSite(c.get('principal'), site.id) && (cursor === undefined || site.id > cursor))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    return c.json(
      pageOf(
        found,
        limit,
        (site) => site,
        ({ id }) => id,
      ),
      200,
    )
  })

  api.openapi(create, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { timezone: zone = defaultTimezone, phone = '', publicReports = false, ...rest } = c.req.valid('json')
    const given = { ...rest, timezone: zone, phone, publicReports }
    const { site } = await engine.command({ type: 'create_site', site: given }, asked)
    return c.json(site!, 201)
  })

  api.openapi(read, (c) => {
    const site = engine.world().sites.get(c.req.valid('param').id)
    if (!site || !seesSite(c.get('principal'), site.id)) {
      throw new Refusal('not_found', `site ${c.req.valid('param').id} does not exist`)
    }
    return c.json(site, 200)
  })

  api.openapi(update, async (c) => {
    const command = { type: 'update_site' as const, id: c.req.valid('param').id, ...c.req.valid('json') }
    const { site } = await engine.command(command, { by: c.get('principal') })
    return c.json(site!, 200)
  })

  api.openapi(remove, async (c) => {
    await engine.command({ type: 'delete_site', id: c.req.valid('param').id }, { by: c.get('principal') })
    return c.body(null, 204)
  })
}
