import { createRoute, z } from '@hono/zod-openapi'
import { likeTickets, LIKENESSES } from '../../rules/desk/joins.ts'
import { codeOf } from '../../rules/desk/reference.ts'
import type { Engine } from '../../rules/engine.ts'
import { usualPriority } from '../../rules/jobs/ready.ts'
import { type Intake, INTAKE_CHANNELS, PRIORITIES, PROGRESS_WAYS, Refusal, TICKET_SIZES } from '../../rules/model.ts'
import { mustSee, seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findIntake, listIntakes, workingPlaces } from '../../rules/storage/intakes.ts'
import { ticketsByIds } from '../../rules/storage/tickets.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { isoOrNull } from '../iso.ts'
import {
  body,
  category,
  id,
  idempotency,
  json,
  line,
  listOf,
  page,
  pageOf,
  problemCodes,
  problems,
  telephone,
  ticketSchema,
  time,
  timeWithZone,
} from './schemas.ts'
import { ticketView } from './views.ts'

const tag = ['intakes']
const day = z.iso.date().openapi({ example: '2026-11-23' })

const intakeSchema = z
  .object({
    id: z.string(),
    number: z.string().openapi({ example: 'BX20261123-0007' }),
    site: z.string(),
    receivedAt: time,
    occurredAt: time.nullable(),
    channel: z.enum(INTAKE_CHANNELS),
    takenBy: z.string().nullable().openapi({ description: 'null: the resident himself' }),
    name: z.string(),
    phone: z.string(),
    household: z.string(),
    location: z.string(),
    text: z.string(),
    category: z.string(),
    priority: z.enum(PRIORITIES),
    size: z.enum(TICKET_SIZES).nullable(),
    paid: z.boolean(),
    appointmentAt: time.nullable().openapi({ description: 'of channel page a wish; the ticket has what was agreed' }),
    progress: z.enum(PROGRESS_WAYS),
    formDate: day.nullable(),
    ticket: z.string(),
    joined: z.boolean().openapi({ description: 'of a ticket that was open already' }),
  })
  .openapi('Intake')

const reference = z
  .object({ number: z.string(), code: z.string() })
  .openapi({ description: 'what the resident asks the state with' })

const register = createRoute({
  method: 'post',
  path: '/intakes',
  tags: tag,
  summary: "Keep a resident's report (报修登记); it opens a ticket or joins the one that is about the same",
  description:
    'Without `joins` a report joins a repair that the site is working on where the category is the same and the ' +
    'device or the place is too (written alike; full width, spaces and capitals do not count); `other` at the same ' +
    'device joins as well. An emergency joins nothing that is on hold or was arrived at as less. With `joins` it ' +
    'joins that ticket, with null none. `appointmentAt` makes it an ' +
    'appointment, which has a ticket of its own.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        site: id,
        channel: z.enum(INTAKE_CHANNELS).exclude(['page']).default('telephone'),
        name: line(100).default(''),
        phone: z.union([z.literal(''), telephone]).default(''),
        household: line(50).default('').openapi({ example: '3-2-502' }),
        location: line(200).default(''),
        text: line(4_000).min(1),
        category,
        priority: z
          .enum(PRIORITIES)
          .optional()
          .openapi({ description: 'absent: medium, but critical where `problems` name an emergency' }),
        size: z.enum(TICKET_SIZES).nullable().default(null),
        paid: z.boolean().default(false),
        quotedFen: z.int().min(0).max(100_000_000).nullable().default(null).openapi({ description: 'in 分' }),
        agreedBy: line(100).min(1).nullable().default(null),
        appointmentAt: timeWithZone.nullable().default(null),
        occurredAt: timeWithZone.nullable().default(null),
        problems: problemCodes,
        device: id.nullable().default(null),
        progress: z.enum(PROGRESS_WAYS).default('none'),
        formDate: day.nullable().default(null).openapi({ description: 'the day that a paper form bears' }),
        joins: z.string().max(64).nullable().optional(),
      }),
    ),
  },
  responses: {
    201: json(z.object({ intake: intakeSchema, ticket: ticketSchema, joined: z.boolean(), reference }), 'as kept'),
    ...problems(400, 401, 403, 404, 409, 422),
  },
})

const list = createRoute({
  method: 'get',
  path: '/intakes',
  tags: tag,
  summary: 'The register of reports (报修登记表), newest first',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: {
    query: z.object({
      ...page,
      site: id.optional(),
      channel: z.enum(INTAKE_CHANNELS).optional(),
      from: timeWithZone.optional().openapi({ description: 'received from' }),
      to: timeWithZone.optional().openapi({ description: 'received before' }),
    }),
  },
  responses: { 200: json(listOf(intakeSchema), 'entries'), ...problems(401, 403, 422) },
})

const nearby = createRoute({
  method: 'get',
  path: '/intakes/nearby',
  tags: tag,
  summary: 'Repairs being worked on that such a report would join, or might be about',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: {
    query: z.object({
      site: id,
      category: category.default('other'),
      priority: z.enum(PRIORITIES).default('medium'),
      household: line(50).default(''),
      location: line(200).default(''),
      device: id.optional(),
    }),
  },
  responses: {
    200: json(
      z.object({
        items: z.array(z.object({ joins: z.boolean(), likeness: z.enum(LIKENESSES), ticket: ticketSchema })),
      }),
      'likest first, at most 20',
    ),
    ...problems(401, 403, 404, 422),
  },
})
const NEARBY_MAX = 20

const read = createRoute({
  method: 'get',
  path: '/intakes/{id}',
  tags: tag,
  summary: 'One entry of the register',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 200: json(intakeSchema, 'the entry'), ...problems(401, 403, 404) },
})

export function intakeRoutes(api: Api, engine: Engine, reader: Db, key: Buffer): void {
  api.openapi(register, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { appointmentAt, occurredAt, ...said } = c.req.valid('json')
    const { priority = usualPriority(said.problems) } = said
    const report = { ...said, priority, appointmentAt: epochOf(appointmentAt), occurredAt: epochOf(occurredAt) }
    const { intake, ticket } = await engine.command({ type: 'register_report', report }, asked)
    const { id, number, joined } = intake!
    const given = { number, code: codeOf(id, key) }
    return c.json({ intake: intakeView(intake!), ticket: ticketView(engine, ticket!), joined, reference: given }, 201)
  })

  api.openapi(list, async (c) => {
    const { limit, cursor, site, channel, from, to } = c.req.valid('query')
    const { sites } = c.get('principal')
    const within = site === undefined ? sites : seesSite(c.get('principal'), site) ? [site] : []
    const span = { from: epochOf(from) ?? undefined, to: epochOf(to) ?? undefined }
    const found = await listIntakes(reader, { sites: within, channel, ...span, beforeId: cursor, limit: limit + 1 })
    return c.json(
      pageOf(found, limit, intakeView, (intake) => intake.id),
      200,
    )
  })

  api.openapi(nearby, async (c) => {
    const { site, device = null, ...said } = c.req.valid('query')
    mustSee(c.get('principal'), site, `site ${site}`)
    const found = likeTickets({ ...said, device }, await workingPlaces(reader, site)).slice(0, NEARBY_MAX)
    const ids = found.map(({ ticket }) => ticket)
    const tickets = new Map((await ticketsByIds(reader, ids)).map((ticket) => [ticket.id, ticketView(engine, ticket)]))
    const items = found.map(({ ticket, ...match }) => ({ ...match, ticket: tickets.get(ticket)! }))
    return c.json({ items }, 200)
  })

  api.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const intake = await findIntake(reader, { id })
    if (intake === null || !seesSite(c.get('principal'), intake.site)) {
      throw new Refusal('not_found', `report ${id} does not exist`)
    }
    return c.json(intakeView(intake), 200)
  })
}

const epochOf = (text: string | null | undefined) => (text ? Date.parse(text) : null)

function intakeView(intake: Intake): z.infer<typeof intakeSchema> {
  return {
    ...intake,
    receivedAt: new Date(intake.receivedAt).toISOString(),
    occurredAt: isoOrNull(intake.occurredAt),
    appointmentAt: isoOrNull(intake.appointmentAt),
  }
}
