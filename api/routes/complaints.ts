import { createRoute, z } from '@hono/zod-openapi'
import { complaintOf } from '../../rules/complaints/machine.ts'
import type { Engine } from '../../rules/engine.ts'
import { PRIORITIES, Refusal, type Ticket, TICKET_STATES } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import { listComplaints } from '../../rules/storage/complaints.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { historyOf } from '../../rules/storage/tickets.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import {
  body,
  historySchema,
  id,
  idempotency,
  json,
  line,
  listOf,
  oneOrMore,
  page,
  pageOf,
  problems,
  ticketSchema,
} from './schemas.ts'
import { visibleTicket } from './tickets.ts'
import { historyView, ticketView } from './views.ts'

const tag = ['complaints']
const params = z.object({ id: z.string().max(64) })
const CHANNELS = ['telephone', 'email', 'letter', 'desk', 'page', 'other'] as const
const [, ...priorities] = PRIORITIES

const complaintSchema = ticketSchema
  .extend({
    complaint: z.object({
      about: z.string().nullable().openapi({ description: 'the ticket that it is about' }),
      followUp: z.string().nullable().openapi({ description: 'the follow-up that found it' }),
      channel: z.string(),
      answer: z.string(),
      cause: z.string(),
      prevention: z.string().openapi({ description: 'what keeps it from happening again' }),
    }),
    overdue: z.boolean().openapi({ description: 'something that was promised for it is late' }),
  })
  .openapi('Complaint')

const list = createRoute({
  method: 'get',
  path: '/complaints',
  tags: tag,
  summary: 'Complaints (投诉), newest first',
  request: {
    query: z.object({
      ...page,
      site: id.optional(),
      state: oneOrMore(TICKET_STATES),
      about: z.string().max(64).optional().openapi({ description: 'the ticket that they are about' }),
    }),
  },
  responses: { 200: json(listOf(complaintSchema), 'complaints'), ...problems(401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/complaints/{id}',
  tags: tag,
  summary: 'One complaint with its history',
  request: { params },
  responses: {
    200: json(complaintSchema.extend({ history: z.array(historySchema) }), 'the complaint'),
    ...problems(401, 404),
  },
})

const open = createRoute({
  method: 'post',
  path: '/complaints',
  tags: tag,
  summary: 'Somebody complains',
  description:
    'Opens a ticket of the kind complaint with the clocks that the site promises for complaints; it is assigned like ' +
    'any ticket. It is never critical: what is dangerous is reported as what it is.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        site: id,
        about: z.string().max(64).nullable().default(null).openapi({ description: 'the ticket that it is about' }),
        channel: z.enum(CHANNELS),
        text: line(4_000).min(1),
        name: line(100).optional(),
        phone: line(50).optional(),
        category: z
          .string()
          .regex(/^[a-z0-9_-]{1,32}$/)
          .optional()
          .openapi({ description: 'absent: as what it is about, else other' }),
        priority: z.enum(priorities).optional().openapi({ description: 'absent: medium' }),
      }),
    ),
  },
  responses: { 201: json(complaintSchema, 'the new complaint'), ...problems(400, 401, 403, 404, 422) },
})

const respond = createRoute({
  method: 'post',
  path: '/complaints/{id}/respond',
  tags: tag,
  summary: 'Who complains was heard: the first reply',
  middleware: [allow('dispatcher')] as const,
  request: { headers: idempotency, params, body: body(z.strictObject({ note: line(4_000).min(1) })) },
  responses: { 200: json(complaintSchema, 'the complaint after it'), ...problems(400, 401, 403, 404, 409, 422) },
})

const settle = createRoute({
  method: 'post',
  path: '/complaints/{id}/settle',
  tags: tag,
  summary: 'It is answered: with its cause, and what prevents it next time',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(
      z.strictObject({
        answer: line(4_000).min(1, 'what was answered'),
        cause: line(4_000).min(1, 'why it happened'),
        prevention: line(4_000).min(1, 'what prevents it next time'),
      }),
    ),
  },
  responses: { 200: json(complaintSchema, 'the complaint after it'), ...problems(400, 401, 403, 404, 409, 422) },
})

const close = createRoute({
  method: 'post',
  path: '/complaints/{id}/close',
  tags: tag,
  summary: 'Whether the answer satisfies',
  description:
    'Where it does not, which needs its `note`, a new complaint is opened that follows this one: what is promised ' +
    'runs anew for it, and this one stays as it was answered.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(z.strictObject({ satisfied: z.boolean(), note: line(4_000).default('') })),
  },
  responses: {
    200: json(
      complaintSchema.extend({ followedBy: complaintSchema.nullable() }),
      'the complaint after it, and the new one where it did not satisfy',
    ),
    ...problems(400, 401, 403, 404, 409, 422),
  },
})

export function complaintRoutes(api: Api, engine: Engine, reader: Db): void {
  const view = (ticket: Ticket) => complaintView(engine, ticket)

  api.openapi(list, async (c) => {
    const { limit, cursor, site, state, about } = c.req.valid('query')
    const principal = c.get('principal')
    const sites = site === undefined ? principal.sites : seesSite(principal, site) ? [site] : []
    const filter = { sites, states: state, about, beforeId: cursor, limit: limit + 1 }
    return c.json(
      pageOf(await listComplaints(reader, filter), limit, view, (ticket) => ticket.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const ticket = await visibleTicket(reader, c.get('principal'), id)
    if (ticket.kind !== 'complaint') throw new Refusal('not_found', `complaint ${id} does not exist`)
    return c.json({ ...view(ticket), history: (await historyOf(reader, ticket.id)).map(historyView) }, 200)
  })

  api.openapi(open, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { ticket } = await engine.command({ type: 'open_complaint', ...c.req.valid('json') }, asked)
    return c.json(view(ticket!), 201)
  })

  api.openapi(respond, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const complaint = c.req.valid('param').id
    const { ticket } = await engine.command({ type: 'respond_to_complaint', complaint, ...c.req.valid('json') }, asked)
    return c.json(view(ticket!), 200)
  })

  api.openapi(settle, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const complaint = c.req.valid('param').id
    const { ticket } = await engine.command({ type: 'settle_complaint', complaint, ...c.req.valid('json') }, asked)
    return c.json(view(ticket!), 200)
  })

  api.openapi(close, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const complaint = c.req.valid('param').id
    const command = { type: 'close_complaint', complaint, ...c.req.valid('json') } as const
    const { ticket, followedBy } = await engine.command(command, asked)
    return c.json({ ...view(ticket!), followedBy: followedBy ? view(followedBy) : null }, 200)
  })
}

function complaintView(engine: Engine, ticket: Ticket): z.infer<typeof complaintSchema> {
  const now = engine.now()
  const isLate = ({ state, dueAt }: Ticket['clocks'][number]) =>
    state === 'breached' || (state === 'running' && dueAt < now)
  return { ...ticketView(engine, ticket), complaint: complaintOf(ticket), overdue: ticket.clocks.some(isLate) }
}
