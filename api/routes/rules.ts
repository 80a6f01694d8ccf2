import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { checkRule } from '../../rules/alarms/checks/rule.ts'
import { seesRule } from '../../rules/alarms/rule-commands.ts'
import type { RuleFaults } from '../../rules/alarms/faults.ts'
import { ruleSchema } from '../../rules/alarms/rule-schema.ts'
import { concernsSites } from '../../rules/alarms/scope.ts'
import type { Engine } from '../../rules/engine.ts'
import { Refusal, type Rule, type RuleFault, type DocumentVersion, type StoredRule } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { listRuleVersions } from '../../rules/storage/rules.ts'
import type { Api } from '../app.ts'
import { allow, type Env } from '../auth.ts'
import { etagOf, versionsOf } from '../etag.ts'
import { unfit } from '../problem.ts'
import { acceptYaml } from '../yaml.ts'
import { faultSchema, idempotency, json, listOf, page, pageOf, problems, time } from './schemas.ts'
import { about, ifMatch, sentAs, told, versionFields, versionView, warningsOf, withEtag } from './versioned.ts'

const tag = ['rules']
const params = z.object({ id: z.string().max(64) })
const failing = z
  .object({ firstAt: time, lastAt: time, count: z.int(), message: z.string() })
  .nullable()
  .openapi({ description: 'since when it fails on messages, how often, and why; null where it does not' })
const shownRule = z.object({ ...ruleSchema.shape, ...about, failing }).openapi('Rule')
const savedRule = shownRule.extend({ warnings: warningsOf('the rule') })
const unusable = z.object({ id: z.string(), ...about, errors: z.array(faultSchema) })
const jsonOrYaml = sentAs(ruleSchema, 'failing')

const list = createRoute({
  method: 'get',
  path: '/rules',
  tags: tag,
  summary: 'The rules in force that may concern your sites, by id',
  request: { query: z.object(page) },
  responses: {
    200: json(
      listOf(shownRule).extend({
        unusable: z.array(unusable).openapi({ description: 'kept and not run: correct them with PUT, or delete them' }),
      }),
      'rules',
    ),
    ...problems(401, 422),
  },
})

const read = createRoute({
  method: 'get',
  path: '/rules/{id}',
  tags: tag,
  summary: 'One rule',
  request: { params },
  responses: { 200: withEtag(shownRule, 'the rule'), ...problems(401, 404, 409) },
})

const versions = createRoute({
  method: 'get',
  path: '/rules/{id}/versions',
  tags: tag,
  summary: 'Who made a rule what it is, when, and what changed; newest first, also of one that was deleted',
  request: { params, query: z.object({ ...page, cursor: z.coerce.number().int().min(1).optional() }) },
  responses: {
    200: json(
      listOf(
        z.object({
          ...versionFields,
          rule: z.record(z.string(), z.unknown()).openapi({ description: 'as it was saved' }),
        }),
      ),
      'versions',
    ),
    ...problems(401, 404, 422),
  },
})

const create = createRoute({
  method: 'post',
  path: '/rules',
  tags: tag,
  summary: 'Add a rule; it is in force at once',
  description: 'Who sees some sites only names sites of his in `scope.sites`.',
  middleware: [allow('engineer'), acceptYaml] as const,
  request: { headers: idempotency, body: jsonOrYaml },
  responses: { 201: withEtag(savedRule, 'the rule'), ...problems(400, 401, 403, 409, 422) },
})

const replace = createRoute({
  method: 'put',
  path: '/rules/{id}',
  tags: tag,
  summary: 'Replace a rule; alarms of devices that it no longer speaks of end',
  middleware: [allow('engineer'), acceptYaml] as const,
  request: { params, headers: ifMatch, body: jsonOrYaml },
  responses: { 200: withEtag(savedRule, 'the rule'), ...problems(400, 401, 403, 404, 412, 422) },
})

const remove = createRoute({
  method: 'delete',
  path: '/rules/{id}',
  tags: tag,
  summary: 'Delete a rule; its open alarms end, their tickets stay',
  middleware: [allow('engineer')] as const,
  request: { params, headers: ifMatch },
  responses: { 204: { description: 'deleted' }, ...problems(401, 403, 404, 412) },
})

export function ruleRoutes(api: Api, engine: Engine, reader: Db): void {
  const view = (stored: Usable) => {
    const faults = engine.world().faults.get(stored.id)
    const failing = faults ? failingView(faults) : null
    return { ...(stored.rule as z.output<typeof ruleSchema>), ...told(stored), failing }
  }
  const savedView = (stored: StoredRule, warnings: readonly RuleFault[]) => ({
    ...view(stored as Usable),
    warnings: [...warnings],
  })
  const visible = (c: Context<Env>, id: string): StoredRule => {
    const stored = engine.world().ruleBook.get(id)
    if (!stored || !seesRule(c.get('principal'), stored)) throw notFound(id)
    return stored
  }

  api.openapi(list, (c) => {
    const { limit, cursor } = c.req.valid('query')
    const seen = [...engine.world().ruleBook.values()].filter((stored) => seesRule(c.get('principal'), stored))
    const usable = seen.filter(isUsable).filter(({ id }) => cursor === undefined || id > cursor)
    const found = usable.sort((a, b) => (a.id < b.id ? -1 : 1))
    const broken = cursor === undefined ? seen.filter((stored) => !isUsable(stored)) : []
    return c.json({ ...pageOf(found, limit, view, ({ id }) => id), unusable: broken.map(unusableView) }, 200)
  })

  api.openapi(read, (c) => {
    const stored = visible(c, c.req.valid('param').id)
    if (!isUsable(stored)) {
      const why = stored.faults.map(({ field, message }) => `${field}: ${message}`).join('; ')
      throw new Refusal('conflict', `rule ${stored.id} can no longer be used: ${why}`)
    }
    c.header('etag', etagOf(stored.version))
    return c.json(view(stored), 200)
  })

  api.openapi(versions, async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const { sites } = c.get('principal')
    const kept = await listRuleVersions(reader, id)
    const seen = kept.filter(({ body }) => concernsSites(body as Pick<Rule, 'scope'>, sites))
    if (seen.length === 0) throw notFound(id)
    const found = seen.filter(({ version }) => cursor === undefined || version < cursor)
    return c.json(
      pageOf(found, limit, ruleVersionView, ({ version }) => String(version)),
      200,
    )
  })

  api.openapi(create, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const checked = checkRule(c.req.valid('json'), engine.now())
    if (!checked.ok) return unfit(c, checked.errors) as never
    const { rule } = await engine.command({ type: 'save_rule', rule: checked.rule, isNew: true }, asked)
    c.header('etag', etagOf(rule!.version))
    return c.json(savedView(rule!, checked.warnings), 201)
  })

  api.openapi(replace, async (c) => {
    const { id } = c.req.valid('param')
    visible(c, id)
    const checked = checkRule(c.req.valid('json'), engine.now())
    if (!checked.ok) return unfit(c, checked.errors) as never
    if (checked.rule.id !== id) {
      return unfit(c, [{ field: 'id', message: `the address names ${id}; a rule keeps its id` }]) as never
    }
    const ifVersions = versionsOf(c.req.valid('header')['if-match'])
    const edit = { type: 'save_rule' as const, rule: checked.rule, isNew: false, ifVersions }
    const { rule } = await engine.command(edit, { by: c.get('principal') })
    c.header('etag', etagOf(rule!.version))
    return c.json(savedView(rule!, checked.warnings), 200)
  })

  api.openapi(remove, async (c) => {
    const ifVersions = versionsOf(c.req.valid('header')['if-match'])
    const edit = { type: 'delete_rule' as const, id: c.req.valid('param').id, ifVersions }
    await engine.command(edit, { by: c.get('principal') })
    return c.body(null, 204)
  })
}

const notFound = (id: string) => new Refusal('not_found', `rule ${id} does not exist`)

type Usable = StoredRule & { rule: Rule }
const isUsable = (stored: StoredRule): stored is Usable => stored.rule !== null

const failingView = ({ firstAt, lastAt, ...rest }: RuleFaults) => ({
  ...rest,
  firstAt: new Date(firstAt).toISOString(),
  lastAt: new Date(lastAt).toISOString(),
})

const unusableView = (stored: StoredRule) => ({ id: stored.id, ...told(stored), errors: [...stored.faults] })

const ruleVersionView = (version: DocumentVersion) => ({ ...versionView(version), rule: { ...version.body } })
