import { createRoute, z } from '@hono/zod-openapi'
import { DRILL_MAX_MS } from '../../rules/drills/commands.ts'
import type { Engine } from '../../rules/engine.ts'
import { type Drill, HOUR_MS, MILESTONES, type Notice, PARTIES, type Principal, Refusal } from '../../rules/model.ts'
import { type DrilledTicket, drillReport, reckoned } from '../../rules/reports/drill.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findDrill, listDrills } from '../../rules/storage/drills.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso, isoOrNull } from '../iso.ts'
import {
  alarmSchema,
  body,
  drillSchema,
  id,
  idempotency,
  json,
  line,
  listOf,
  page,
  pageOf,
  problems,
  ticketSchema,
  time,
  timeWithZone,
} from './schemas.ts'
import { alarmView, drillView, responderName, ticketView } from './views.ts'

const tags = ['drills']
const params = z.object({ id: z.string().max(64) })
const DEVICES_MAX = 1_000
const RESPONDERS_MAX = 200
const CHANNELS_MAX = 20

const list = createRoute({
  method: 'get',
  path: '/drills',
  tags,
  summary: 'Drills (演练), newest first',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: { query: z.object({ ...page, site: id.optional() }) },
  responses: { 200: json(listOf(drillSchema), 'drills'), ...problems(401, 403, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/drills/{id}',
  tags,
  summary: 'One drill',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: { params },
  responses: { 200: json(drillSchema, 'the drill'), ...problems(401, 403, 404) },
})

const title = line(100).min(1)

const start = createRoute({
  method: 'post',
  path: '/drills',
  tags,
  summary: 'Start a drill: what its devices raise until it ends is told to nobody but whom it names',
  description:
    'A message cannot tell a drill from an emergency: whatever these devices report while it runs is taken for the ' +
    `drill. Keep it short (at most ${DRILL_MAX_MS / HOUR_MS} hours). What stood before stays real; what is ` +
    'still true when it ends alarms then as real. Its tickets count in no figure.',
  middleware: [allow('engineer')] as const,
  request: {
    headers: idempotency,
    body: body(
      z
        .strictObject({
          site: id,
          title: z.strictObject({ zh: title, en: title }),
          endsAt: timeWithZone,
          devices: z.array(id).min(1).max(DEVICES_MAX).optional(),
          building: z.string().min(1).max(100).optional(),
          zone: z.string().min(1).max(100).optional(),
          wholeSite: z.literal(true).optional().openapi({ description: 'every device of the site' }),
          notify: z.strictObject({
            responders: z.array(id).max(RESPONDERS_MAX).default([]),
            channels: z.array(id).max(CHANNELS_MAX).default([]),
          }),
          commands: z.boolean().default(false).openapi({ description: '`true`: rules do close valves' }),
        })
        .refine(({ devices, building, zone, wholeSite }) => {
          return (devices ?? building ?? zone ?? null) !== null ? wholeSite === undefined : wholeSite === true
        }, 'say which devices: `devices`, `building`, `zone`, or `wholeSite: true` alone'),
    ),
  },
  responses: { 201: json(drillSchema, 'the drill'), ...problems(400, 401, 403, 404, 409, 422) },
})

const end = createRoute({
  method: 'post',
  path: '/drills/{id}/end',
  tags,
  summary: 'End a drill now: its tickets are cancelled, and what is still true alarms as real',
  middleware: [allow('engineer')] as const,
  request: { headers: idempotency, params },
  responses: { 200: json(drillSchema, 'the drill, ended'), ...problems(401, 403, 404, 409) },
})

const noticeSchema = z.object({
  ...{ id: z.string(), kind: z.string(), channel: z.string(), state: z.string(), reason: z.string().nullable() },
  recipient: z.string().nullable(),
  createdAt: time,
  settledAt: time.nullable(),
})

const reportSchema = z
  .object({
    drill: drillSchema,
    clocks: z.object({ kept: z.int(), missed: z.int(), undecided: z.int() }),
    alarms: z.array(alarmSchema),
    tickets: z.array(
      z.object({
        ticket: ticketSchema,
        clocks: z.array(
          z.object({
            milestone: z.enum(MILESTONES),
            party: z.enum(PARTIES),
            dueAt: time,
            metAt: time.nullable(),
            kept: z.boolean().nullable().openapi({ description: '`null`: the drill was over before' }),
          }),
        ),
        calls: z.array(
          z.object({
            ...{ responder: z.string(), name: z.string(), at: time, reason: z.string() },
            answer: z.string().nullable(),
            answeredAt: time.nullable(),
          }),
        ),
        steps: z.array(
          z.object({
            ...{ name: z.object({ zh: z.string(), en: z.string() }), dueAt: time },
            state: z.string().openapi({ description: '`drill`: it names none of those meant' }),
            called: z.array(z.string()),
          }),
        ),
        notices: z.array(noticeSchema),
        unsent: z.array(z.string()).openapi({ description: 'commands to devices that were not sent' }),
      }),
    ),
    notices: z.array(noticeSchema).openapi({ description: 'of its alarms' }),
  })
  .openapi('DrillReport')

const report = createRoute({
  method: 'get',
  path: '/drills/{id}/report',
  tags,
  summary: 'What came of a drill: alarms, tickets and their clocks, who was called and answered, notices',
  description: 'To print it: `/drills/{id}/print/report`.',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: { params },
  responses: { 200: json(reportSchema, 'the report'), ...problems(401, 403, 404) },
})

export async function visibleDrill(reader: Db, by: Principal, id: string): Promise<Drill> {
  const drill = await findDrill(reader, id)
  if (drill === null || !seesSite(by, drill.site)) throw new Refusal('not_found', `drill ${id} does not exist`)
  return drill
}

export function drillRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor, site } = c.req.valid('query')
    const { sites } = c.get('principal')
    const within = site === undefined ? sites : seesSite(c.get('principal'), site) ? [site] : []
    const found = await listDrills(reader, { sites: within, beforeId: cursor, limit: limit + 1 })
    return c.json(
      pageOf(found, limit, drillView, (drill) => drill.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    return c.json(drillView(await visibleDrill(reader, c.get('principal'), c.req.valid('param').id)), 200)
  })

  api.openapi(start, async (c) => {
    const { devices, building, zone, wholeSite: _all, endsAt, ...asked } = c.req.valid('json')
    const over = {
      ...(devices && { devices }),
      ...(building !== undefined && { building }),
      ...(zone !== undefined && { zone }),
    }
    const { drill } = await engine.command(
      { type: 'start_drill', ...asked, endsAt: Date.parse(endsAt), over },
      { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] },
    )
    return c.json(drillView(drill!), 201)
  })

  api.openapi(end, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { drill } = await engine.command({ type: 'end_drill', drill: c.req.valid('param').id }, asked)
    return c.json(drillView(drill!), 200)
  })

  api.openapi(report, async (c) => {
    const drill = await visibleDrill(reader, c.get('principal'), c.req.valid('param').id)
    const found = await drillReport(reader, drill)
    const shown = {
      drill: drillView(drill),
      clocks: reckoned(found),
      alarms: found.alarms.map((alarm) => alarmView(engine, alarm)),
      tickets: found.tickets.map((each) => drilledView(engine, each)),
      notices: found.notices.map(noticeView),
    }
    return c.json(shown, 200)
  })
}

function drilledView(engine: Engine, { ticket, clocks, calls, steps, notices, unsent }: DrilledTicket) {
  return {
    ticket: ticketView(engine, ticket),
    clocks: clocks.map(({ dueAt, metAt, ...rest }) => ({ ...rest, dueAt: iso(dueAt), metAt: isoOrNull(metAt) })),
    calls: calls.map(({ responder, at, reason, answer, answeredAt }) => ({
      ...{ responder, name: responderName(engine, responder), at: iso(at), reason },
      ...{ answer, answeredAt: isoOrNull(answeredAt) },
    })),
    steps: steps.map(({ step: { name }, dueAt, state, called }) => {
      return { name, dueAt: iso(dueAt), state, called: [...called] }
    }),
    notices: notices.map(noticeView),
    unsent: [...unsent],
  }
}

const noticeView = ({ id, kind, channel, state, reason, recipient, createdAt, settledAt }: Notice) => {
  const when = { createdAt: iso(createdAt), settledAt: isoOrNull(settledAt) }
  return { id, kind, channel, state, reason, recipient, ...when }
}
