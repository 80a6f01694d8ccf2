import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Engine } from '../../rules/engine.ts'
import {
  type DocumentVersion,
  type PlanKind,
  type Plans,
  type Principal,
  type Role,
  type StoredPlan,
} from '../../rules/model.ts'
import { withPlan } from '../../rules/plans/book.ts'
import { checkPlan, type PlanSurroundings, sitesOfPlan } from '../../rules/plans/check.ts'
import { mustSeePlan, type PlanCommand, seesPlan } from '../../rules/plans/commands.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { listPlanVersions } from '../../rules/storage/plans.ts'
import type { Api } from '../app.ts'
import { allow, type Env } from '../auth.ts'
import { etagOf, versionsOf } from '../etag.ts'
import { unfit } from '../problem.ts'
import { acceptYaml } from '../yaml.ts'
import { id as siteId, idempotency, json, listOf, page, pageOf, problems } from './schemas.ts'
import { about, ifMatch, sentAs, told, versionFields, versionView, warningsOf, withEtag } from './versioned.ts'

/** What is the same for every kind of plan: list, read, add, replace, delete, and its versions. */
export interface PlanRoutes<K extends PlanKind> {
  kind: K
  /** `commitments` */
  path: string
  /** `Commitment` */
  name: string
  /** In words, with the Chinese name: `A commitment (服务承诺)`. */
  says: string
  schema: z.ZodObject
  /** Who reads them; every role where absent. */
  readers?: readonly Role[]
  writers: readonly Role[]
  /** What of it may be shown; all of it where absent. */
  show?: (plan: Plans[K]) => Record<string, unknown>
  /** What is written, from what was sent and what was there; what was sent where absent. Throws `Refusal`. */
  take?: (sent: Plans[K], earlier: Plans[K] | undefined, by: Principal) => Plans[K]
}

const params = z.object({ id: z.string().max(64) })

type SavePlan = Extract<PlanCommand, { type: 'save_plan' }>

export const dryRun = z.object({
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'true: nothing is saved; the answer has the warnings that saving would have' }),
})
export const isDry = (query: z.infer<typeof dryRun>) => query.dryRun === 'true'

/** Mounts them. Answers what further routes of the kind need: how a plan is shown, and what keeps one out. */
export function planRoutes<K extends PlanKind>(api: Api, engine: Engine, reader: Db, of: PlanRoutes<K>) {
  const { kind, path, name, says, schema, readers, writers, show = (plan) => ({ ...plan }), take = (sent) => sent } = of
  const tags = [path]
  const shown = z.object({ ...schema.shape, ...about }).openapi(name)
  const saved = shown.extend({ warnings: warningsOf('it') })
  const jsonOrYaml = sentAs(schema)
  const reading = readers === undefined ? [] : [allow(...readers)]

  const surroundings = (): PlanSurroundings => {
    const { plans, sites } = engine.world()
    return { book: plans, sites, now: engine.now() }
  }
  const surroundingsWith = (trial: StoredPlan<K>): PlanSurroundings => {
    const around = surroundings()
    return { ...around, book: withPlan(around.book, kind, trial.id, trial) }
  }
  const view = (stored: StoredPlan, around = surroundings()) => ({
    ...show(stored.plan as Plans[K]),
    ...told(stored),
    warnings: warningsNow(stored, around),
  })
  /** What was in order when it was saved may be none by now, since others have changed. */
  const warningsNow = ({ plan }: StoredPlan, around: PlanSurroundings) => {
    const { errors, warnings } = checkPlan(kind, plan as Plans[K], around)
    return [...errors, ...warnings]
  }
  const visible = (c: Context<Env>, id: string): StoredPlan => {
    const stored: StoredPlan | undefined = engine.world().plans[kind].get(id)
    return mustSeePlan(c.get('principal'), stored, `${kind} ${id}`)
  }
  /** Errors with their places; `null` where it can be saved. */
  const errorsOf = (plan: Plans[K]) => {
    const trial: StoredPlan<K> = { kind, id: plan.id, plan, version: 0, updatedAt: 0, updatedBy: '' }
    const { errors } = checkPlan(kind, plan, surroundingsWith(trial))
    return errors.length > 0 ? errors : null
  }
  /** What saving would warn of, while nothing is saved. */
  const preview = async (edit: Omit<SavePlan, 'type' | 'kind'>, by: Principal) => {
    const { plan } = await engine.command({ type: 'save_plan', kind, ...edit, dryRun: true }, { by })
    return view(plan!, surroundingsWith(plan as StoredPlan<K>))
  }

  const list = createRoute({
    method: 'get',
    path: `/${path}`,
    tags,
    summary: `${says}: those that concern your sites, by id`,
    middleware: reading,
    request: { query: z.object({ ...page, site: siteId.optional() }) },
    responses: { 200: json(listOf(saved), path), ...problems(401, 403, 422) },
  })
  api.openapi(list, (c) => {
    const { limit, cursor, site } = c.req.valid('query')
    const principal = c.get('principal')
    const all: Iterable<StoredPlan> = engine.world().plans[kind].values()
    const found = [...all]
      .filter((stored) => seesPlan(principal, stored) && (cursor === undefined || stored.id > cursor))
      .filter(({ plan }) => {
        const sites = sitesOfPlan(plan)
        return site === undefined || (seesSite(principal, site) && (sites === null || sites.includes(site)))
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const around = surroundings()
    const shown = (stored: StoredPlan) => view(stored, around)
    return c.json(pageOf(found, limit, shown, ({ id }) => id) as never, 200)
  })

  const read = createRoute({
    method: 'get',
    path: `/${path}/{id}`,
    tags,
    summary: `${says}: one`,
    middleware: reading,
    request: { params },
    responses: { 200: withEtag(saved, 'as it is'), ...problems(401, 403, 404) },
  })
  api.openapi(read, (c) => {
    const stored = visible(c, c.req.valid('param').id)
    c.header('etag', etagOf(stored.version))
    return c.json(view(stored) as never, 200)
  })

  const versions = createRoute({
    method: 'get',
    path: `/${path}/{id}/versions`,
    tags,
    summary: `${says}: who made it what it is, when, and what changed; newest first`,
    middleware: reading,
    request: { params, query: z.object({ ...page, cursor: z.coerce.number().int().min(1).optional() }) },
    responses: {
      200: json(
        listOf(
          z.object({
            ...versionFields,
            body: z.record(z.string(), z.unknown()).openapi({ description: 'as it was saved' }),
          }),
        ),
        'versions',
      ),
      ...problems(401, 403, 404, 422),
    },
  })
  api.openapi(versions, async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    visible(c, id)
    const kept = await listPlanVersions(reader, kind, id)
    const found = kept.filter(({ version }) => cursor === undefined || version < cursor)
    const shownVersion = (version: DocumentVersion) => ({
      ...versionView(version),
      body: show(version.body as unknown as Plans[K]),
    })
    return c.json(pageOf(found, limit, shownVersion, ({ version }) => String(version)) as never, 200)
  })

  const create = createRoute({
    method: 'post',
    path: `/${path}`,
    tags,
    summary: `${says}: add one; it is in force at once`,
    description: 'Who sees some sites only names sites of his in `sites`.',
    middleware: [allow(...writers), acceptYaml],
    request: { headers: idempotency, query: dryRun, body: jsonOrYaml },
    responses: {
      200: json(saved, 'with dryRun: as it would be'),
      201: withEtag(saved, 'as it is saved'),
      ...problems(400, 401, 403, 409, 422),
    },
  })
  api.openapi(create, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const plan = take(c.req.valid('json') as unknown as Plans[K], undefined, asked.by)
    const errors = errorsOf(plan)
    if (errors) return unfit(c, errors) as never
    if (isDry(c.req.valid('query'))) return c.json((await preview({ plan, isNew: true }, asked.by)) as never, 200)
    const done = await engine.command({ type: 'save_plan', kind, plan, isNew: true }, asked)
    c.header('etag', etagOf(done.plan!.version))
    return c.json(view(done.plan!) as never, 201)
  })

  const replace = createRoute({
    method: 'put',
    path: `/${path}/{id}`,
    tags,
    summary: `${says}: replace one; running tickets keep what they opened with`,
    middleware: [allow(...writers), acceptYaml],
    request: { params, headers: ifMatch, query: dryRun, body: jsonOrYaml },
    responses: { 200: withEtag(saved, 'as it is saved'), ...problems(400, 401, 403, 404, 412, 422) },
  })
  api.openapi(replace, async (c) => {
    const { id } = c.req.valid('param')
    const earlier = visible(c, id).plan as Plans[K]
    const plan = take(c.req.valid('json') as unknown as Plans[K], earlier, c.get('principal'))
    if (plan.id !== id) return unfit(c, [{ field: 'id', message: `the address names ${id}; it keeps its id` }]) as never
    const errors = errorsOf(plan)
    if (errors) return unfit(c, errors) as never
    const ifVersions = versionsOf(c.req.valid('header')['if-match'])
    const edit = { plan, isNew: false, ...(ifVersions && { ifVersions }) }
    const by = c.get('principal')
    if (isDry(c.req.valid('query'))) return c.json((await preview(edit, by)) as never, 200)
    const done = await engine.command({ type: 'save_plan', kind, ...edit }, { by })
    c.header('etag', etagOf(done.plan!.version))
    return c.json(view(done.plan!) as never, 200)
  })

  const remove = createRoute({
    method: 'delete',
    path: `/${path}/{id}`,
    tags,
    summary: `${says}: delete one; running tickets keep what they opened with`,
    middleware: [allow(...writers)],
    request: { params, headers: ifMatch },
    responses: { 204: { description: 'deleted' }, ...problems(401, 403, 404, 409, 412) },
  })
  api.openapi(remove, async (c) => {
    const ifVersions = versionsOf(c.req.valid('header')['if-match'])
    const { id } = c.req.valid('param')
    const edit = { type: 'delete_plan' as const, kind, id, ...(ifVersions && { ifVersions }) }
    await engine.command(edit, { by: c.get('principal') })
    return c.body(null, 204)
  })

  return { saved, view, errorsOf, preview }
}
