import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { drawingFault, drawingSvg, FRAME_MAX, NUMBERS_MAX, STROKES_MAX } from '../../rules/jobs/drawing.ts'
import { Refusal, SIGNERS } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { signaturesOf } from '../../rules/storage/signatures.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { unfit } from '../problem.ts'
import { signatureSchema, signatureView } from './job-view.ts'
import { body, idempotency, json, line, problems } from './schemas.ts'
import { visibleTicket } from './tickets.ts'

/** Who accepts the work with his name or his hand (验收). */

const tags = ['work orders']
const params = z.object({ id: z.string().max(64) })
const side = z.number().max(FRAME_MAX)

const drawing = z
  .strictObject({
    width: side,
    height: side,
    strokes: z.array(z.array(z.number()).max(NUMBERS_MAX)).max(STROKES_MAX, `at most ${STROKES_MAX}`),
  })
  .openapi({
    description: `strokes of a pen, each [x, y, x, y, …] inside of width and height; ${NUMBERS_MAX} numbers at most`,
  })

const sign = createRoute({
  method: 'post',
  path: '/tickets/{id}/signatures',
  tags,
  summary: 'Signs completed work',
  description:
    'A responder signs as himself, where he is a superior also as that, and takes the signature of the customer of ' +
    'his job. Who must sign before sign-off is what the commitments of the ticket say. Once a customer or a superior ' +
    'has signed, cause, measure and costs stay as they are.',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: {
    params,
    headers: idempotency,
    body: body(
      z.strictObject({
        signer: z.enum(SIGNERS),
        name: line(100).min(1).optional().openapi({ description: 'needed, but where a responder signs as himself' }),
        drawing: drawing.optional(),
      }),
    ),
  },
  responses: { 201: json(signatureSchema, 'the signature'), ...problems(400, 401, 403, 404, 409, 422) },
})

const FILE = /^([0-9A-Za-z]{1,64})\.svg$/

const picture = createRoute({
  method: 'get',
  path: '/tickets/{id}/signatures/{file}',
  tags,
  summary: 'A signature as a picture',
  request: {
    params: params.extend({ file: z.string().max(80).openapi({ description: 'the id of the signature and .svg' }) }),
  },
  responses: {
    200: { description: 'the picture', content: { 'image/svg+xml': { schema: z.string() } } },
    ...problems(401, 404),
  },
})

/** Shown by itself, it is a picture and can do nothing. */
const PICTURE_HEADERS = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, max-age=86400, immutable',
}

export function signatureRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(sign, async (c) => {
    const { signer, name, drawing = null } = c.req.valid('json')
    const fault = drawing === null ? null : drawingFault(drawing)
    if (fault !== null) return unfit(c, [{ field: 'drawing', message: fault }]) as never
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const ticketId = c.req.valid('param').id
    const { ticket, id } = await engine.command({ type: 'sign_job', ticket: ticketId, signer, name, drawing }, asked)
    return c.json(signatureView(ticket!.job.signatures.find((each) => each.id === id)!), 201)
  })

  api.openapi(picture, async (c) => {
    const { id: ticketId, file } = c.req.valid('param')
    const ticket = await visibleTicket(reader, c.get('principal'), ticketId)
    const id = FILE.exec(file)?.[1]
    const signature = (await signaturesOf(reader, ticket.id)).find((each) => each.id === id)
    if (!signature?.drawing) throw new Refusal('not_found', `the drawing ${file} does not exist`)
    return c.body(drawingSvg(signature.drawing), 200, PICTURE_HEADERS)
  })
}
