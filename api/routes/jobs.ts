import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { CALL_REASONS, DAY_MS, type Ticket, type TicketCall, WORKING_STATES } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { callsWaitingFor } from '../../rules/storage/ticket-calls.ts'
import { listTickets, ticketsByIds } from '../../rules/storage/tickets.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso } from '../iso.ts'
import { json, LIMIT_MAX, problems, ticketSchema, time } from './schemas.ts'
import { ticketView } from './views.ts'

/** A job that is done waits for its signature; so long after it nobody has to have it at hand any more. */
const COMPLETED_SHOWN_MS = DAY_MS
const HIS_STATES = [...WORKING_STATES, 'completed'] as const

export const ownJobSchema = ticketSchema.extend({
  called: z.object({ at: time, reason: z.enum(CALL_REASONS) }).nullable(),
})

const mine = createRoute({
  method: 'get',
  path: '/jobs/mine',
  tags: ['jobs'],
  summary: 'The jobs of the responder who asks, newest first',
  description:
    'Those assigned to him, until they are signed for, or for 24 hours after he completed them; and those that he ' +
    'was called to, has not declined and may still accept: `called` says when and why.',
  middleware: [allow('responder')] as const,
  responses: {
    200: json(
      z.object({ items: z.array(ownJobSchema) }),
      `his jobs, at most ${LIMIT_MAX} that he has and as many calls`,
    ),
    ...problems(401, 403),
  },
})

export function jobRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(mine, async (c) => {
    const by = c.get('principal')
    const assigned = await listTickets(reader, {
      sites: by.sites,
      states: HIS_STATES,
      assignee: by.name,
      limit: LIMIT_MAX,
    })
    const calls = new Map((await callsWaitingFor(reader, by.name, LIMIT_MAX)).map((call) => [call.ticket, call]))
    const called = await ticketsByIds(reader, [...calls.keys()])
    const his = new Map([...called, ...assigned].map((ticket) => [ticket.id, ticket]))
    const items = [...his.values()]
      .filter((ticket) => seesSite(by, ticket.site) && isAtHand(ticket, engine.now()))
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .map((ticket) => ({ ...ticketView(engine, ticket), called: calledView(calls.get(ticket.id)) }))
    return c.json({ items }, 200)
  })
}

function isAtHand({ state, job, updatedAt }: Ticket, now: number): boolean {
  return state !== 'completed' || now - (job.completedAt ?? updatedAt) < COMPLETED_SHOWN_MS
}

function calledView(call: TicketCall | undefined) {
  return call === undefined ? null : { at: iso(call.at), reason: call.reason }
}
