import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Engine } from '../../rules/engine.ts'
import {
  DAY_MS,
  type Grade,
  GRADES,
  type Principal,
  Refusal,
  RESIDENT_NAME,
  type Survey,
  type Ticket,
} from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { answerOf, findSurvey } from '../../rules/storage/surveys.ts'
import { findTicket } from '../../rules/storage/tickets.ts'
import { readSurveyLink, type SurveyLink } from '../../rules/surveys/link.ts'
import { isOpen } from '../../rules/surveys/open.ts'
import { throttle } from '../throttle.ts'
import { HOUSEHOLD_MAX, REASON_MAX, SURVEY_STYLE, surveyPage, type SurveyPage } from './survey-page.ts'

/** Of one person's link in a minute, and of one that hangs in a hall. */
const ASKED_MAX = 30
const ASKED_BY_ALL_MAX = 300
const FORM_MAX_BYTES = 16_384
/** So long after completion a resident is still asked; ours. */
const ANSWERED_WITHIN_MS = 30 * DAY_MS

/** Whoever has a link; what is asked holds the answer to it. */
const RESIDENT: Principal = { id: 'survey-link', name: RESIDENT_NAME, role: 'viewer', sites: null }

type Stand = SurveyPage['stand']
type Status = 200 | 404 | 409 | 410 | 422 | 429

const STATUS: Partial<Record<Stand, Status>> = { invalid: 404, over: 410, busy: 429, incomplete: 422 }
const NOTHING_GIVEN: SurveyPage['given'] = { grades: [], reason: '', household: '' }

/** A link that is ours, what it is about, and how that stands. */
interface Opened {
  link: SurveyLink
  survey: Survey
  ticket: Ticket | null
  stand: Stand
}

/** The page behind a survey's link. Looking changes nothing; what is sent is an answer, once. */
export function surveyPageRoutes(app: OpenAPIHono, engine: Engine, reader: Db, key: Buffer): void {
  const isTooMuch = throttle(() => engine.now())

  app.get('/survey.css', (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.body(SURVEY_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' })
  })

  app.get('/survey/:token', async (c) => {
    const opened = await open(c)
    return typeof opened === 'string' ? show(c, null, opened) : show(c, opened, opened.stand)
  })

  app.post('/survey/:token', bodyLimit({ maxSize: FORM_MAX_BYTES }), async (c) => {
    const opened = await open(c)
    if (typeof opened === 'string') return show(c, null, opened)
    if (opened.stand !== 'open') return show(c, opened, opened.stand)
    const { survey, link, ticket } = opened
    const given = givenOf(await c.req.parseBody(), survey)
    const household = link.asked !== null && 'household' in link.asked ? link.asked.household : given.household
    const grades = given.grades.filter((grade) => grade !== null)
    const isWhole = grades.length === survey.questions.length && (ticket !== null || household !== '')
    if (!isWhole) return show(c, opened, 'incomplete', given)
    const answer = { survey: survey.id, ticket: ticket?.id ?? null, household, grades, reason: given.reason }
    try {
      await engine.command({ type: 'answer_survey', ...answer, way: 'online' }, { by: RESIDENT })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'conflict') throw error
      return show(c, opened, 'answered', given, 409)
    }
    return show(c, opened, 'thanks')
  })

  async function open(c: Context): Promise<Opened | Stand> {
    const token = c.req.param('token') ?? ''
    const link = readSurveyLink(token, key)
    if (link === null) return 'invalid'
    if (isTooMuch(token, link.asked === null ? ASKED_BY_ALL_MAX : ASKED_MAX)) return 'busy'
    const survey = await findSurvey(reader, link.survey)
    const ticket = link.asked !== null && 'ticket' in link.asked ? await findTicket(reader, link.asked.ticket) : null
    if (survey === null || (ticket === null && survey.kind === 'completion')) return 'invalid'
    return { link, survey, ticket, stand: await standOf(link, survey, ticket) }
  }

  async function standOf({ asked }: SurveyLink, survey: Survey, ticket: Ticket | null): Promise<Stand> {
    const now = engine.now()
    if (asked !== null && (await answerOf(reader, survey.id, asked))) return 'answered'
    if (survey.closedAt === null && now < survey.from) return 'early'
    if (ticket !== null && now - (ticket.job.completedAt ?? now) >= ANSWERED_WITHIN_MS) return 'over'
    return isOpen(survey, now) ? 'open' : 'over'
  }

  function show(c: Context, opened: Opened | null, stand: Stand, given = NOTHING_GIVEN, status = STATUS[stand] ?? 200) {
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
    const about = opened === null ? null : aboutOf(opened)
    return c.html(surveyPage({ survey: opened?.survey ?? null, about, stand, given }), status)
  }

  function aboutOf({ link: { asked }, survey, ticket }: Opened): SurveyPage['about'] {
    const site = engine.world().sites.get(survey.site)?.name ?? survey.site
    const job = ticket && { number: ticket.number, title: ticket.title, place: ticket.location }
    return { site, job, household: asked !== null && 'household' in asked ? asked.household : null }
  }
}

/** What a form says, as far as it can be used. */
function givenOf(form: Record<string, unknown>, { questions }: Survey): SurveyPage['given'] {
  const grades = questions.map((_, index) => GRADES.find((grade: Grade) => String(grade) === form[`q${index}`]) ?? null)
  return { grades, reason: lineOf(form.reason, REASON_MAX), household: lineOf(form.household, HOUSEHOLD_MAX) }
}

export const lineOf = (value: unknown, max: number) =>
  typeof value === 'string'
    ? value
        .replace(/\p{Cc}+/gu, ' ')
        .trim()
        .slice(0, max)
    : ''
