import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { type Alarm, ALARM_STATES, Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import { findAlarm, listAlarms } from '../../rules/storage/alarms.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { alarmSchema, id, idempotency, json, listOf, oneOrMore, page, pageOf, problems } from './schemas.ts'
import { alarmView } from './views.ts'

const tag = ['alarms']
const alarmId = z.object({ id: z.string().max(64) })

const list = createRoute({
  method: 'get',
  path: '/alarms',
  tags: tag,
  summary: 'Alarms, newest first',
  request: {
    query: z.object({
      ...page,
      state: oneOrMore(ALARM_STATES),
      site: id.optional(),
      device: id.optional(),
      ticket: z.string().max(64).optional(),
    }),
  },
  responses: { 200: json(listOf(alarmSchema), 'alarms'), ...problems(401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/alarms/{id}',
  tags: tag,
  summary: 'One alarm',
  request: { params: alarmId },
  responses: { 200: json(alarmSchema, 'the alarm'), ...problems(401, 404) },
})

const act = createRoute({
  method: 'post',
  path: '/alarms/{id}/{action}',
  tags: tag,
  summary: 'Acknowledge an alarm, or reset a latched one',
  description: 'Acknowledging withdraws the queued notices of the alarm. It moves no ticket and stops no clock.',
  middleware: [allow('engineer')] as const,
  request: { headers: idempotency, params: alarmId.extend({ action: z.enum(['acknowledge', 'reset']) }) },
  responses: { 200: json(alarmSchema, 'the alarm after it'), ...problems(401, 403, 404, 409) },
})

export function alarmRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor, state, site, device, ticket } = c.req.valid('query')
    const { sites } = c.get('principal')
    const within = site === undefined ? sites : seesSite(c.get('principal'), site) ? [site] : []
    const found = await listAlarms(reader, {
      sites: within,
      states: state,
      device,
      ticket,
      beforeId: cursor,
      limit: limit + 1,
    })
    const view = (alarm: Alarm) => alarmView(engine, alarm)
    return c.json(
      pageOf(found, limit, view, (alarm) => alarm.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    const alarm = await findAlarm(reader, c.req.valid('param').id)
    if (alarm === null || alarm.raisedAt === null || !seesSite(c.get('principal'), alarm.site)) {
      throw new Refusal('not_found', `alarm ${c.req.valid('param').id} does not exist`)
    }
    return c.json(alarmView(engine, alarm), 200)
  })

  api.openapi(act, async (c) => {
    const { id: alarm, action } = c.req.valid('param')
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const type = action === 'acknowledge' ? 'acknowledge_alarm' : 'reset_alarm'
    const result = await engine.command({ type, alarm }, asked)
    return c.json(alarmView(engine, result.alarm!), 200)
  })
}
