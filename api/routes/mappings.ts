import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import {
  type Mapping,
  mappingExampleSchema,
  mappingSchema,
  type MappingTried,
  Refusal,
  type StoredMapping,
  type TryMapping,
} from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Api } from '../app.ts'
import { allow, type Env } from '../auth.ts'
import { invalid, misfits } from '../problem.ts'
import { acceptYaml } from '../yaml.ts'
import { id, idempotency, json, listOf, page, pageOf, problems, time } from './schemas.ts'
import { decodedSchema, decodedView } from './decode.ts'

const tag = ['mappings']
const params = z.object({ id })
const mapping = mappingSchema
const shown = z
  .object({ ...mappingSchema.shape, version: z.int(), updatedAt: time, updatedBy: z.string() })
  .openapi('Mapping')
const jsonOrYaml = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema }, 'application/yaml': { schema } },
})

const list = createRoute({
  method: 'get',
  path: '/mappings',
  tags: tag,
  summary: 'Mappings, by id: how devices that nobody knows are understood',
  request: { query: z.object(page) },
  responses: { 200: json(listOf(shown), 'mappings'), ...problems(401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/mappings/{id}',
  tags: tag,
  summary: 'One mapping',
  request: { params },
  responses: { 200: json(shown, 'the mapping'), ...problems(401, 404, 422) },
})

const create = createRoute({
  method: 'post',
  path: '/mappings',
  tags: tag,
  summary: 'Add a mapping; its `example`, where it has one, must give something',
  middleware: [allow('engineer'), acceptYaml] as const,
  request: { headers: idempotency, body: jsonOrYaml(mapping) },
  responses: { 201: json(shown, 'the mapping'), ...problems(400, 401, 403, 409, 422) },
})

const replace = createRoute({
  method: 'put',
  path: '/mappings/{id}',
  tags: tag,
  summary: 'Replace a mapping',
  middleware: [allow('engineer'), acceptYaml] as const,
  request: { params, body: jsonOrYaml(mapping) },
  responses: { 200: json(shown, 'the mapping'), ...problems(400, 401, 403, 404, 409, 422) },
})

const remove = createRoute({
  method: 'delete',
  path: '/mappings/{id}',
  tags: tag,
  summary: 'Remove a mapping; the devices that it found stay',
  middleware: [allow('engineer')] as const,
  request: { params },
  responses: { 204: { description: 'removed' }, ...problems(401, 403, 404) },
})

const tried = z.object({
  decoded: decodedSchema.nullable().openapi({ description: 'null without an example' }),
  levels: z.record(z.string(), z.string()).openapi({ description: 'the named levels of the topic' }),
  notes: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .openapi({ description: 'what found nothing in the example' }),
})

const attempt = createRoute({
  method: 'post',
  path: '/mappings/try',
  tags: tag,
  summary: 'Try a mapping against an example message; nothing is stored',
  middleware: [allow('engineer'), acceptYaml] as const,
  request: { body: jsonOrYaml(z.strictObject({ mapping, example: mappingExampleSchema.optional() })) },
  responses: { 200: json(tried, 'what the example says by it'), ...problems(400, 401, 403, 422) },
})

export function mappingRoutes(
  api: Api,
  engine: Engine,
  clock: Clock,
  tryMapping: TryMapping,
  defaultTimezone: string,
): void {
  const visible = (c: Context<Env>, wanted: string): StoredMapping => {
    const stored = engine.world().mappings.get(wanted)
    if (!stored || !seesSite(c.get('principal'), stored.mapping.site)) {
      throw new Refusal('not_found', `mapping ${wanted} does not exist`)
    }
    return stored
  }
  const attemptWith = (asked: Mapping, example = asked.example): MappingTried => {
    const site = asked.site === null ? undefined : engine.world().sites.get(asked.site)
    const timezone = site?.timezone ?? defaultTimezone
    return tryMapping({ mapping: asked, example: example ?? null, timezone, receivedAt: clock.now() })
  }

  api.openapi(list, (c) => {
    const { limit, cursor } = c.req.valid('query')
    const found = [...engine.world().mappings.values()]
      .filter((stored) => seesSite(c.get('principal'), stored.mapping.site))
      .filter((stored) => cursor === undefined || stored.mapping.id > cursor)
      .sort((a, b) => (a.mapping.id < b.mapping.id ? -1 : 1))
    return c.json(
      pageOf(found, limit, view, (stored) => stored.mapping.id),
      200,
    )
  })

  api.openapi(read, (c) => c.json(view(visible(c, c.req.valid('param').id)), 200))

  api.openapi(create, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const result = attemptWith(c.req.valid('json'))
    if (!result.ok) return misfits(c, result.faults) as never
    const saved = await engine.command({ type: 'save_mapping', mapping: c.req.valid('json'), isNew: true }, asked)
    return c.json(view(saved.mapping!), 201)
  })

  api.openapi(replace, async (c) => {
    const wanted = c.req.valid('param').id
    visible(c, wanted)
    if (c.req.valid('json').id !== wanted) {
      const message = `the address names ${wanted}; a mapping keeps its id`
      return misfits(c, [{ place: 'id', message }]) as never
    }
    const result = attemptWith(c.req.valid('json'))
    if (!result.ok) return misfits(c, result.faults) as never
    const command = { type: 'save_mapping' as const, mapping: c.req.valid('json'), isNew: false }
    const saved = await engine.command(command, { by: c.get('principal') })
    return c.json(view(saved.mapping!), 200)
  })

  api.openapi(remove, async (c) => {
    await engine.command({ type: 'delete_mapping', id: c.req.valid('param').id }, { by: c.get('principal') })
    return c.body(null, 204)
  })

  // Places are those in the mapping, as when it is saved.
  api.openapi(
    attempt,
    (c) => {
      const { mapping: asked, example } = c.req.valid('json')
      const result = attemptWith(asked, example)
      if (!result.ok) return misfits(c, result.faults) as never
      const { decoded, levels, notes } = result
      const told = notes.map(({ place, message }) => ({ field: place, message }))
      return c.json({ decoded: decoded && decodedView(decoded), levels: { ...levels }, notes: told }, 200)
    },
    (result, c) => (result.success ? undefined : (invalid(c, result.error, 'mapping') as never)),
  )
}

function view({ mapping: { example, ...rest }, version, updatedAt, updatedBy }: StoredMapping) {
  const about = { version, updatedAt: new Date(updatedAt).toISOString(), updatedBy }
  return { ...rest, ...(example === undefined ? {} : { example }), ...about }
}
