import { createRoute, z } from '@hono/zod-openapi'
import { CALL_IN_PEOPLE_MAX } from '../../rules/dispatch/call-in.ts'
import { arrivals } from '../../rules/dispatch/head-count.ts'
import type { Engine } from '../../rules/engine.ts'
import {
  CALL_IN_ANSWERS,
  CALL_REASONS,
  type CallIn,
  CLOCK_STATES,
  DAY_MS,
  MINUTE_MS,
  Refusal,
  type TicketCall,
} from '../../rules/model.ts'
import { callInsOf } from '../../rules/storage/call-ins.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { callsOf } from '../../rules/storage/ticket-calls.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso, isoOrNull } from '../iso.ts'
import { body, faultSchema, id, idempotency, json, line, problems, time } from './schemas.ts'
import { stepRoutes } from './steps.ts'
import { taskRoutes } from './tasks.ts'
import { visibleTicket } from './tickets.ts'
import { responderName } from './views.ts'

/** Who is asked to take a ticket, and who is called in to one that needs many. */

const tag = ['tickets']
const params = z.object({ id: z.string().max(64) })
const all = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) })

export const callSchema = z
  .object({
    responder: z.string(),
    name: z.string(),
    at: time,
    reason: z.enum(CALL_REASONS),
    answer: z.enum(['accepted', 'declined', 'no_answer']).nullable(),
    answeredAt: time.nullable(),
  })
  .openapi('TicketCall')

const callInSchema = z
  .object({
    id: z.string(),
    ticket: z.string(),
    site: z.string(),
    people: z.int().openapi({ description: 'how many are needed' }),
    arrived: z.int().openapi({ description: 'how many have come' }),
    dueAt: time,
    metAt: time.nullable().openapi({ description: 'when as many had come' }),
    state: z.enum(CLOCK_STATES),
    createdAt: time,
    by: z.string(),
    answers: z.array(z.object({ responder: z.string(), name: z.string(), answer: z.enum(CALL_IN_ANSWERS), at: time })),
  })
  .openapi('CallIn')

const calls = createRoute({
  method: 'get',
  path: '/tickets/{id}/calls',
  tags: tag,
  summary: 'Who was asked to take a ticket, when, why, and what he answered',
  request: { params },
  responses: { 200: json(all(callSchema), 'calls, oldest first'), ...problems(401, 404) },
})

const callIn = createRoute({
  method: 'post',
  path: '/tickets/{id}/call-in',
  tags: tag,
  summary: 'Calls everyone of the site in to a special event (特发事件) and counts who arrives',
  description:
    'Those on duty are called first. Where `people` or `withinMs` is absent, what was promised when the ticket ' +
    'opened counts, else 20 within 60 minutes. One call-in of a ticket runs at a time.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(
      z.strictObject({
        people: z.int().min(1).max(CALL_IN_PEOPLE_MAX).optional(),
        withinMs: z.int().min(MINUTE_MS).max(DAY_MS).optional().openapi({ description: 'one minute to 24 hours' }),
        skill: id.optional().openapi({ description: 'only people with it' }),
        message: line(500).optional().openapi({ description: 'what they are told beside the ticket' }),
      }),
    ),
  },
  responses: {
    201: json(callInSchema.extend({ called: z.int(), warnings: z.array(faultSchema) }), 'the call-in'),
    ...problems(400, 401, 403, 404, 409, 422),
  },
})

const callIns = createRoute({
  method: 'get',
  path: '/tickets/{id}/call-ins',
  tags: tag,
  summary: 'The call-ins of a ticket with who answered what',
  request: { params },
  responses: { 200: json(all(callInSchema), 'call-ins, oldest first'), ...problems(401, 404) },
})

const answer = createRoute({
  method: 'post',
  path: '/call-ins/{id}/answer',
  tags: tag,
  summary: 'Somebody is coming, has arrived, or cannot come',
  description: 'A responder answers for himself; a dispatcher says for whom: `responder`.',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(z.strictObject({ responder: id.optional(), answer: z.enum(CALL_IN_ANSWERS) })),
  },
  responses: { 200: json(callInSchema, 'the call-in after it'), ...problems(400, 401, 403, 404, 409, 422) },
})

export function ticketCallRoutes(api: Api, engine: Engine, reader: Db): void {
  stepRoutes(api, reader)
  taskRoutes(api, engine, reader)

  api.openapi(calls, async (c) => {
    const ticket = await visibleTicket(reader, c.get('principal'), c.req.valid('param').id)
    return c.json({ items: (await callsOf(reader, ticket.id)).map((each) => callView(engine, each)) }, 200)
  })

  api.openapi(callIn, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const ticket = c.req.valid('param').id
    const { callIn, called = 0 } = await engine.command({ type: 'call_in', ticket, ...c.req.valid('json') }, asked)
    return c.json({ ...callInView(engine, callIn!), called, warnings: tooFew(callIn!, called) }, 201)
  })

  api.openapi(callIns, async (c) => {
    const ticket = await visibleTicket(reader, c.get('principal'), c.req.valid('param').id)
    return c.json({ items: (await callInsOf(reader, ticket.id)).map((each) => callInView(engine, each)) }, 200)
  })

  api.openapi(answer, async (c) => {
    const by = c.get('principal')
    const { answer, responder = by.role === 'responder' ? by.name : undefined } = c.req.valid('json')
    if (responder === undefined) throw new Refusal('invalid', 'responder: say who answers')
    const asked = { by, idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const command = { type: 'answer_call_in', callIn: c.req.valid('param').id, responder, answer } as const
    const { callIn } = await engine.command(command, asked)
    return c.json(callInView(engine, callIn!), 200)
  })
}

function callView(engine: Engine, { responder, at, reason, answer, answeredAt }: TicketCall) {
  const name = responderName(engine, responder)
  return { responder, name, at: iso(at), reason, answer, answeredAt: isoOrNull(answeredAt) }
}

function callInView(engine: Engine, callIn: CallIn): z.infer<typeof callInSchema> {
  return {
    ...callIn,
    arrived: arrivals(callIn),
    dueAt: iso(callIn.dueAt),
    metAt: isoOrNull(callIn.metAt),
    createdAt: iso(callIn.createdAt),
    answers: callIn.answers.map((each) => ({
      ...each,
      name: responderName(engine, each.responder),
      at: iso(each.at),
    })),
  }
}

function tooFew({ people }: CallIn, called: number) {
  if (called >= people) return []
  const message = `${people} are needed, and only ${called} could be called; call for more by other ways`
  return [{ field: 'people', message }]
}
