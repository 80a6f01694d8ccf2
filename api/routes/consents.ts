import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { consentSchema, jobView } from './job-view.ts'
import { body, idempotency, json, line, problems } from './schemas.ts'

/** Work beyond the rules: asked for by who does it, given or refused by the department head (部门主管同意). */

const tags = ['work orders']
const params = z.object({ id: z.string().max(64) })

const ask = createRoute({
  method: 'post',
  path: '/tickets/{id}/consents',
  tags,
  summary: "Asks for the department head's consent to work beyond the rules",
  description:
    'Until it is decided the work cannot be completed; an emergency is not held up. The department heads of the site ' +
    'are told.',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: { params, headers: idempotency, body: body(z.strictObject({ what: line(1_000).min(1) })) },
  responses: { 201: json(consentSchema, 'asked'), ...problems(400, 401, 403, 404, 409, 422) },
})

const decide = createRoute({
  method: 'post',
  path: '/tickets/{id}/consents/{consent}/{verdict}',
  tags,
  summary: 'The department head gives or refuses consent: engineering_manager or general_manager of the site, or admin',
  description: 'Not of his own job, unless the site has nobody else who can.',
  middleware: [allow('responder')] as const,
  request: {
    params: params.extend({ consent: z.string().max(64), verdict: z.enum(['give', 'refuse']) }),
    headers: idempotency,
    body: {
      required: false,
      content: { 'application/json': { schema: z.strictObject({ note: line(4_000).optional() }) } },
    },
  },
  responses: { 200: json(consentSchema, 'decided'), ...problems(400, 401, 403, 404, 409, 422) },
})

export function consentRoutes(api: Api, engine: Engine): void {
  api.openapi(ask, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const command = { type: 'ask_consent', ticket: c.req.valid('param').id, ...c.req.valid('json') } as const
    const { ticket, id } = await engine.command(command, asked)
    return c.json(
      jobView(engine, ticket!).consents.find((each) => each.id === id)!,
      201,
    )
  })

  api.openapi(decide, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { id: ticketId, consent, verdict: word } = c.req.valid('param')
    const { note = '' } = c.req.valid('json') ?? {}
    const verdict = word === 'give' ? 'given' : 'refused'
    const { ticket, id } = await engine.command(
      { type: 'decide_consent', ticket: ticketId, consent, verdict, note },
      asked,
    )
    return c.json(
      jobView(engine, ticket!).consents.find((each) => each.id === id)!,
      200,
    )
  })
}
