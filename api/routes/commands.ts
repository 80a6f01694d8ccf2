import { createRoute, z } from '@hono/zod-openapi'
import { controlOf } from '../../rules/control/kinds.ts'
import { EXPIRES_AFTER_LEAST_MS, EXPIRES_AFTER_MOST_MS, EXPIRES_AFTER_MS } from '../../rules/control/machine.ts'
import type { Engine } from '../../rules/engine.ts'
import { type Principal, Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import { findControl, listControls } from '../../rules/storage/commands.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { problem } from '../problem.ts'
import { body, controlSchema, id, idempotency, json, listOf, page, pageOf, problems } from './schemas.ts'
import { controlView } from './views.ts'

const tag = ['devices']
const deviceId = z.object({ id })

const send = createRoute({
  method: 'post',
  path: '/devices/{id}/commands',
  tags: tag,
  summary: 'Tell a device what to do; it is sent again until it answers or the command expires',
  description:
    'A valve takes `open` and `close`, a power meter `read`, everything else nothing. Needs the role engineer; a ' +
    'dispatcher may close valves. A newer `open` or `close` ends an open older one of the other.',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: {
    headers: idempotency,
    params: deviceId,
    body: body(
      z.strictObject({
        command: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'a word such as open, close, read'),
        args: z.record(z.string().min(1).max(64), z.unknown()).default({}),
        expiresAfterMs: z.int().min(EXPIRES_AFTER_LEAST_MS).max(EXPIRES_AFTER_MOST_MS).default(EXPIRES_AFTER_MS),
      }),
    ),
  },
  responses: { 202: json(controlSchema, 'the command, on its way'), ...problems(400, 401, 403, 404, 409, 422) },
})

const list = createRoute({
  method: 'get',
  path: '/devices/{id}/commands',
  tags: tag,
  summary: 'What a device was told to do, newest first',
  request: { params: deviceId, query: z.object(page) },
  responses: { 200: json(listOf(controlSchema), 'commands'), ...problems(401, 404, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/devices/{id}/commands/{command}',
  tags: tag,
  summary: 'One command and what came of it',
  request: { params: deviceId.extend({ command: z.string().max(64) }) },
  responses: { 200: json(controlSchema, 'the command'), ...problems(401, 404) },
})

export function commandRoutes(api: Api, engine: Engine, reader: Db): void {
  const visible = (principal: Principal, device: string) => {
    const record = engine.device(device)
    if (!record || !seesSite(principal, record.device.site)) {
      throw new Refusal('not_found', `device ${device} does not exist`)
    }
    return record.device
  }

  api.openapi(send, async (c) => {
    const by = c.get('principal')
    const device = visible(by, c.req.valid('param').id)
    const asked = c.req.valid('json')
    if (by.role === 'dispatcher' && controlOf(device.kind, asked.command)?.dispatcherMay !== true) {
      return problem(c, 403, 'a dispatcher may close valves; everything else needs the role engineer') as never
    }
    const idempotencyKey = c.req.valid('header')['idempotency-key']
    const command = { type: 'control_device' as const, device: device.id, ...asked }
    const { control } = await engine.command(command, { by, idempotencyKey })
    return c.json(controlView(control!), 202)
  })

  api.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const device = visible(c.get('principal'), c.req.valid('param').id)
    const found = await listControls(reader, { device: device.id, beforeId: cursor, limit: limit + 1 })
    return c.json(
      pageOf(found, limit, controlView, (control) => control.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    const device = visible(c.get('principal'), c.req.valid('param').id)
    const found = await findControl(reader, device.id, c.req.valid('param').command)
    if (found === null) throw new Refusal('not_found', `device ${device.id} has no such command`)
    return c.json(controlView(found), 200)
  })
}
