import { createRoute, z } from '@hono/zod-openapi'
import { wallTime, firstShown, lastShown } from '../../rules/calendar/zone.ts'
import type { Engine } from '../../rules/engine.ts'
import { askedFrom } from '../../rules/follow-ups/rainy-day.ts'
import { DAY_MS, FOLLOW_UP_FAULTS, type FollowUp, type Grade, Refusal, type Ticket } from '../../rules/model.ts'
import { mustSee, seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { type FollowUpFilter, listFollowUps } from '../../rules/storage/follow-up-queue.ts'
import { findFollowUp } from '../../rules/storage/follow-ups.ts'
import { firstReports, listSamples, type Resident } from '../../rules/storage/samples.ts'
import { ticketsByIds } from '../../rules/storage/tickets.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso, isoOrNull } from '../iso.ts'
import { complaintRoutes } from './complaints.ts'
import { body, id, idempotency, json, line, listOf, page, pageOf, problems, time, timeWithZone } from './schemas.ts'
import { responderName } from './views.ts'
import { weatherRoutes } from './weather.ts'

const tag = ['follow-ups']
const params = z.object({ id: z.string().max(64) })
const WAYS = ['telephone', 'visit', 'online', 'intercom'] as const
const way = z.enum(WAYS).openapi({ description: 'one of `ways`' })

const followUpSchema = z
  .object({
    id: z.string(),
    site: z.string(),
    ticket: z.object({
      id: z.string(),
      number: z.string(),
      title: z.string(),
      titles: z.object({ zh: z.string(), en: z.string() }),
      location: z.string(),
      priority: z.string(),
      assignee: z.string().nullable(),
      assigneeName: z.string().nullable(),
    }),
    resident: z
      .object({ name: z.string(), household: z.string(), phone: z.string().optional() })
      .openapi({ description: 'the telephone number for who telephones: dispatcher and admin' }),
    state: z.enum(['waiting', 'open', 'done', 'dropped']).openapi({
      description: '`waiting`: for the first rainy day after the work',
    }),
    by: z.string().nullable().openapi({ description: 'who asks, as the commitment names him' }),
    ways: z.array(z.enum(WAYS)).openapi({ description: 'where it was promised by telephone first' }),
    quote: z.string(),
    reason: z.enum(['time', 'rain', 'monthly_sample']).openapi({ description: 'what it is due after' }),
    completedAt: time,
    askFrom: time.nullable().openapi({ description: 'not before: the end of the rainy day' }),
    dueAt: time.nullable(),
    overdue: z.boolean(),
    rainyDay: z.string().nullable().openapi({ description: 'YYYY-MM-DD local' }),
    attempts: z.array(z.object({ at: time, by: z.string(), way: z.enum(WAYS), note: z.string() })),
    answer: z
      .object({
        at: time,
        by: z.string(),
        way: z.enum(WAYS),
        grade: z.int().openapi({ description: '5 很满意, 4 满意, 3 一般, 2 不满意, 1 很不满意' }),
        reason: z.string(),
        faults: z.array(z.enum(FOLLOW_UP_FAULTS)),
        rework: z.string().nullable().openapi({ description: 'the ticket that repairs it again' }),
        complaint: z.string().nullable().openapi({ description: 'the complaint that it became' }),
        apology: z.string().nullable().openapi({ description: 'the task to apologise at the door' }),
      })
      .nullable(),
  })
  .openapi('FollowUp')

const list = createRoute({
  method: 'get',
  path: '/follow-ups',
  tags: tag,
  summary: "The customer-service supervisor's queue (回访): what is due first, first",
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: {
    query: z.object({
      ...page,
      state: z.enum(['open', 'waiting', 'done', 'dropped']).default('open'),
      site: id.optional(),
      ticket: z.string().max(64).optional(),
      due: z.enum(['overdue', 'today']).optional().openapi({ description: 'today: by the time of each site' }),
      by: line(100).optional().openapi({ description: 'who asks, as the commitment names him' }),
    }),
  },
  responses: { 200: json(listOf(followUpSchema), 'follow-ups'), ...problems(401, 403, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/follow-ups/{id}',
  tags: tag,
  summary: 'One follow-up',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: { params },
  responses: { 200: json(followUpSchema, 'the follow-up'), ...problems(401, 403, 404) },
})

const attempt = createRoute({
  method: 'post',
  path: '/follow-ups/{id}/attempt',
  tags: tag,
  summary: 'Nobody was reached: it is written down and stays open',
  middleware: [allow('dispatcher')] as const,
  request: { headers: idempotency, params, body: body(z.strictObject({ way, note: line(1_000).default('') })) },
  responses: { 200: json(followUpSchema, 'the follow-up'), ...problems(400, 401, 403, 404, 409, 422) },
})

const answer = createRoute({
  method: 'post',
  path: '/follow-ups/{id}/answer',
  tags: tag,
  summary: 'What the resident says, and what follows from it',
  description:
    'A grade below 4 needs its `reason`. The fault quality opens a rework by appointment, free, and needs ' +
    '`appointmentAt` unless one is open already; answered online it opens the task agree_rework instead. Attitude ' +
    'and lateness give who was there the task to apologise at the door within 24 hours; a grade of 2 or 1 becomes a ' +
    'complaint. Once: then 409.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(
      z.strictObject({
        way,
        grade: z.int().min(1).max(5).openapi({ description: '5 很满意, 4 满意, 3 一般, 2 不满意, 1 很不满意' }),
        reason: line(1_000).default(''),
        faults: z
          .array(z.enum(FOLLOW_UP_FAULTS))
          .max(FOLLOW_UP_FAULTS.length)
          .refine((all) => new Set(all).size === all.length, 'each once')
          .default([]),
        appointmentAt: timeWithZone.optional().openapi({ description: 'of the rework' }),
        note: line(1_000).optional(),
      }),
    ),
  },
  responses: { 200: json(followUpSchema, 'the follow-up'), ...problems(400, 401, 403, 404, 409, 422) },
})

const sampleSchema = z
  .object({
    site: z.string(),
    month: z.string().openapi({ example: '2026-11' }),
    seed: z.int().openapi({
      description: 'of the tickets of all households, those whose SHA-256 of `<seed>:<ticket id>` comes first',
    }),
    drawnAt: time,
    population: z.int().openapi({ description: 'households that could have been drawn' }),
    taken: z.array(z.string()).openapi({ description: 'ids of tickets' }),
  })
  .openapi('FollowUpSample')

const samples = createRoute({
  method: 'get',
  path: '/follow-ups/samples',
  tags: tag,
  summary: 'Which households of each month were drawn to be asked, newest first',
  middleware: [allow('dispatcher', 'engineer', 'viewer')] as const,
  request: { query: z.object({ ...page, site: id }) },
  responses: { 200: json(listOf(sampleSchema), 'samples'), ...problems(401, 403, 404, 422) },
})

/** With the weather that they wait for, and the complaints that they find. */
export function followUpRoutes(api: Api, engine: Engine, reader: Db): void {
  weatherRoutes(api, engine, reader)
  complaintRoutes(api, engine, reader)

  api.openapi(samples, async (c) => {
    const { limit, cursor, site } = c.req.valid('query')
    mustSee(c.get('principal'), site, `site ${site}`)
    const found = await listSamples(reader, site, limit + 1, cursor)
    const view = ({ drawnAt, taken, ...sample }: (typeof found)[number]) => {
      return { ...sample, drawnAt: iso(drawnAt), taken: [...taken] }
    }
    return c.json(
      pageOf(found, limit, view, ({ month }) => month),
      200,
    )
  })

  api.openapi(list, async (c) => {
    const { limit, cursor, site, due, ...filter } = c.req.valid('query')
    const principal = c.get('principal')
    const sites = site === undefined ? principal.sites : seesSite(principal, site) ? [site] : []
    const after = cursor === undefined ? undefined : readCursor(cursor)
    const windows = due === undefined ? {} : { due: windowsOf(engine, sites, due) }
    const found = await listFollowUps(reader, { ...filter, sites, ...windows, after, limit: limit + 1 })
    const show = await showing(engine, reader, found, mayTelephone(principal.role))
    return c.json(pageOf(found, limit, show, cursorOf), 200)
  })

  api.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const principal = c.get('principal')
    const found = await findFollowUp(reader, id)
    if (!found || !seesSite(principal, found.site)) throw new Refusal('not_found', `follow-up ${id} does not exist`)
    return c.json(await shown(found, mayTelephone(principal.role)), 200)
  })

  api.openapi(attempt, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const command = { type: 'attempt_follow_up', followUp: c.req.valid('param').id, ...c.req.valid('json') } as const
    const { followUp } = await engine.command(command, asked)
    return c.json(await shown(followUp!, true), 200)
  })

  api.openapi(answer, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { grade, appointmentAt, ...said } = c.req.valid('json')
    const agreed = appointmentAt === undefined ? {} : { appointmentAt: Date.parse(appointmentAt) }
    const answered = { ...said, ...agreed, grade: grade as Grade }
    const command = { type: 'answer_follow_up', followUp: c.req.valid('param').id, ...answered } as const
    const { followUp } = await engine.command(command, asked)
    return c.json(await shown(followUp!, true), 200)
  })

  async function shown(followUp: FollowUp, telephones: boolean) {
    return (await showing(engine, reader, [followUp], telephones))(followUp)
  }
}

const mayTelephone = (role: string) => role === 'admin' || role === 'dispatcher'

const cursorOf = ({ dueAt, id }: FollowUp) => `${dueAt ?? ''}.${id}`

function readCursor(cursor: string): FollowUpFilter['after'] {
  const [, dueAt, id] = /^(\d{0,15})\.(\w{1,64})$/.exec(cursor) ?? []
  if (dueAt === undefined || id === undefined) throw new Refusal('invalid', 'cursor: send `next` of the page before')
  return { dueAt: dueAt === '' ? null : Number(dueAt), id }
}

/** Sites of one time zone are asked for together. */
function windowsOf(engine: Engine, sites: readonly string[] | null, due: 'overdue' | 'today') {
  const now = engine.now()
  const all = [...engine.world().sites.values()].filter(({ id }) => sites?.includes(id) ?? true)
  if (due === 'overdue') return [{ sites: all.map(({ id }) => id), from: 0, to: now }]
  return [...new Set(all.map(({ timezone }) => timezone))].map((timezone) => {
    const midnight = Math.floor(wallTime(timezone, now) / DAY_MS) * DAY_MS
    // What is due at midnight is still of the day that it ends.
    const [from, to] = [firstShown(timezone, midnight) + 1, lastShown(timezone, midnight + DAY_MS) + 1]
    return { sites: all.filter((site) => site.timezone === timezone).map(({ id }) => id), from, to }
  })
}

async function showing(engine: Engine, reader: Db, found: readonly FollowUp[], telephones: boolean) {
  const ids = [...new Set(found.map(({ ticket }) => ticket))]
  const tickets = new Map((await ticketsByIds(reader, ids)).map((ticket) => [ticket.id, ticket]))
  const reports = await firstReports(reader, ids)
  return (followUp: FollowUp) => {
    const ticket = tickets.get(followUp.ticket)!
    const resident = reports.get(ticket.id) ?? ticket.reporter ?? {}
    return followUpView(engine, followUp, ticket, telephones ? resident : { ...resident, phone: undefined })
  }
}

function followUpView(
  engine: Engine,
  followUp: FollowUp,
  { id, number, title, location, priority, assignee }: Ticket,
  { name = '', household = '', phone }: { [K in keyof Resident]?: Resident[K] | undefined },
): z.infer<typeof followUpSchema> {
  const { rule, answer, attempts, ticket: _ticket, ...rest } = followUp
  const timezone = engine.world().sites.get(followUp.site)?.timezone ?? 'UTC'
  const named = { assignee, assigneeName: assignee === null ? null : responderName(engine, assignee) }
  return {
    ...rest,
    ticket: { id, number, title: title.zh, titles: title, location, priority, ...named },
    resident: { name, household, ...(phone !== undefined && { phone }) },
    by: rule.by ?? null,
    ways: [...rule.ways],
    quote: rule.quote,
    reason: typeof rule.due === 'string' ? rule.due : 'time',
    completedAt: iso(followUp.completedAt),
    askFrom: isoOrNull(askedFrom(followUp, timezone)),
    dueAt: isoOrNull(followUp.dueAt),
    overdue: followUp.state === 'open' && followUp.dueAt !== null && followUp.dueAt < engine.now(),
    attempts: attempts.map((each) => ({ ...each, at: iso(each.at) })),
    answer: answer === null ? null : { ...answer, at: iso(answer.at), faults: [...answer.faults] },
  }
}
