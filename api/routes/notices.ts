import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import {
  type Delivery,
  type Notice,
  NOTICE_KINDS,
  NOTICE_STATES,
  type Principal,
  Refusal,
  type Route,
} from '../../rules/model.ts'
import type { Outbox } from '../../rules/notify/outbox.ts'
import { REACHES, routesTo } from '../../rules/notify/routes.ts'
import { mustSeePlan } from '../../rules/plans/commands.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { deliveriesOf } from '../../rules/storage/deliveries.ts'
import { listNotices, type NoticeFilter } from '../../rules/storage/outbox.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso } from '../iso.ts'
import { id, json, listOf, oneOrMore, page, pageOf, problems, time } from './schemas.ts'
import { visibleTicket } from './tickets.ts'

const tags = ['notices']

const deliverySchema = z.object({
  message: z.string().openapi({ description: 'the same for all that one message told of, and over its retries' }),
  at: time,
  channel: z.string(),
  address: z.string().openapi({ description: "'' where the channel has its own" }),
  result: z.enum(['sent', 'failed', 'held']),
  answer: z.string().openapi({ description: 'what came back, or why not' }),
  tookMs: z.int(),
  gathered: z.int().openapi({ description: 'how many notices the message told of' }),
})

export const noticeSchema = z
  .object({
    id: z.string(),
    kind: z.enum(NOTICE_KINDS),
    state: z.enum(NOTICE_STATES),
    emergency: z.boolean(),
    channel: z.string(),
    address: z.string(),
    recipient: z.string().nullable().openapi({ description: 'a responder; null: whoever listens to the channel' }),
    site: z.string().nullable(),
    alarm: z.string().nullable(),
    ticket: z.string().nullable(),
    step: z.string().nullable(),
    body: z.record(z.string(), z.unknown()),
    attempts: z.int(),
    reason: z.string().nullable().openapi({ description: 'why it is not sent' }),
    insteadOf: z.string().nullable().openapi({ description: 'the notice for which it is another way' }),
    createdAt: time,
    dueAt: time,
    settledAt: time.nullable(),
    deliveries: z.array(deliverySchema).openapi({ description: 'every try, the first first' }),
  })
  .openapi('Notice')

const filters = {
  state: oneOrMore(NOTICE_STATES),
  channel: id.optional(),
  recipient: id.optional().openapi({ description: 'a responder' }),
}

const list = createRoute({
  method: 'get',
  path: '/notices',
  tags,
  summary: 'Who was told what, through which channel, and what came of every try; newest first',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: { query: z.object({ ...page, ...filters, ticket: z.string().max(64).optional() }) },
  responses: { 200: json(listOf(noticeSchema), 'notices'), ...problems(401, 403, 422) },
})

const ofTicket = createRoute({
  method: 'get',
  path: '/tickets/{id}/notices',
  tags,
  summary: 'Who was told of a ticket, through which channel, and what came of every try; newest first',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: { params: z.object({ id: z.string().max(64) }), query: z.object({ ...page, ...filters }) },
  responses: { 200: json(listOf(noticeSchema), 'notices'), ...problems(401, 403, 404, 422) },
})

const testedSchema = z
  .object({
    sent: z.boolean().openapi({ description: 'it got through in at least one way' }),
    answers: z.array(deliverySchema.pick({ channel: true, address: true, result: true, answer: true, tookMs: true })),
  })
  .openapi('TestedRoutes')

const testChannel = createRoute({
  method: 'post',
  path: '/channels/{id}/test',
  tags,
  summary: 'Send a test notice to a channel now, and say what came back',
  middleware: [allow()] as const,
  request: { params: z.object({ id }) },
  responses: { 200: json(testedSchema, 'what came back'), ...problems(401, 403, 404, 409) },
})

const testResponder = createRoute({
  method: 'post',
  path: '/responders/{id}/test',
  tags,
  summary: 'Send a test notice to somebody in every way that reaches him now, and say what came back',
  middleware: [allow()] as const,
  request: { params: z.object({ id }) },
  responses: { 200: json(testedSchema, 'what came back'), ...problems(401, 403, 404, 409) },
})

export function noticeRoutes(api: Api, engine: Engine, reader: Db, outbox: Outbox): void {
  async function pageOfNotices(filter: NoticeFilter) {
    const found = await listNotices(reader, { ...filter, limit: filter.limit + 1 })
    const deliveries = await deliveriesOf(
      reader,
      found.map((notice) => notice.id),
    )
    const view = (notice: Notice) =>
      noticeView(
        notice,
        deliveries.filter((delivery) => delivery.notice === notice.id),
      )
    return pageOf(found, filter.limit, view, (notice) => notice.id)
  }

  api.openapi(list, async (c) => {
    const { limit, cursor, state, channel, recipient, ticket } = c.req.valid('query')
    const { sites } = c.get('principal')
    const filter = { sites, ticket, states: state, channel, recipient, beforeId: cursor, limit }
    return c.json(await pageOfNotices(filter), 200)
  })

  api.openapi(ofTicket, async (c) => {
    const { id: ticketId } = c.req.valid('param')
    const { limit, cursor, state, channel, recipient } = c.req.valid('query')
    await visibleTicket(reader, c.get('principal'), ticketId)
    const filter = { sites: null, ticket: ticketId, states: state, channel, recipient, beforeId: cursor, limit }
    return c.json(await pageOfNotices(filter), 200)
  })

  async function test(to: readonly (Route & { recipient: string | null })[], by: Principal) {
    const { notices } = await engine.command({ type: 'make_test_notices', to }, { by })
    const deliveries = await outbox.sendNow(notices ?? [])
    const answers = deliveries.map(({ channel, address, result, answer, tookMs }) => {
      return { channel, address, result, answer, tookMs }
    })
    return { sent: deliveries.some(({ result }) => result === 'sent'), answers }
  }

  api.openapi(testChannel, async (c) => {
    const { id: channelId } = c.req.valid('param')
    const principal = c.get('principal')
    const { plan: channel } = mustSeePlan(
      principal,
      engine.world().plans.channel.get(channelId),
      `channel ${channelId}`,
    )
    if (REACHES[channel.kind] === 'phone') throw new Refusal('conflict', `${channelId} ${HAS_NO_ADDRESS}`)
    return c.json(await test([{ channel: channelId, address: '', recipient: null }], principal), 200)
  })

  api.openapi(testResponder, async (c) => {
    const { id: responderId } = c.req.valid('param')
    const principal = c.get('principal')
    const { plans } = engine.world()
    const { plan: responder } = mustSeePlan(principal, plans.responder.get(responderId), `responder ${responderId}`)
    const routes = responder.sites.flatMap((site) => routesTo(responder, plans, site))
    const each = new Map(routes.map((route) => [`${route.channel} ${route.address}`, route]))
    if (each.size === 0) throw new Refusal('conflict', `no channel reaches ${responder.name}; ${HOW_TO_REACH}`)
    const to = [...each.values()].map((route) => ({ ...route, recipient: responderId }))
    return c.json(await test(to, principal), 200)
  })
}

const HAS_NO_ADDRESS = 'sends to telephone numbers and has no address of its own; send the test to somebody who has one'
const HOW_TO_REACH =
  'give him a phone number, an e-mail address or his id in a group, and enable a channel that uses it'

function noticeView(notice: Notice, deliveries: readonly Delivery[]): z.infer<typeof noticeSchema> {
  const { id, kind, state, emergency, channel, address, recipient, site, alarm, ticket, step } = notice
  return {
    ...{ id, kind, state, emergency, channel, address, recipient, site, alarm, ticket, step },
    body: { ...notice.body },
    attempts: notice.attempts,
    reason: notice.reason,
    insteadOf: notice.insteadOf,
    createdAt: iso(notice.createdAt),
    dueAt: iso(notice.dueAt),
    settledAt: notice.settledAt === null ? null : iso(notice.settledAt),
    deliveries: deliveries.map(({ notice: _notice, at, ...rest }) => ({ ...rest, at: iso(at) })),
  }
}
