import { createRoute, z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { Engine } from '../../rules/engine.ts'
import { usualPriority } from '../../rules/jobs/ready.ts'
import {
  PARTIES,
  type Principal,
  PRIORITIES,
  Refusal,
  type Ticket,
  TICKET_ACTIONS,
  TICKET_KINDS,
  TICKET_SIZES,
  TICKET_STATES,
} from '../../rules/model.ts'
import { recurrencesOf } from '../../rules/jobs/recurrence.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { notHis } from '../../rules/jobs/write.ts'
import { relatedTickets } from '../../rules/storage/proof.ts'
import { findTicket, historyOf, listTickets } from '../../rules/storage/tickets.ts'
import { allow } from '../auth.ts'
import { versionsOf } from '../etag.ts'
import { problem } from '../problem.ts'
import type { Api } from '../app.ts'
import {
  body,
  category,
  historySchema,
  id,
  idempotency,
  json,
  line,
  listOf,
  oneOrMore,
  page,
  pageOf,
  problemCodes,
  problems,
  ticketSchema,
  timeWithZone,
} from './schemas.ts'
import { jobSchema, jobView, recurrenceSchema, recurrenceView, relatedSchema, relatedView } from './job-view.ts'
import { labelReader, labelRoutes } from './labels.ts'
import { ifMatch } from './versioned.ts'
import { historyView, ticketView } from './views.ts'

const tag = ['tickets']
const ticketId = z.object({ id: z.string().max(64) })

const list = createRoute({
  method: 'get',
  path: '/tickets',
  tags: tag,
  summary: 'Tickets, newest first',
  request: {
    query: z.object({
      ...page,
      state: oneOrMore(TICKET_STATES),
      site: id.optional(),
      category: z.string().max(32).optional(),
      device: id.optional(),
      assignee: z.string().max(100).optional(),
      kind: z.enum(TICKET_KINDS).optional(),
    }),
  },
  responses: { 200: json(listOf(ticketSchema), 'tickets'), ...problems(401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/tickets/{id}',
  tags: tag,
  summary: 'One ticket with its history',
  request: { params: ticketId },
  responses: {
    200: json(
      ticketSchema.extend({
        job: jobSchema,
        recurrences: z
          .array(recurrenceSchema)
          .openapi({ description: 'at the same device or place within 30 days before, newest first' }),
        related: z
          .array(relatedSchema)
          .openapi({ description: 'what it is the rework or the complaint of, and what came after it; oldest first' }),
        history: z.array(historySchema),
      }),
      'the ticket',
    ),
    ...problems(401, 404),
  },
})

const report = createRoute({
  method: 'post',
  path: '/tickets',
  tags: tag,
  summary: "A resident's report (报修)",
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        site: id,
        category,
        title: line(200).min(1),
        description: line(4_000).default(''),
        location: line(200).default(''),
        priority: z
          .enum(PRIORITIES)
          .optional()
          .openapi({ description: 'absent: medium, but critical where `problems` name an emergency' }),
        device: id.nullable().default(null),
        kind: z.enum(TICKET_KINDS).default('repair'),
        size: z.enum(TICKET_SIZES).nullable().default(null),
        problems: problemCodes,
        occurredAt: timeWithZone.optional().openapi({ description: 'at most 30 days ago; absent: now' }),
        appointmentAt: timeWithZone.optional().openapi({ description: 'of an appointment, which needs it' }),
        reporter: z
          .strictObject({ name: line(100).optional(), phone: line(50).optional(), channel: line(50).optional() })
          .nullable()
          .default(null),
      }),
    ),
  },
  responses: { 201: json(ticketSchema, 'the new ticket'), ...problems(400, 401, 403, 404, 422) },
})

const act = createRoute({
  method: 'post',
  path: '/tickets/{id}/{action}',
  tags: tag,
  summary: 'What somebody does with a ticket',
  description:
    'assign needs `assignee`, hold and cancel need `note`, sign-off needs `signature` (the customer who accepts the ' +
    'work) where he has not signed already. arrive takes the `place`, or the `code` of the label at the device; ' +
    'without both it counts as told by hand. complete takes `cause` and `measure`, and with `If-Match` of the work ' +
    'order it is refused where somebody else edited that since it was read. rework takes an `appointmentAt`. ' +
    'An emergency (priority critical, or with a problem that is one, such as water.burst) is cancelled by two: the ' +
    'first asks, which `cancelAsked` shows and changes nothing else, and another person cancels it within 60 ' +
    'minutes, unless somebody has arrived since. ' +
    'arrive with the `party` maintenance_firm logs that the firm is there, in any state before completion. ' +
    'A responder acts on the jobs assigned to him, and may accept one that he was called to while nobody has; a ' +
    'dispatcher accepts for the assignee, or for somebody who was called: `assignee`. ' +
    'rework opens a new ticket linked to this one and answers it.',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: {
    headers: idempotency.extend(ifMatch.shape),
    params: ticketId.extend({ action: z.enum(TICKET_ACTIONS) }),
    body: {
      required: false,
      content: {
        'application/json': {
          schema: z.strictObject({
            assignee: line(100).optional(),
            signature: line(100).optional(),
            note: line(4_000).optional(),
            party: z.enum(PARTIES).optional(),
            place: z
              .strictObject({
                latitude: z.number().min(-90).max(90),
                longitude: z.number().min(-180).max(180),
                accuracyM: z.number().min(0).max(100_000).nullable().optional(),
              })
              .optional(),
            code: line(20).min(1).optional(),
            cause: line(4_000).optional(),
            measure: line(4_000).optional(),
            appointmentAt: timeWithZone.optional(),
          }),
        },
      },
    },
  },
  responses: {
    200: json(ticketSchema, 'the ticket after it'),
    201: json(ticketSchema, 'the new ticket, after rework'),
    ...problems(400, 401, 403, 404, 409, 412, 422),
  },
})

/** What a responder may do with the jobs assigned to him; that they are is held where it is done. */
const OWN_JOB = new Set<string>([
  ...['contact', 'accept', 'decline', 'depart', 'arrive', 'first-handling'],
  ...['hold', 'resume', 'complete', 'sign-off'],
])

export async function visibleTicket(reader: Db, by: Principal, id: string): Promise<Ticket> {
  const ticket = await findTicket(reader, id)
  if (ticket === null || !seesSite(by, ticket.site)) throw new Refusal('not_found', `ticket ${id} does not exist`)
  return ticket
}

/** What is told with one action only. */
const TOLD_WITH = { place: 'arrive', code: 'arrive', cause: 'complete', measure: 'complete', appointmentAt: 'rework' }

function misplaced(action: string, told: Record<string, unknown>): string | null {
  const fields = Object.entries(TOLD_WITH).filter(([field]) => told[field] !== undefined)
  const [field, belongs] = fields.find(([, of]) => of !== action) ?? []
  if (field !== undefined) return `${field}: told with ${belongs}; leave it out`
  const isFirm = told.party === 'maintenance_firm'
  return isFirm && fields.length > 0 ? `${fields[0]![0]}: of the property's own arrival; leave it out` : null
}

export function ticketRoutes(api: Api, engine: Engine, reader: Db, linkKey: Buffer): void {
  labelRoutes(api, engine, linkKey)
  const readLabel = labelReader(engine, linkKey)

  api.openapi(list, async (c) => {
    const { limit, cursor, state, site, ...more } = c.req.valid('query')
    const { sites } = c.get('principal')
    const within = site === undefined ? sites : seesSite(c.get('principal'), site) ? [site] : []
    const filter = { sites: within, states: state, ...more, beforeId: cursor, limit: limit + 1 }
    const found = await listTickets(reader, filter)
    const view = (ticket: Ticket) => ticketView(engine, ticket)
    return c.json(
      pageOf(found, limit, view, (ticket) => ticket.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    const by = c.get('principal')
    const ticket = await visibleTicket(reader, by, c.req.valid('param').id)
    const history = (await historyOf(reader, ticket.id)).map(historyView)
    const recurrences = (await recurrencesOf(reader, ticket)).map(recurrenceView)
    const related = (await relatedTickets(reader, ticket.id, by.sites)).map(relatedView)
    return c.json({ ...ticketView(engine, ticket), job: jobView(engine, ticket), recurrences, related, history }, 200)
  })

  api.openapi(report, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { occurredAt, appointmentAt, ...reported } = c.req.valid('json')
    const { priority = usualPriority(reported.problems) } = reported
    const times = {
      ...(occurredAt !== undefined && { occurredAt: Date.parse(occurredAt) }),
      ...(appointmentAt !== undefined && { appointmentAt: Date.parse(appointmentAt) }),
    }
    const { ticket } = await engine.command({ type: 'report_ticket', ...reported, priority, ...times }, asked)
    return c.json(ticketView(engine, ticket!), 201)
  })

  api.openapi(act, async (c) => {
    const principal = c.get('principal')
    const { id: ticketId, action } = c.req.valid('param')
    if (principal.role === 'responder' && !OWN_JOB.has(action)) {
      const detail = 'a responder acts on the jobs assigned to him with the steps of a job'
      return problem(c, 403, detail, {
        reason: 'role',
        facts: { role: principal.role, roles: ['dispatcher'] },
      }) as never
    }
    const asked = { by: principal, idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const told = c.req.valid('json') ?? {}
    const fault = misplaced(action, told)
    if (fault !== null) throw new Refusal('invalid', fault)
    const { code, appointmentAt, ...rest } = told
    const ifVersions = action === 'complete' ? versionsOf(c.req.valid('header')['if-match']) : undefined
    const details = {
      ...rest,
      ...(ifVersions && { ifVersions }),
      ...(appointmentAt !== undefined && { appointmentAt: Date.parse(appointmentAt) }),
      ...(code !== undefined && { device: await deviceAt(principal, ticketId, code) }),
    }
    const { ticket } = await engine.command({ type: 'act_on_ticket', ticket: ticketId, action, ...details }, asked)
    return c.json(ticketView(engine, ticket!), action === 'rework' ? 201 : 200)
  })

  /** Whose label was read there; asked of nobody's job but his own, so that no other tries are used up. */
  async function deviceAt(principal: Principal, ticketId: string, code: string): Promise<string> {
    const ticket = await visibleTicket(reader, principal, ticketId)
    if (principal.role === 'responder' && ticket.assignee !== principal.name) {
      throw notHis()
    }
    const device = readLabel(ticket, code)
    if (device === null) throw new HTTPException(429, { message: 'too many codes were tried; arrive without one' })
    return device
  }
}
