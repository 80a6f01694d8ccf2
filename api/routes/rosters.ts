import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { dutyGaps } from '../../rules/dispatch/gaps.ts'
import { nextDutyChange, onDuty } from '../../rules/dispatch/on-duty.ts'
import { word } from '../../rules/plans/fields.ts'
import { DUTY_DAYS_MAX, isOfSite, rosterStretches } from '../../rules/dispatch/stretches.ts'
import type { Engine } from '../../rules/engine.ts'
import { DAY_MS, Refusal, type Roster } from '../../rules/model.ts'
import { planOf } from '../../rules/plans/book.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Api } from '../app.ts'
import { allow, type Env } from '../auth.ts'
import { iso } from '../iso.ts'
import { body, id, idempotency, json, line, listOf, page, problems, time, timeWithZone } from './schemas.ts'
import { overrideView } from './views.ts'

const tag = ['rosters']
const rosterId = z.object({ id: z.string().max(64) })
const DAYS = 7
const AWAY_MAX_MS = 400 * DAY_MS

const override = z
  .object({
    id: z.string(),
    from: time,
    until: time,
    out: z.string().nullable(),
    in: z.string().nullable(),
    reason: z.string(),
    by: z.string(),
  })
  .openapi('DutyOverride')
const reason = line(500).default('')
const stint = z.strictObject({ responder: id, from: timeWithZone, until: timeWithZone })
const period = {
  from: timeWithZone.optional().openapi({ description: 'absent: now' }),
  to: timeWithZone.optional().openapi({ description: `absent: ${DAYS} days after; at most ${DUTY_DAYS_MAX}` }),
}
/** What is worked out has no rows: a page begins after so many. */
const counted = { ...page, cursor: z.coerce.number().int().min(0).default(0) }

export const onDutySchema = z.object({
  at: time,
  changesAt: time.nullable().openapi({ description: 'null: not within 62 days' }),
  items: z.array(
    z.object({
      responder: z.string(),
      name: z.string(),
      skills: z.array(z.string()),
      roles: z.array(z.string()),
      crew: z.object({ id: z.string(), name: z.string() }).nullable(),
      roster: z.string(),
      rotation: z.string().nullable().openapi({ description: 'null: added by an override' }),
      leaving: z.boolean().openapi({ description: 'his shift is over; he stays for the handover' }),
    }),
  ),
})

const standIn = createRoute({
  method: 'post',
  path: '/rosters/{id}/overrides',
  tags: tag,
  summary: 'Somebody stands in (替班), is missing, or is added for a while',
  description:
    'With both `out` and `in` the one comes whenever the other would be on duty; with `in` alone he is there all the ' +
    'time, beside the others. From a day ago to 400 days ahead, for 62 days at most.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    params: rosterId,
    body: body(
      z.strictObject({
        from: timeWithZone,
        until: timeWithZone,
        out: id.nullable().default(null),
        in: id.nullable().default(null),
        reason,
      }),
    ),
  },
  responses: { 201: json(override, 'the override'), ...problems(400, 401, 403, 404, 409, 422) },
})

const end = createRoute({
  method: 'delete',
  path: '/rosters/{id}/overrides/{override}',
  tags: tag,
  summary: 'End an override now, or take back one that has not begun',
  middleware: [allow('dispatcher')] as const,
  request: { headers: idempotency, params: rosterId.extend({ override: z.string().max(64) }) },
  responses: { 204: { description: 'ended' }, ...problems(401, 403, 404, 409) },
})

const swap = createRoute({
  method: 'post',
  path: '/rosters/{id}/swap',
  tags: tag,
  summary: 'Two people swap shifts (换班): two overrides',
  description: "Each must be on duty in his own stretch and not in the other's.",
  middleware: [allow('dispatcher')] as const,
  request: { headers: idempotency, params: rosterId, body: body(z.strictObject({ one: stint, other: stint, reason })) },
  responses: {
    201: json(z.object({ items: z.array(override) }), 'the overrides'),
    ...problems(400, 401, 403, 404, 409, 422),
  },
})

const shifts = createRoute({
  method: 'get',
  path: '/rosters/{id}/shifts',
  tags: tag,
  summary: 'Who is on duty when, by time; a stretch may begin before and end after what was asked for',
  request: {
    params: rosterId,
    query: z.object({
      ...counted,
      ...period,
      site: id.optional().openapi({ description: 'in whose time and with whose people; absent: its first site' }),
    }),
  },
  responses: {
    200: json(
      listOf(
        z.object({
          responder: z.string(),
          name: z.string(),
          rotation: z.string().nullable(),
          crew: z.string().nullable(),
          override: z.string().nullable().openapi({ description: 'by which he is here' }),
          from: time,
          to: time,
        }),
      ),
      'stretches',
    ),
    ...problems(401, 404, 422),
  },
})

const present = createRoute({
  method: 'get',
  path: '/on-duty',
  tags: tag,
  summary: 'Who is on duty at a site, in the order in which they are called',
  request: { query: z.object({ site: id, at: timeWithZone.optional().openapi({ description: 'absent: now' }) }) },
  responses: {
    200: json(onDutySchema, 'people'),
    ...problems(401, 404, 422),
  },
})

const gaps = createRoute({
  method: 'get',
  path: '/duty-gaps',
  tags: tag,
  summary: 'When nobody with a skill that the rosters of a site name is on duty; by skill, then by time',
  request: {
    query: z.object({
      ...counted,
      ...period,
      site: id,
      skill: word.optional().openapi({ description: 'only this one, whether a roster names it or not' }),
    }),
  },
  responses: {
    200: json(
      listOf(z.object({ site: z.string(), roster: z.string().nullable(), skill: z.string(), from: time, to: time })),
      'gaps',
    ),
    ...problems(401, 404, 422),
  },
})

export function rosterRoutes(api: Api, engine: Engine): void {
  const visible = (c: Context<Env>, rosterId: string): Roster => {
    const roster = planOf(engine.world().plans, 'roster', rosterId)
    const mine = roster?.sites.filter((site) => seesSite(c.get('principal'), site)) ?? []
    if (!roster || mine.length === 0) throw new Refusal('not_found', `roster ${rosterId} does not exist`)
    return { ...roster, sites: mine }
  }
  const timezoneOf = (c: Context<Env>, site: string): string => {
    const found = engine.world().sites.get(site)
    if (!found || !seesSite(c.get('principal'), site)) throw new Refusal('not_found', `site ${site} does not exist`)
    return found.timezone
  }
  const askedBy = (c: Context<Env>, key: string | undefined) => ({ by: c.get('principal'), idempotencyKey: key })

  api.openapi(standIn, async (c) => {
    const { from, until, ...rest } = c.req.valid('json')
    const edit = { ...rest, roster: c.req.valid('param').id, from: Date.parse(from), until: Date.parse(until) }
    const asked = askedBy(c, c.req.valid('header')['idempotency-key'])
    const done = await engine.command({ type: 'override_duty', ...edit }, asked)
    return c.json(overrideView((done.plan!.plan as Roster).overrides.at(-1)!), 201)
  })

  api.openapi(end, async (c) => {
    const { id: roster, override } = c.req.valid('param')
    const asked = askedBy(c, c.req.valid('header')['idempotency-key'])
    await engine.command({ type: 'end_override', roster, override }, asked)
    return c.body(null, 204)
  })

  api.openapi(swap, async (c) => {
    const { one, other, reason } = c.req.valid('json')
    const edit = { roster: c.req.valid('param').id, one: inMs(one), other: inMs(other), reason }
    const asked = askedBy(c, c.req.valid('header')['idempotency-key'])
    const done = await engine.command({ type: 'swap_shifts', ...edit }, asked)
    return c.json({ items: (done.plan!.plan as Roster).overrides.slice(-2).map(overrideView) }, 201)
  })

  api.openapi(shifts, (c) => {
    const query = c.req.valid('query')
    const roster = visible(c, c.req.valid('param').id)
    const site = query.site ?? roster.sites[0]!
    if (!roster.sites.includes(site)) throw new Refusal('not_found', `roster ${roster.id} is not for site ${site}`)
    const { plans } = engine.world()
    const { from, to } = periodOf(query, engine.now())
    const found = rosterStretches(plans, roster, timezoneOf(c, site), from, to)
      .filter((each) => !each.leaving && isOfSite(plans, site, each.responder))
      .sort((a, b) => a.from - b.from)
    const view = ({ responder, rotation, crew, override, ...each }: (typeof found)[number]) => ({
      ...{ responder, name: planOf(plans, 'responder', responder)!.name, rotation, crew, override },
      ...stretchView(each),
    })
    return c.json(pageFrom(found, query, view), 200)
  })

  api.openapi(present, (c) => {
    const { site, at: asked } = c.req.valid('query')
    const timezone = timezoneOf(c, site)
    const at = asked === undefined ? engine.now() : Date.parse(asked)
    mustBeNear(at, engine.now())
    const { plans } = engine.world()
    const items = onDuty(plans, site, timezone, at).map(({ responder, crew, roster, rotation, leaving }) => {
      const { name, skills, roles } = planOf(plans, 'responder', responder)!
      const ofCrew = crew === null ? null : { id: crew, name: planOf(plans, 'crew', crew)!.name }
      return { responder, name, skills: [...skills], roles: [...roles], crew: ofCrew, roster, rotation, leaving }
    })
    const changesAt = nextDutyChange(plans, site, timezone, at)
    return c.json({ at: iso(at), changesAt: changesAt === null ? null : iso(changesAt), items }, 200)
  })

  api.openapi(gaps, (c) => {
    const query = c.req.valid('query')
    const { site, skill } = query
    const timezone = timezoneOf(c, site)
    const { from, to } = periodOf(query, engine.now())
    const named = skill === undefined ? undefined : [skill]
    const found = dutyGaps(engine.world().plans, site, timezone, from, to, named)
    const view = ({ site, roster, skill, ...gap }: (typeof found)[number]) => ({
      site,
      roster,
      skill,
      ...stretchView(gap),
    })
    return c.json(pageFrom(found, query, view), 200)
  })
}

const stretchView = ({ from, to }: { from: number; to: number }) => ({ from: iso(from), to: iso(to) })
const inMs = ({ responder, from, until }: z.infer<typeof stint>) => ({
  responder,
  from: Date.parse(from),
  until: Date.parse(until),
})

function periodOf(asked: { from?: string | undefined; to?: string | undefined }, now: number) {
  const from = asked.from === undefined ? now : Date.parse(asked.from)
  const to = asked.to === undefined ? from + DAYS * DAY_MS : Date.parse(asked.to)
  mustBeNear(from, now)
  if (to <= from) throw new Refusal('invalid', '`from` must be before `to`')
  if (to - from > DUTY_DAYS_MAX * DAY_MS) {
    throw new Refusal('invalid', `at most ${DUTY_DAYS_MAX} days; move \`from\` or \`to\``)
  }
  return { from, to }
}

function mustBeNear(at: number, now: number): void {
  if (Math.abs(at - now) > AWAY_MAX_MS)
    throw new Refusal('invalid', 'at most 400 days ago or ahead; ask for a nearer time')
}

function pageFrom<T, V>(
  found: readonly T[],
  { limit, cursor }: { limit: number; cursor: number },
  view: (item: T) => V,
) {
  const next = cursor + limit < found.length ? String(cursor + limit) : null
  return { items: found.slice(cursor, cursor + limit).map(view), next }
}
