import { createRoute, z } from '@hono/zod-openapi'
import { rulePattern } from '../../rules/alarms/rule-fields.ts'
import type { Engine } from '../../rules/engine.ts'
import { type Mute, MUTE_KINDS, Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findMute, listMutes } from '../../rules/storage/mutes.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import {
  body,
  id,
  idempotency,
  json,
  listOf,
  muteSchema,
  oneOrMore,
  page,
  pageOf,
  problems,
  timeWithZone,
} from './schemas.ts'
import { muteView } from './views.ts'

const tag = ['mutes']
const muteId = z.object({ id: z.string().max(64) })
const RULES_MAX = 50

const list = createRoute({
  method: 'get',
  path: '/mutes',
  tags: tag,
  summary: 'What keeps alarms quiet: shelved, suppressed by design, out of service; newest first',
  request: {
    query: z.object({
      ...page,
      site: id.optional(),
      kind: oneOrMore(MUTE_KINDS),
      ended: z.enum(['true', 'false']).default('false').openapi({ description: '`true`: those that are over' }),
    }),
  },
  responses: { 200: json(listOf(muteSchema), 'mutes'), ...problems(401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/mutes/{id}',
  tags: tag,
  summary: 'One mute',
  request: { params: muteId },
  responses: { 200: json(muteSchema, 'the mute'), ...problems(401, 404) },
})

const plan = createRoute({
  method: 'post',
  path: '/mutes',
  tags: tag,
  summary: 'Take a device, a building, a category or rules out of service for a while, now or later',
  description:
    'Alarms that meet every field are computed and shown as muted, and neither told nor ticketed. What is still true ' +
    'at the end alarms then. Somebody is reminded every 24 hours. At most 90 days, planned at most 400 days ahead.',
  middleware: [allow('engineer')] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        site: id,
        building: z.string().min(1).max(100).optional(),
        device: id.optional(),
        category: z.string().min(1).max(32).optional(),
        rules: z
          .array(rulePattern)
          .min(1)
          .max(RULES_MAX)
          .optional()
          .openapi({ description: 'rules by id; `elevator.*` and `*.offline` mean all that begin or end so' }),
        reason: z.string().trim().min(1).max(500),
        from: timeWithZone.optional().openapi({ description: 'absent: now' }),
        until: timeWithZone,
      }),
    ),
  },
  responses: { 201: json(muteSchema, 'the mute'), ...problems(400, 401, 403, 404, 409, 422) },
})

const end = createRoute({
  method: 'delete',
  path: '/mutes/{id}',
  tags: tag,
  summary: 'End a mute now, or cancel a planned one; what is still true alarms then',
  middleware: [allow('engineer')] as const,
  request: { headers: idempotency, params: muteId },
  responses: { 200: json(muteSchema, 'the mute, ended'), ...problems(401, 403, 404, 409) },
})

export function muteRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor, site, kind, ended } = c.req.valid('query')
    const { sites } = c.get('principal')
    const within = site === undefined ? sites : seesSite(c.get('principal'), site) ? [site] : []
    const filter = { sites: within, kinds: kind, ended: ended === 'true', beforeId: cursor, limit: limit + 1 }
    const found = await listMutes(reader, filter)
    const view = (mute: Mute) => muteView(engine, mute)
    return c.json(
      pageOf(found, limit, view, (mute) => mute.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    const mute = await findMute(reader, c.req.valid('param').id)
    if (mute === null || !seesSite(c.get('principal'), mute.site)) {
      throw new Refusal('not_found', `mute ${c.req.valid('param').id} does not exist`)
    }
    return c.json(muteView(engine, mute), 200)
  })

  api.openapi(plan, async (c) => {
    const { site, reason, from, until, ...rest } = c.req.valid('json')
    const over = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    const { mute } = await engine.command(
      {
        type: 'plan_mute',
        site,
        over,
        reason,
        from: from === undefined ? null : Date.parse(from),
        until: Date.parse(until),
      },
      { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] },
    )
    return c.json(muteView(engine, mute!), 201)
  })

  api.openapi(end, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { mute } = await engine.command({ type: 'end_mute', mute: c.req.valid('param').id }, asked)
    return c.json(muteView(engine, mute!), 200)
  })
}
