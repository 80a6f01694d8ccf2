import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { STALE_AFTER_MS } from '../../rules/alarms/stale.ts'
import type { Command } from '../../rules/commands.ts'
import { type Alarm, type Principal, Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import { findAlarm, historyOfAlarm, listAlarms } from '../../rules/storage/alarms.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import {
  alarmSchema,
  body,
  id,
  idempotency,
  json,
  listOf,
  oneOrMore,
  page,
  pageOf,
  problems,
  SHOWN_ALARM_STATES,
  time,
  timeWithZone,
} from './schemas.ts'
import { alarmEntryView, alarmView } from './views.ts'

const tag = ['alarms']
const yes = z.literal('true').optional()
const text = (maxChars: number) => z.string().trim().min(1).max(maxChars)
export const alarmId = z.object({ id: z.string().max(64) })

const list = createRoute({
  method: 'get',
  path: '/alarms',
  tags: tag,
  summary: 'Alarms, newest first',
  request: {
    query: z.object({
      ...page,
      state: oneOrMore(SHOWN_ALARM_STATES),
      stale: yes.openapi({ description: 'active for more than 24 hours' }),
      chattering: yes,
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

const history = createRoute({
  method: 'get',
  path: '/alarms/{id}/history',
  tags: tag,
  summary: 'What became of an alarm, and what people did and said; oldest first',
  request: { params: alarmId },
  responses: {
    200: json(
      z.object({ items: z.array(z.object({ at: time, by: z.string(), action: z.string(), note: z.string() })) }),
      'the history',
    ),
    ...problems(401, 404),
  },
})

const note = text(2_000)

function acting<T extends z.ZodType>(action: string, summary: string, schema: T, description = '') {
  const required = !schema.safeParse(undefined).success
  return createRoute({
    method: 'post',
    path: `/alarms/{id}/${action}`,
    tags: tag,
    summary,
    description,
    middleware: [allow('engineer')] as const,
    request: { headers: idempotency, params: alarmId, body: { ...body(schema), required } },
    responses: { 200: json(alarmSchema, 'the alarm after it'), ...problems(400, 401, 403, 404, 409, 422) },
  })
}

const acknowledge = acting(
  'acknowledge',
  'Acknowledge an alarm',
  z.object({ note: note.optional() }).optional(),
  'Withdraws the queued notices of the alarm. It moves no ticket and stops no clock.',
)
const reset = acting('reset', 'Reset a latched alarm', z.object({}).optional())
const shelve = acting(
  'shelve',
  'Keep an alarm quiet for a while',
  z.strictObject({ reason: text(500), until: timeWithZone.optional(), oneShot: z.boolean().default(false) }),
  'Neither told nor ticketed until then, at most 24 hours, 8 where `until` is left out; `oneShot` ends it earlier, ' +
    'as soon as the alarm returns to normal. What is still true at the end alarms again.',
)
const unshelve = acting('unshelve', 'End the shelving of an alarm now', z.object({}).optional())
const comment = acting('comment', 'Say something about an alarm', z.strictObject({ note }))

export async function visibleAlarm(reader: Db, by: Principal, id: string): Promise<Alarm & { raisedAt: number }> {
  const alarm = await findAlarm(reader, id)
  const raisedAt = alarm?.raisedAt ?? null
  if (alarm !== null && raisedAt !== null && seesSite(by, alarm.site)) return { ...alarm, raisedAt }
  throw new Refusal('not_found', `alarm ${id} does not exist`)
}

export function alarmRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor, state, site, device, ticket, stale, chattering } = c.req.valid('query')
    const { sites } = c.get('principal')
    const within = site === undefined ? sites : seesSite(c.get('principal'), site) ? [site] : []
    const found = await listAlarms(reader, {
      sites: within,
      states: state,
      device,
      ticket,
      chattering: chattering === 'true' ? true : undefined,
      activeSinceBefore: stale === 'true' ? engine.now() - STALE_AFTER_MS : undefined,
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
    const alarm = await visibleAlarm(reader, c.get('principal'), c.req.valid('param').id)
    return c.json(alarmView(engine, alarm), 200)
  })

  api.openapi(history, async (c) => {
    const alarm = await visibleAlarm(reader, c.get('principal'), c.req.valid('param').id)
    return c.json({ items: (await historyOfAlarm(reader, alarm.id)).map(alarmEntryView) }, 200)
  })

  async function act(command: Command, by: Principal, idempotencyKey: string | undefined) {
    const { alarm } = await engine.command(command, { by, idempotencyKey })
    return alarmView(engine, alarm!)
  }

  api.openapi(acknowledge, async (c) => {
    const { note } = c.req.valid('json') ?? {}
    const command: Command = { type: 'acknowledge_alarm', alarm: c.req.valid('param').id, ...(note ? { note } : {}) }
    return c.json(await act(command, c.get('principal'), c.req.valid('header')['idempotency-key']), 200)
  })

  api.openapi(reset, async (c) => {
    const command: Command = { type: 'reset_alarm', alarm: c.req.valid('param').id }
    return c.json(await act(command, c.get('principal'), c.req.valid('header')['idempotency-key']), 200)
  })

  api.openapi(shelve, async (c) => {
    const { reason, until, oneShot } = c.req.valid('json')
    const about = { reason, oneShot, until: until === undefined ? null : Date.parse(until) }
    const command: Command = { type: 'shelve_alarm', alarm: c.req.valid('param').id, ...about }
    return c.json(await act(command, c.get('principal'), c.req.valid('header')['idempotency-key']), 200)
  })

  api.openapi(unshelve, async (c) => {
    const command: Command = { type: 'unshelve_alarm', alarm: c.req.valid('param').id }
    return c.json(await act(command, c.get('principal'), c.req.valid('header')['idempotency-key']), 200)
  })

  api.openapi(comment, async (c) => {
    const command: Command = { type: 'comment_alarm', alarm: c.req.valid('param').id, note: c.req.valid('json').note }
    return c.json(await act(command, c.get('principal'), c.req.valid('header')['idempotency-key']), 200)
  })
}
