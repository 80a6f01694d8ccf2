import { createRoute, z } from '@hono/zod-openapi'
import { ruleSchema } from '../../rules/alarms/rule-schema.ts'
import { Refusal } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { allRules, type StoredRule } from '../../rules/storage/policies.ts'
import type { Api } from '../app.ts'
import { json, listOf, page, pageOf, problems } from './schemas.ts'

const tag = ['rules']
const shownRule = z.object({ ...ruleSchema.shape, version: z.int(), updatedAt: z.string() }).openapi('Rule')

const list = createRoute({
  method: 'get',
  path: '/rules',
  tags: tag,
  summary: 'The rules in force, by id',
  request: { query: z.object(page) },
  responses: { 200: json(listOf(shownRule), 'rules'), ...problems(401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/rules/{id}',
  tags: tag,
  summary: 'One rule',
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 200: json(shownRule, 'the rule'), ...problems(401, 404) },
})

const view = ({ rule, version, updatedAt }: StoredRule) => ({
  ...(rule as z.output<typeof ruleSchema>),
  version,
  updatedAt: new Date(updatedAt).toISOString(),
})

export function ruleRoutes(api: Api, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const found = (await allRules(reader)).filter(({ rule }) => cursor === undefined || rule.id > cursor)
    return c.json(
      pageOf(found, limit, view, ({ rule }) => rule.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    const found = (await allRules(reader)).find(({ rule }) => rule.id === c.req.valid('param').id)
    if (!found) throw new Refusal('not_found', `rule ${c.req.valid('param').id} does not exist`)
    return c.json(view(found), 200)
  })
}
