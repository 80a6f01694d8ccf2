import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { type Grade, Refusal, type Survey, SURVEY_KINDS, type SurveyAnswer } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { countGrades, listSurveyAnswers, listSurveys } from '../../rules/storage/surveys.ts'
import { isOpen } from '../../rules/surveys/open.ts'
import { RESULT_DEFINITION, resultsOf } from '../../rules/surveys/result.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso, isoOrNull } from '../iso.ts'
import { body, id, idempotency, json, line, listOf, page, pageOf, problems, time, timeWithZone } from './schemas.ts'
import { visibleSurvey } from './survey-links.ts'

/** Satisfaction surveys (满意度调查). */

const tags = ['surveys']
const params = z.object({ id: z.string().max(64) })
const text = line(200).min(1)
const both = z.strictObject({ zh: text, en: text })
const question = both
const grade = z.int().min(1).max(5).openapi({ description: '5 很满意, 4 满意, 3 一般, 2 不满意, 1 很不满意' })
const BY_HAND = ['telephone', 'visit', 'intercom'] as const

const surveySchema = z
  .object({
    id: z.string(),
    site: z.string(),
    kind: z.enum(SURVEY_KINDS),
    title: both,
    questions: z.array(question),
    from: time,
    until: time.nullable().openapi({ description: 'null: until it is closed' }),
    open: z.boolean().openapi({ description: 'it can be answered now' }),
    createdAt: time,
    createdBy: z.string(),
    closedAt: time.nullable(),
  })
  .openapi('Survey')

const answerSchema = z
  .object({
    id: z.string(),
    survey: z.string(),
    ticket: z.string().nullable(),
    household: z.string(),
    grades: z.array(grade).openapi({ description: 'one a question, in their order' }),
    reason: z.string(),
    way: z.enum(['online', ...BY_HAND]),
    by: z.string().openapi({ description: 'who asked; `resident` where he answered online' }),
    at: time,
  })
  .openapi('SurveyAnswer')

const share = z.number().nullable()
const count = z.int()
const resultSchema = z
  .object({
    survey: z.string(),
    responses: count,
    questions: z.array(
      z.object({
        question,
        count,
        mean: share.openapi({ description: 'of the grades 1 to 5; null without an answer' }),
        satisfied: share.openapi({ description: 'grades 4 and 5, of 1' }),
        distribution: z.object({ 5: count, 4: count, 3: count, 2: count, 1: count }),
      }),
    ),
    definition: z.object({ zh: z.string(), en: z.string() }),
  })
  .openapi('SurveyResult')

const list = createRoute({
  method: 'get',
  path: '/surveys',
  tags,
  summary: 'Surveys, newest first',
  request: { query: z.object({ ...page, site: id.optional(), kind: z.enum(SURVEY_KINDS).optional() }) },
  responses: { 200: json(listOf(surveySchema), 'surveys'), ...problems(401, 422) },
})

const read = createRoute({
  method: 'get',
  path: '/surveys/{id}',
  tags,
  summary: 'One survey',
  request: { params },
  responses: { 200: json(surveySchema, 'the survey'), ...problems(401, 404) },
})

const open = createRoute({
  method: 'post',
  path: '/surveys',
  tags,
  summary: 'Opens a survey: of all households for a time, or of each job after its completion',
  description:
    'A periodic one lasts 14 days unless `until` is given. One after completion runs until it is closed, one a ' +
    'site at a time. Where a commitment promises surveys, both open by themselves.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        site: id,
        kind: z.enum(SURVEY_KINDS),
        title: both.optional(),
        questions: z.array(question).min(1).max(20).optional().openapi({
          description: 'absent: punctual, attitude, quality, all in all (及时、态度、质量、总体)',
        }),
        from: timeWithZone.optional(),
        until: timeWithZone.optional(),
      }),
    ),
  },
  responses: { 201: json(surveySchema, 'the survey'), ...problems(400, 401, 403, 404, 409, 422) },
})

const close = createRoute({
  method: 'post',
  path: '/surveys/{id}/close',
  tags,
  summary: 'Takes no more answers',
  middleware: [allow('dispatcher')] as const,
  request: { headers: idempotency, params },
  responses: { 200: json(surveySchema, 'the survey after it'), ...problems(401, 403, 404, 409) },
})

const answer = createRoute({
  method: 'post',
  path: '/surveys/{id}/answers',
  tags,
  summary: 'What a household answered by telephone, at the door or by intercom',
  description: 'Once a household, and after completion once a ticket. The household is then known by its report.',
  middleware: [allow('dispatcher')] as const,
  request: {
    headers: idempotency,
    params,
    body: body(
      z.strictObject({
        household: line(100).default(''),
        ticket: z.string().max(64).nullable().default(null),
        grades: z.array(grade).min(1).max(20),
        reason: line(1_000).default(''),
        way: z.enum(BY_HAND),
      }),
    ),
  },
  responses: { 201: json(answerSchema, 'the answer'), ...problems(400, 401, 403, 404, 409, 422) },
})

const answers = createRoute({
  method: 'get',
  path: '/surveys/{id}/answers',
  tags,
  summary: 'What was answered and by whom, oldest first',
  middleware: [allow('dispatcher')] as const,
  request: { params, query: z.object(page) },
  responses: { 200: json(listOf(answerSchema), 'answers'), ...problems(401, 403, 404, 422) },
})

const result = createRoute({
  method: 'get',
  path: '/surveys/{id}/result',
  tags,
  summary: 'How satisfied those are who answered',
  request: {
    params,
    query: z.object({
      from: timeWithZone.optional().openapi({ description: 'answers given from then' }),
      to: timeWithZone.optional().openapi({ description: 'and before then' }),
    }),
  },
  responses: { 200: json(resultSchema, 'the figures, with how they are made'), ...problems(401, 404, 422) },
})

export function surveyRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor, site, kind } = c.req.valid('query')
    const { sites } = c.get('principal')
    const within = site === undefined ? sites : seesSite(c.get('principal'), site) ? [site] : []
    const found = await listSurveys(reader, { sites: within, kind, beforeId: cursor, limit: limit + 1 })
    const view = (survey: Survey) => surveyView(survey, engine.now())
    return c.json(
      pageOf(found, limit, view, (survey) => survey.id),
      200,
    )
  })

  api.openapi(read, async (c) => {
    const survey = await visibleSurvey(reader, c.get('principal'), c.req.valid('param').id)
    return c.json(surveyView(survey, engine.now()), 200)
  })

  api.openapi(open, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { from, until, title, questions, ...rest } = c.req.valid('json')
    const given = {
      ...(title && { title }),
      ...(questions && { questions }),
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(until !== undefined && { until: Date.parse(until) }),
    }
    const { survey } = await engine.command({ type: 'open_survey', ...rest, ...given }, asked)
    return c.json(surveyView(survey!, engine.now()), 201)
  })

  api.openapi(close, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { survey } = await engine.command({ type: 'close_survey', survey: c.req.valid('param').id }, asked)
    return c.json(surveyView(survey!, engine.now()), 200)
  })

  api.openapi(answer, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { grades, ...rest } = c.req.valid('json')
    const given = { survey: c.req.valid('param').id, grades: grades as Grade[], ...rest }
    const { surveyAnswer } = await engine.command({ type: 'answer_survey', ...given }, asked)
    return c.json(answerView(surveyAnswer!), 201)
  })

  api.openapi(answers, async (c) => {
    const survey = await visibleSurvey(reader, c.get('principal'), c.req.valid('param').id)
    const { limit, cursor } = c.req.valid('query')
    const found = await listSurveyAnswers(reader, { survey: survey.id, afterId: cursor, limit: limit + 1 })
    return c.json(
      pageOf(found, limit, answerView, (each) => each.id),
      200,
    )
  })

  api.openapi(result, async (c) => {
    const survey = await visibleSurvey(reader, c.get('principal'), c.req.valid('param').id)
    const { from, to } = c.req.valid('query')
    const period = { ...(from && { from: Date.parse(from) }), ...(to && { to: Date.parse(to) }) }
    if ('from' in period && 'to' in period && period.from! >= period.to!) {
      throw new Refusal('invalid', '`from` must be before `to`')
    }
    const results = resultsOf(survey.questions.length, await countGrades(reader, survey.id, period))
    const questions = results.map((each, index) => ({ question: { ...survey.questions[index]! }, ...each }))
    const responses = results[0]?.count ?? 0
    return c.json({ survey: survey.id, responses, questions, definition: RESULT_DEFINITION }, 200)
  })
}

function surveyView(survey: Survey, now: number): z.infer<typeof surveySchema> {
  return {
    ...survey,
    questions: [...survey.questions],
    from: iso(survey.from),
    until: isoOrNull(survey.until),
    open: isOpen(survey, now),
    createdAt: iso(survey.createdAt),
    closedAt: isoOrNull(survey.closedAt),
  }
}

function answerView({ site: _site, grades, at, ...rest }: SurveyAnswer): z.infer<typeof answerSchema> {
  return { ...rest, grades: [...grades], at: iso(at) }
}
