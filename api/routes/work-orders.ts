import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Engine } from '../../rules/engine.ts'
import { QUOTE_MAX_FEN } from '../../rules/jobs/charge.ts'
import type { JobCommand } from '../../rules/jobs/commands.ts'
import { COST_LINES_MAX, QUANTITY_MAX, UNIT_PRICE_MAX_FEN } from '../../rules/jobs/costs.ts'
import { COST_KINDS, type Ticket, TICKET_SIZES } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow, type Env } from '../auth.ts'
import { etagOf, versionsOf } from '../etag.ts'
import { consentRoutes } from './consents.ts'
import { jobSchema, jobView } from './job-view.ts'
import { body, idempotency, line, problems, timeWithZone } from './schemas.ts'
import { signatureRoutes } from './signatures.ts'
import { visibleTicket } from './tickets.ts'
import { ifMatch, withEtag } from './versioned.ts'

/** What is written into the work order of a ticket (服务工作单): texts, costs, the price, a superior's yes or no. */

const tags = ['work orders']
const params = z.object({ id: z.string().max(64) })
const jobAnswer = withEtag(jobSchema, 'the work order')

const quantity = z
  .number()
  .min(0)
  .max(QUANTITY_MAX)
  .refine((value) => Number(value.toFixed(3)) === value, 'at most 3 decimals')

const costLine = z.strictObject({
  kind: z.enum(COST_KINDS),
  name: line(100).min(1),
  quantity,
  unit: line(20).default(''),
  unitPriceFen: z.int().min(0).max(UNIT_PRICE_MAX_FEN),
})

const read = createRoute({
  method: 'get',
  path: '/tickets/{id}/job',
  tags,
  summary: 'The work order of a ticket',
  request: { params },
  responses: { 200: jobAnswer, ...problems(401, 404) },
})

const edit = createRoute({
  method: 'patch',
  path: '/tickets/{id}/job',
  tags,
  summary: 'Edits the texts and costs of a work order',
  description:
    'What is left out stays. With `If-Match` it is refused where somebody else edited it since it was read. `costs` ' +
    'takes the place of all lines. A responder edits the jobs assigned to him. Once the work was accepted with a ' +
    'signature, cause, measure and costs stay as they are: 409.',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: {
    params,
    headers: ifMatch,
    body: body(
      z.strictObject({
        title: line(200).min(1).optional(),
        description: line(4_000).optional(),
        location: line(200).optional(),
        size: z.enum(TICKET_SIZES).nullable().optional(),
        cause: line(4_000).optional(),
        measure: line(4_000).optional(),
        costs: z.array(costLine).max(COST_LINES_MAX, `at most ${COST_LINES_MAX} lines`).optional(),
        appointmentAt: timeWithZone.optional().openapi({
          description:
            'what a dispatcher agreed with the resident who wishes a time: the repair becomes an appointment, before ' +
            'somebody is there; promises of repairs only end, and those of appointments begin',
        }),
        charge: z.strictObject({ paid: z.boolean().openapi({ description: 'whether the customer pays' }) }).optional(),
      }),
    ),
  },
  responses: { 200: jobAnswer, ...problems(400, 401, 403, 404, 409, 412, 422) },
})

const acting = <T extends z.ZodType>(path: string, summary: string, asked: T, required = true) =>
  createRoute({
    method: 'post',
    path: `/tickets/{id}/${path}`,
    tags,
    summary,
    middleware: [allow('dispatcher', 'responder')] as const,
    request: { params, headers: idempotency, body: { ...body(asked), required } },
    responses: { 200: jobAnswer, ...problems(400, 401, 403, 404, 409, 422) },
  })

const quote = acting(
  'quote',
  'The customer is told the price of paid work; a new one needs a new agreement',
  z.strictObject({ amountFen: z.int().min(0).max(QUOTE_MAX_FEN).openapi({ description: 'fen (分)' }) }),
)
const agree = acting(
  'agree',
  'The customer agrees to the price that he was told',
  z.strictObject({ name: line(100).min(1).openapi({ description: "the customer's" }) }),
)
const approve = acting(
  'approve',
  'A superior approves the work order: an admin, a dispatcher, or a responder who is one; not who does it, where ' +
    'another can',
  z.strictObject({ note: line(4_000).optional() }),
  false,
)
const refuse = acting(
  'refuse',
  'A superior refuses the work order; it may be approved later',
  z.strictObject({ note: line(4_000).min(1) }),
)

export function workOrderRoutes(api: Api, engine: Engine, reader: Db): void {
  consentRoutes(api, engine)
  signatureRoutes(api, engine, reader)

  const answer = (c: Context<Env>, ticket: Ticket) => {
    c.header('etag', etagOf(ticket.job.version))
    return jobView(engine, ticket)
  }
  const done = async (c: Context<Env>, command: JobCommand, idempotencyKey?: string) => {
    const { ticket } = await engine.command(command, { by: c.get('principal'), idempotencyKey })
    return answer(c, ticket!)
  }

  api.openapi(read, async (c) => {
    const ticket = await visibleTicket(reader, c.get('principal'), c.req.valid('param').id)
    return c.json(answer(c, ticket), 200)
  })

  api.openapi(edit, async (c) => {
    const { charge, appointmentAt, ...texts } = c.req.valid('json')
    const ifVersions = versionsOf(c.req.valid('header')['if-match'])
    const edited = {
      ...{ ticket: c.req.valid('param').id, ...texts, paid: charge?.paid },
      ...(appointmentAt !== undefined && { appointmentAt: Date.parse(appointmentAt) }),
      ...(ifVersions && { ifVersions }),
    }
    return c.json(await done(c, { type: 'edit_job', ...edited }), 200)
  })

  api.openapi(quote, async (c) => {
    const command = { type: 'quote_job', ticket: c.req.valid('param').id, ...c.req.valid('json') } as const
    return c.json(await done(c, command, c.req.valid('header')['idempotency-key']), 200)
  })

  api.openapi(agree, async (c) => {
    const command = { type: 'agree_quote', ticket: c.req.valid('param').id, ...c.req.valid('json') } as const
    return c.json(await done(c, command, c.req.valid('header')['idempotency-key']), 200)
  })

  for (const [route, verdict] of [
    [approve, 'given'],
    [refuse, 'refused'],
  ] as const) {
    api.openapi(route, async (c) => {
      const { note = '' } = c.req.valid('json') ?? {}
      const command = { type: 'decide_approval', ticket: c.req.valid('param').id, verdict, note } as const
      return c.json(await done(c, command, c.req.valid('header')['idempotency-key']), 200)
    })
  }
}
