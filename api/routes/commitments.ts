import { createRoute, z } from '@hono/zod-openapi'
import { localDate } from '../../rules/calendar/zone.ts'
import { adopted } from '../../rules/commitments/adopt.ts'
import { zoneOf } from '../../rules/commitments/choose.ts'
import { presets } from '../../rules/commitments/presets/index.ts'
import { commitmentSchema } from '../../rules/commitments/schema.ts'
import type { Engine } from '../../rules/engine.ts'
import { Refusal } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { etagOf } from '../etag.ts'
import { unfit } from '../problem.ts'
import { dryRun, isDry, planRoutes } from './plans.ts'
import { body, idempotency, json, problems } from './schemas.ts'

const tags = ['commitments']
/** Who writes the rules of a property also writes what it promises. */
const WRITERS = ['engineer'] as const

const listPresets = createRoute({
  method: 'get',
  path: '/commitments/presets',
  tags,
  summary: 'What nineteen companies promise, each figure with its quote, and the rescue of trapped passengers',
  description: 'Templates: none is in force until a property adopts it for its sites.',
  responses: {
    200: json(
      z.object({
        items: z.array(
          commitmentSchema.extend({
            yearsValid: z.int().optional().openapi({ description: 'runs for so many years, and is then reviewed' }),
          }),
        ),
      }),
      'presets',
    ),
    ...problems(401),
  },
})

const { id, name, sites, validFrom, validUntil } = commitmentSchema.shape
const adoptionSchema = z.strictObject({ id, sites, validFrom, validUntil, name: name.optional() })

export function commitmentRoutes(api: Api, engine: Engine, reader: Db): void {
  // Before the commitments by id: its address is none.
  api.openapi(listPresets, (c) => {
    const items = [...presets.values()].map(({ commitment, ...rest }) => ({ ...commitment, ...rest }))
    return c.json({ items } as never, 200)
  })

  const { saved, view, errorsOf, preview } = planRoutes(api, engine, reader, {
    kind: 'commitment',
    path: 'commitments',
    name: 'Commitment',
    says: 'A commitment (服务承诺)',
    schema: commitmentSchema,
    writers: WRITERS,
  })

  const adopt = createRoute({
    method: 'post',
    path: '/commitments/presets/{preset}/adopt',
    tags,
    summary: 'Make a preset a commitment of the property; it is in force at once, and edited by PUT',
    description: 'A preset that runs for a year does so from `validFrom`, else from today, unless `validUntil` is set.',
    middleware: [allow(...WRITERS)],
    request: {
      params: z.object({ preset: z.string().max(64) }),
      headers: idempotency,
      query: dryRun,
      body: body(adoptionSchema),
    },
    responses: {
      200: json(saved, 'with dryRun: as it would be'),
      201: { ...json(saved, 'as it is saved'), headers: z.object({ etag: z.string() }) },
      ...problems(400, 401, 403, 404, 409, 422),
    },
  })
  api.openapi(adopt, async (c) => {
    const preset = presets.get(c.req.valid('param').preset)
    if (!preset) throw new Refusal('not_found', `preset ${c.req.valid('param').preset} does not exist`)
    const adoption = c.req.valid('json')
    const today = localDate(zoneOf(adoption.sites, engine.world()), engine.now())
    const plan = adopted(preset, adoption, today)
    const errors = errorsOf(plan)
    if (errors) return unfit(c, errors) as never
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    if (isDry(c.req.valid('query'))) return c.json((await preview({ plan, isNew: true }, asked.by)) as never, 200)
    const done = await engine.command({ type: 'save_plan', kind: 'commitment', plan, isNew: true }, asked)
    c.header('etag', etagOf(done.plan!.version))
    return c.json(view(done.plan!) as never, 201)
  })
}
