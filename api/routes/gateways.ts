import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { filterFault, type Gateway, Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { allGateways, findGateway } from '../../rules/storage/gateways.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { body, gatewaySchema, id, idempotency, json, listOf, mqttSchema, page, pageOf, problems } from './schemas.ts'

const tag = ['gateways']
const gatewayId = z.object({ id })
const TOPICS_MAX = 100

const topicFilter = z.string().superRefine((filter, context) => {
  const fault = filterFault(filter)
  if (fault !== null) context.addIssue({ code: 'custom', message: fault })
})

const list = createRoute({
  method: 'get',
  path: '/gateways',
  tags: tag,
  summary: 'Gateways, by id',
  request: { query: z.object({ ...page, site: id.optional() }) },
  responses: { 200: json(listOf(gatewaySchema), 'gateways'), ...problems(401, 422) },
})

const add = createRoute({
  method: 'post',
  path: '/gateways',
  tags: tag,
  summary: 'Add a gateway: its login may publish and subscribe to its topics, and its devices are discovered',
  middleware: [allow()] as const,
  request: {
    headers: idempotency,
    body: body(z.strictObject({ id, site: id, topics: z.array(topicFilter).min(1).max(TOPICS_MAX) })),
  },
  responses: {
    201: json(gatewaySchema.extend({ mqtt: mqttSchema }), 'the gateway and its login; the password this once'),
    ...problems(400, 401, 403, 404, 409, 422),
  },
})

const read = createRoute({
  method: 'get',
  path: '/gateways/{id}',
  tags: tag,
  summary: 'One gateway',
  request: { params: gatewayId },
  responses: { 200: json(gatewaySchema, 'the gateway'), ...problems(401, 404) },
})

const remove = createRoute({
  method: 'delete',
  path: '/gateways/{id}',
  tags: tag,
  summary: 'Remove a gateway: its login ends, its devices and their history stay',
  middleware: [allow()] as const,
  request: { params: gatewayId },
  responses: { 204: { description: 'removed' }, ...problems(401, 403, 404) },
})

const renew = createRoute({
  method: 'post',
  path: '/gateways/{id}/credentials',
  tags: tag,
  summary: 'A new password; the old one and its sessions end',
  middleware: [allow()] as const,
  request: { headers: idempotency, params: gatewayId },
  responses: { 201: json(z.object({ mqtt: mqttSchema }), 'the new login'), ...problems(401, 403, 404) },
})

export function gatewayRoutes(api: Api, engine: Engine, reader: Db): void {
  const view = (gateway: Gateway) => {
    const { id, site, topics, createdAt } = gateway
    const devices = engine.world().identities.get(id)?.size ?? 0
    return { id, site, topics: [...topics], devices, createdAt: new Date(createdAt).toISOString() }
  }
  const login = ({ id, topics }: Gateway, password: string | null | undefined) => ({
    username: id,
    password: password ?? null,
    clientId: id,
    topic: topics[0] ?? '',
  })

  api.openapi(list, async (c) => {
    const { limit, cursor, site } = c.req.valid('query')
    const principal = c.get('principal')
    const found = (await allGateways(reader))
      .filter((gateway) => seesSite(principal, gateway.site) && (site === undefined || gateway.site === site))
      .filter((gateway) => cursor === undefined || gateway.id > cursor)
    return c.json(
      pageOf(found, limit, view, (gateway) => gateway.id),
      200,
    )
  })

  api.openapi(add, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { gateway, secret } = await engine.command({ type: 'add_gateway', ...c.req.valid('json') }, asked)
    return c.json({ ...view(gateway!), mqtt: login(gateway!, secret) }, 201)
  })

  api.openapi(read, async (c) => {
    const gateway = await findGateway(reader, c.req.valid('param').id)
    if (gateway === null || !seesSite(c.get('principal'), gateway.site)) {
      throw new Refusal('not_found', `gateway ${c.req.valid('param').id} does not exist`)
    }
    return c.json(view(gateway), 200)
  })

  api.openapi(remove, async (c) => {
    await engine.command({ type: 'remove_gateway', id: c.req.valid('param').id }, { by: c.get('principal') })
    return c.body(null, 204)
  })

  api.openapi(renew, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const command = { type: 'renew_gateway_login' as const, id: c.req.valid('param').id }
    const { gateway, secret } = await engine.command(command, asked)
    return c.json({ mqtt: login(gateway!, secret) }, 201)
  })
}
