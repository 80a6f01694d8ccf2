import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { type Principal, Refusal, type Survey } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { answerOf, type Asked, completionSurvey, findSurvey } from '../../rules/storage/surveys.ts'
import { ticketsByIds } from '../../rules/storage/tickets.ts'
import { householdName } from '../../rules/surveys/commands.ts'
import { signSurveyLink } from '../../rules/surveys/link.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { body, idempotency, json, line, problems } from './schemas.ts'
import { visibleTicket } from './tickets.ts'

/** What residents are sent so that they answer a survey without a login. */

const tags = ['surveys']
const params = z.object({ id: z.string().max(64) })
const LINKS_MAX = 500

const link = z.string().openapi({ example: 'https://shifen.example/survey/…' })

const links = createRoute({
  method: 'post',
  path: '/surveys/{id}/links',
  tags,
  summary: 'Links to send: for households of a periodic survey, for completed tickets of one after completion',
  description: 'The same link each time. `general` asks for the household: for a notice in the hall.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(
      z.strictObject({
        households: z.array(line(100).min(1)).max(LINKS_MAX).default([]),
        tickets: z.array(z.string().max(64)).max(LINKS_MAX).default([]),
      }),
    ),
  },
  responses: {
    200: json(
      z.object({
        items: z.array(z.object({ household: z.string().nullable(), ticket: z.string().nullable(), link })),
        general: link.nullable(),
      }),
      'links, in the order asked for',
    ),
    ...problems(400, 401, 403, 404, 409, 422),
  },
})

const ticketLink = createRoute({
  method: 'get',
  path: '/tickets/{id}/survey-link',
  tags,
  summary: "The link by which a completed job's resident answers the survey",
  middleware: [allow('dispatcher')] as const,
  request: { params },
  responses: {
    200: json(z.object({ survey: z.string(), link, answered: z.boolean() }), 'the link'),
    ...problems(401, 403, 404, 409),
  },
})

export interface LinkSigning {
  key: Buffer
  /** Where people reach the service, without a slash at its end. */
  publicUrl: () => string
}

export async function visibleSurvey(reader: Db, by: Principal, id: string): Promise<Survey> {
  const survey = await findSurvey(reader, id)
  if (survey === null || !seesSite(by, survey.site)) throw new Refusal('not_found', `survey ${id} does not exist`)
  return survey
}

export function surveyLinkRoutes(api: Api, engine: Engine, reader: Db, { key, publicUrl }: LinkSigning): void {
  const linkOf = (survey: Survey, asked: Asked | null) =>
    `${publicUrl()}/survey/${signSurveyLink({ survey: survey.id, asked }, key)}`

  api.openapi(links, async (c) => {
    const survey = await visibleSurvey(reader, c.get('principal'), c.req.valid('param').id)
    const { households, tickets } = c.req.valid('json')
    const isOver = survey.closedAt !== null || (survey.until !== null && survey.until <= engine.now())
    if (isOver) throw new Refusal('conflict', `survey ${survey.id} is over: nobody can answer it`)
    const wrong = survey.kind === 'periodic' ? tickets : households
    if (wrong.length > 0) {
      const instead = survey.kind === 'periodic' ? 'households' : 'tickets'
      throw new Refusal('invalid', `a survey of this kind asks ${instead}: name those`)
    }
    await mustBeCompleted(survey, tickets)
    const items = [
      ...households.map(householdName).map((household) => {
        return { household, ticket: null, link: linkOf(survey, { household }) }
      }),
      ...tickets.map((ticket) => ({ household: null, ticket, link: linkOf(survey, { ticket }) })),
    ]
    return c.json({ items, general: survey.kind === 'periodic' ? linkOf(survey, null) : null }, 200)
  })

  async function mustBeCompleted({ site }: Survey, ids: readonly string[]): Promise<void> {
    const found = new Map((await ticketsByIds(reader, ids)).map((ticket) => [ticket.id, ticket]))
    for (const id of ids) {
      const ticket = found.get(id)
      if (ticket?.site !== site) throw new Refusal('not_found', `ticket ${id} does not exist`)
      if (ticket.job.completedAt === null) throw new Refusal('conflict', `ticket ${id} is not completed yet`)
    }
  }

  api.openapi(ticketLink, async (c) => {
    const ticket = await visibleTicket(reader, c.get('principal'), c.req.valid('param').id)
    if (ticket.job.completedAt === null) throw new Refusal('conflict', 'the job is not completed yet')
    const survey = await completionSurvey(reader, ticket.site)
    if (survey === null) throw new Refusal('not_found', 'no survey after completion is open: open one of that kind')
    const asked = { ticket: ticket.id }
    const answered = (await answerOf(reader, survey.id, asked)) !== null
    return c.json({ survey: survey.id, link: linkOf(survey, asked), answered }, 200)
  })
}
