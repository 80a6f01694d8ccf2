import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { EXPLAINED_WAYS, EXPLANATION_MAX } from '../../rules/jobs/explain.ts'
import { type Task, TASK_KINDS } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { listTasks } from '../../rules/storage/tasks.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso, isoOrNull } from '../iso.ts'
import {
  body,
  id,
  idempotency,
  json,
  line,
  listOf,
  oneOrMore,
  page,
  pageOf,
  problems,
  ticketSchema,
  time,
} from './schemas.ts'
import { responderName, ticketView } from './views.ts'

/** What people owe each other around a job: to hand it over, to explain it, to tell who waits for it. */

const tags = ['tasks']
const TASK_STATES = ['open', 'done', 'dropped'] as const
const params = z.object({ id: z.string().max(64) })

const taskSchema = z
  .object({
    id: z.string(),
    site: z.string(),
    ticket: z.string(),
    kind: z.enum(TASK_KINDS),
    assignee: z.string().nullable().openapi({ description: 'a responder; null: whoever is at the desk' }),
    assigneeName: z.string().nullable(),
    dueAt: time.nullable(),
    state: z.enum(TASK_STATES),
    about: z.record(z.string(), z.unknown()).openapi({
      description:
        'tell_resident: `said`, `reason`, `plan` and the `residents` to telephone; explain_delay: which milestone ' +
        'was missed, and the `quote` of what is owed; hand_over: the `quote` of who stays until it is handled; ' +
        'agree_rework: the `followUp` in which the `resident` says why it does not hold, which is the `reason`; ' +
        'agree_appointment: the `wishes`, each with when (`at`, in milliseconds) and who',
    }),
    createdAt: time,
    settledAt: time.nullable(),
    settledBy: z.string().nullable(),
    note: z.string(),
  })
  .openapi('Task')

const list = createRoute({
  method: 'get',
  path: '/tasks',
  tags,
  summary: 'What somebody still has to do beside the work itself, oldest first',
  description: 'A responder sees his own.',
  middleware: [allow('dispatcher', 'engineer', 'responder')] as const,
  request: {
    query: z.object({
      ...page,
      state: oneOrMore(TASK_STATES),
      kind: z.enum(TASK_KINDS).optional(),
      site: id.optional(),
      assignee: z.string().max(100).optional(),
    }),
  },
  responses: { 200: json(listOf(taskSchema), 'tasks'), ...problems(401, 403, 422) },
})

const settle = createRoute({
  method: 'post',
  path: '/tasks/{id}/{action}',
  tags,
  summary: 'A task is done, or dropped with a note that says why',
  description:
    'A responder settles his own. explain_delay, hand_over and agree_rework are done by explain, hand-over and ' +
    'rework of their ticket, agree_appointment by an edit of its work order (`PATCH /tickets/{id}/job`).',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: {
    headers: idempotency,
    params: params.extend({ action: z.enum(['done', 'drop']) }),
    body: {
      required: false,
      content: { 'application/json': { schema: z.strictObject({ note: line(1_000).optional() }) } },
    },
  },
  responses: { 200: json(taskSchema, 'the task after it'), ...problems(400, 401, 403, 404, 409, 422) },
})

const handOver = createRoute({
  method: 'post',
  path: '/tickets/{id}/hand-over',
  tags: ['tickets'],
  summary: 'Hands a job over to somebody by name: its state and its clocks stay as they are',
  description: 'By a dispatcher, or by the responder whose job it is. Allowed in accepted, en_route, on_site, on_hold.',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(z.strictObject({ to: id.openapi({ description: 'a responder' }), note: line(1_000).optional() })),
  },
  responses: { 200: json(ticketSchema, 'the ticket after it'), ...problems(400, 401, 403, 404, 409, 422) },
})

const explain = createRoute({
  method: 'post',
  path: '/tickets/{id}/explain',
  tags: ['tickets'],
  summary: 'Tells who waits why it is late and what the plan is, and logs it',
  description:
    'By a dispatcher, or by the responder whose job it is. Without `way` the residents are told by the ways that ' +
    'they chose; with it somebody says that he told them himself.',
  middleware: [allow('dispatcher', 'responder')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(
      z.strictObject({
        reason: line(EXPLANATION_MAX).min(1),
        plan: line(EXPLANATION_MAX).min(1),
        way: z.enum(EXPLAINED_WAYS).optional(),
      }),
    ),
  },
  responses: { 200: json(ticketSchema, 'the ticket after it'), ...problems(400, 401, 403, 404, 409, 422) },
})

export function taskRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(list, async (c) => {
    const principal = c.get('principal')
    const { limit, cursor, state, kind, site, assignee } = c.req.valid('query')
    const within = site === undefined ? principal.sites : seesSite(principal, site) ? [site] : []
    const whose = principal.role === 'responder' ? principal.name : assignee
    const filter = { sites: within, states: state, kind, assignee: whose, afterId: cursor, limit: limit + 1 }
    const view = (task: Task) => taskView(engine, task)
    return c.json(
      pageOf(await listTasks(reader, filter), limit, view, (task) => task.id),
      200,
    )
  })

  api.openapi(settle, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { id: task, action } = c.req.valid('param')
    const to = action === 'done' ? 'done' : 'dropped'
    const { note } = c.req.valid('json') ?? {}
    const settled = await engine.command({ type: 'settle_task', task, to, note }, asked)
    return c.json(taskView(engine, settled.task!), 200)
  })

  api.openapi(handOver, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const command = { type: 'hand_over', ticket: c.req.valid('param').id, ...c.req.valid('json') } as const
    const { ticket } = await engine.command(command, asked)
    return c.json(ticketView(engine, ticket!), 200)
  })

  api.openapi(explain, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const command = { type: 'explain', ticket: c.req.valid('param').id, ...c.req.valid('json') } as const
    const { ticket } = await engine.command(command, asked)
    return c.json(ticketView(engine, ticket!), 200)
  })
}

function taskView(engine: Engine, task: Task): z.infer<typeof taskSchema> {
  return {
    ...task,
    assigneeName: task.assignee === null ? null : responderName(engine, task.assignee),
    about: { ...task.about },
    dueAt: isoOrNull(task.dueAt),
    createdAt: iso(task.createdAt),
    settledAt: isoOrNull(task.settledAt),
  }
}
