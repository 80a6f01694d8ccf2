import { createRoute, z } from '@hono/zod-openapi'
import type { LadderStep } from '../../rules/model.ts'
import { MILESTONES, PARTIES, STEP_STATES } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { stepsOf } from '../../rules/storage/ladder-steps.ts'
import type { Api } from '../app.ts'
import { json, problems, time } from './schemas.ts'
import { visibleTicket } from './tickets.ts'

const step = z
  .object({
    policy: z.string(),
    position: z.int().openapi({ description: "place in the policy's steps, from 0" }),
    repetition: z.int().openapi({ description: '0, then each time that it came again' }),
    name: z.object({ zh: z.string(), en: z.string() }),
    dueAt: time,
    unless: z.enum(MILESTONES).nullable().openapi({ description: 'stops it; null: only the end of the ticket does' }),
    unlessParty: z.enum(PARTIES),
    state: z.enum(STEP_STATES).openapi({
      description: 'nobody: nobody could be reached, nor by the fallback; silenced: maintenance was in force',
    }),
    settledAt: time.nullable().openapi({ description: 'when it left waiting' }),
    called: z.array(z.string()).openapi({ description: 'ids of responders' }),
  })
  .openapi('LadderStep')

const list = createRoute({
  method: 'get',
  path: '/tickets/{id}/steps',
  tags: ['tickets'],
  summary: "The ladder of a ticket (升级): who is called when, by the steps it began with; in the policy's order",
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 200: json(z.object({ items: z.array(step) }), 'steps and their repetitions'), ...problems(401, 404) },
})

export function stepRoutes(api: Api, reader: Db): void {
  api.openapi(list, async (c) => {
    const ticket = await visibleTicket(reader, c.get('principal'), c.req.valid('param').id)
    return c.json({ items: (await stepsOf(reader, ticket.id)).map(stepView) }, 200)
  })
}

const stepView = ({ policy, position, repetition, dueAt, state, settledAt, called, step }: LadderStep) => ({
  ...{ policy, position, repetition, state },
  name: step.name,
  unless: step.unless,
  unlessParty: step.unlessParty ?? ('property' as const),
  dueAt: new Date(dueAt).toISOString(),
  settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
  called: [...called],
})
