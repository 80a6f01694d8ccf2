import { createRoute, z } from '@hono/zod-openapi'
import { TAG } from '../../rules/alarms/rule-fields.ts'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import { DAY_MS, type Device, DEVICE_KINDS, type Principal, type ReadHistory, Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { DeviceRecord } from '../../rules/world.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import {
  body,
  deviceSchema,
  id,
  idempotency,
  json,
  line,
  listOf,
  mqttSchema,
  page,
  pageOf,
  problems,
} from './schemas.ts'
import { deviceView } from './views.ts'

const tag = ['devices']
const deviceId = z.object({ id })
const provisioned = deviceSchema.extend({ mqtt: mqttSchema })
const POINTS_MAX = 5_000
const SILENCE_MAX_MS = 400 * DAY_MS
const TAGS_MAX = 20
const tags = z
  .array(z.string().regex(TAG, 'small letters, digits, _ and -, at most 32'))
  .max(TAGS_MAX, `at most ${TAGS_MAX} tags`)
  .transform((given) => [...new Set(given)])
  .openapi({ type: 'array', items: { type: 'string' }, description: 'words of your own, which rules may name' })

const list = createRoute({
  method: 'get',
  path: '/devices',
  tags: tag,
  summary: 'Devices, by id',
  request: {
    query: z.object({
      ...page,
      site: id.optional(),
      kind: z.enum(DEVICE_KINDS).optional(),
      placed: z.enum(['true', 'false']).optional().openapi({ description: '`false`: discovered and not yet placed' }),
      gateway: z.string().max(100).optional(),
      retired: z.enum(['true', 'false']).default('false').openapi({ description: '`true`: those that were retired' }),
    }),
  },
  responses: { 200: json(listOf(deviceSchema), 'devices'), ...problems(401, 422) },
})

const provision = createRoute({
  method: 'post',
  path: '/devices',
  tags: tag,
  summary: 'Add a device; its password is shown this once',
  middleware: [allow()] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        id,
        site: id,
        kind: z.enum(DEVICE_KINDS),
        name: line(200).optional(),
        location: line(200).default(''),
        building: line(100).nullable().default(null),
        zone: line(100).nullable().default(null),
        tags: tags.default([]),
      }),
    ),
  },
  responses: { 201: json(provisioned, 'the device and its login'), ...problems(400, 401, 403, 404, 409, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/devices/{id}',
  tags: tag,
  summary: 'One device with what it last said',
  request: { params: deviceId },
  responses: { 200: json(deviceSchema, 'the device'), ...problems(401, 404, 422) },
})

const update = createRoute({
  method: 'patch',
  path: '/devices/{id}',
  tags: tag,
  summary: 'Rename or place a device',
  middleware: [allow()] as const,
  request: {
    params: deviceId,
    body: body(
      z.strictObject({
        name: line(200).min(1).optional(),
        site: id.optional(),
        location: line(200).optional(),
        building: line(100).nullable().optional(),
        zone: line(100).nullable().optional(),
        kind: z.enum(DEVICE_KINDS).optional(),
        silenceMs: z.int().min(1_000).max(SILENCE_MAX_MS).nullable().optional(),
        tags: tags.optional(),
      }),
    ),
  },
  responses: { 200: json(deviceSchema, 'the device'), ...problems(400, 401, 403, 404, 422) },
})

const retire = createRoute({
  method: 'delete',
  path: '/devices/{id}',
  tags: tag,
  summary: 'Retire a device: its login ends, its history stays',
  middleware: [allow()] as const,
  request: { params: deviceId },
  responses: { 204: { description: 'retired' }, ...problems(401, 403, 404) },
})

const adopt = createRoute({
  method: 'post',
  path: '/devices/{id}/adopt',
  tags: tag,
  summary: 'Take a retired device back; its history is still there',
  middleware: [allow()] as const,
  request: { headers: idempotency, params: deviceId },
  responses: { 200: json(deviceSchema, 'the device'), ...problems(401, 403, 404, 409) },
})

const merge = createRoute({
  method: 'post',
  path: '/devices/{id}/merge',
  tags: tag,
  summary: 'This device is another one under a new name: the other keeps both histories and speaks from now on',
  middleware: [allow()] as const,
  request: { headers: idempotency, params: deviceId, body: body(z.strictObject({ into: id })) },
  responses: { 200: json(deviceSchema, 'the device that remains'), ...problems(400, 401, 403, 404, 409, 422) },
})

const renew = createRoute({
  method: 'post',
  path: '/devices/{id}/credentials',
  tags: tag,
  summary: 'A new password; the old one and its sessions end',
  middleware: [allow()] as const,
  request: { headers: idempotency, params: deviceId },
  responses: { 201: json(z.object({ mqtt: mqttSchema }), 'the new login'), ...problems(401, 403, 404) },
})

const revoke = createRoute({
  method: 'delete',
  path: '/devices/{id}/credentials',
  tags: tag,
  summary: 'Revoke the login and cut its sessions',
  middleware: [allow()] as const,
  request: { params: deviceId },
  responses: { 204: { description: 'revoked' }, ...problems(401, 403, 404) },
})

const readings = createRoute({
  method: 'get',
  path: '/devices/{id}/readings',
  tags: tag,
  summary: 'History of one point: minimum, maximum and average per bucket, so that peaks stay',
  request: {
    params: deviceId,
    query: z.object({
      point: z.string().min(1).max(100),
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
      max: z.coerce.number().int().min(1).max(POINTS_MAX).default(500),
    }),
  },
  responses: {
    200: json(
      z.object({
        point: z.string(),
        unit: z.string().nullable(),
        items: z.array(
          z.object({ at: z.string(), min: z.number(), max: z.number(), average: z.number(), count: z.int() }),
        ),
      }),
      'buckets, oldest first',
    ),
    ...problems(401, 404, 422),
  },
})

export function deviceRoutes(api: Api, engine: Engine, clock: Clock, readHistory: ReadHistory): void {
  const visible = (principal: Principal, device: string): DeviceRecord => {
    const record = engine.device(device)
    if (!record || !seesSite(principal, record.device.site)) {
      throw new Refusal('not_found', `device ${device} does not exist`)
    }
    return record
  }
  const login = (device: Device, username: string, password: string | null) => ({
    username,
    password,
    clientId: username,
    topic: `shifen/${device.site}/${device.id}`,
  })

  api.openapi(list, (c) => {
    const { limit, cursor, site, kind, placed, gateway, retired } = c.req.valid('query')
    const principal = c.get('principal')
    const found = [...engine.devices()]
      .filter(({ device }) => (device.retiredAt === null) === (retired === 'false') && seesSite(principal, device.site))
      .filter(
        ({ device }) => (site === undefined || device.site === site) && (kind === undefined || device.kind === kind),
      )
      .filter(({ device }) => placed === undefined || (device.placedAt !== null) === (placed === 'true'))
      .filter(({ device }) => gateway === undefined || device.gateway === gateway)
      .filter(({ device }) => cursor === undefined || device.id > cursor)
      .sort((a, b) => (a.device.id < b.device.id ? -1 : 1))
    return c.json(
      pageOf(found, limit, deviceView, ({ device }) => device.id),
      200,
    )
  })

  api.openapi(provision, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { name, ...rest } = c.req.valid('json')
    const command = { type: 'provision_device' as const, ...rest, name: name || rest.id }
    const { device, username, secret } = await engine.command(command, asked)
    const view = deviceView(engine.device(device!.id)!)
    return c.json({ ...view, mqtt: login(device!, username!, secret ?? null) }, 201)
  })

  api.openapi(read, (c) => c.json(deviceView(visible(c.get('principal'), c.req.valid('param').id)), 200))

  api.openapi(update, async (c) => {
    const { id: device } = c.req.valid('param')
    await engine.command({ type: 'update_device', id: device, ...c.req.valid('json') }, { by: c.get('principal') })
    return c.json(deviceView(engine.device(device)!), 200)
  })

  api.openapi(retire, async (c) => {
    await engine.command({ type: 'retire_device', id: c.req.valid('param').id }, { by: c.get('principal') })
    return c.body(null, 204)
  })

  api.openapi(adopt, async (c) => {
    const { id: device } = c.req.valid('param')
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    await engine.command({ type: 'adopt_device', id: device }, asked)
    return c.json(deviceView(engine.device(device)!), 200)
  })

  api.openapi(merge, async (c) => {
    const { into } = c.req.valid('json')
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    await engine.command({ type: 'merge_device', id: c.req.valid('param').id, into }, asked)
    return c.json(deviceView(engine.device(into)!), 200)
  })

  api.openapi(renew, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const command = { type: 'renew_credentials' as const, id: c.req.valid('param').id }
    const { device, username, secret } = await engine.command(command, asked)
    return c.json({ mqtt: login(device!, username!, secret ?? null) }, 201)
  })

  api.openapi(revoke, async (c) => {
    await engine.command({ type: 'revoke_credentials', id: c.req.valid('param').id }, { by: c.get('principal') })
    return c.body(null, 204)
  })

  api.openapi(readings, async (c) => {
    const { point, from, to, max } = c.req.valid('query')
    const { device, state } = visible(c.get('principal'), c.req.valid('param').id)
    const toMs = to === undefined ? clock.now() : Date.parse(to)
    const fromMs = from === undefined ? toMs - DAY_MS : Date.parse(from)
    if (fromMs > toMs) throw new Refusal('invalid', '`from` must not be after `to`')
    const deviceKeys = keysOf(engine, device)
    const found = await readHistory({ deviceKeys, point, fromMs, toMs, maxPoints: max })
    const items = found.map((each) => ({ ...each, at: new Date(each.at).toISOString() }))
    return c.json({ point, unit: state.points.get(point)?.unit ?? null, items }, 200)
  })
}

/** The rows of a device and of those that were merged into it, at whatever remove. */
export function keysOf(engine: Engine, device: Device): number[] {
  const keys = [device.key]
  const merged = [...engine.devices()].map((record) => record.device).filter(({ mergedInto }) => mergedInto !== null)
  for (const key of keys) for (const each of merged) if (each.mergedInto === key) keys.push(each.key)
  return keys
}
