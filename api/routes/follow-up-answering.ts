import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Engine } from '../../rules/engine.ts'
import { mustBeAsked, mustBeItsWay } from '../../rules/follow-ups/commands.ts'
import { readFollowUpLink } from '../../rules/follow-ups/link.ts'
import {
  FOLLOW_UP_FAULTS,
  type FollowUp,
  GRADES,
  type Principal,
  Refusal,
  RESIDENT_NAME,
  SATISFIED_FROM,
  type Ticket,
} from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findFollowUp } from '../../rules/storage/follow-ups.ts'
import { findTicket } from '../../rules/storage/tickets.ts'
import { throttle } from '../throttle.ts'
import { followUpPage, type FollowUpPage } from './follow-up-page.ts'
import { lineOf } from './survey-answering.ts'
import { REASON_MAX } from './survey-page.ts'

/** Of one link in a minute. */
const ASKED_MAX = 30
const FORM_MAX_BYTES = 16_384

/** Whoever has a link; what is asked holds the answer to it. */
const RESIDENT: Principal = { id: 'follow-up-link', name: RESIDENT_NAME, role: 'viewer', sites: null }

type Stand = FollowUpPage['stand']
type Status = 200 | 404 | 409 | 410 | 422 | 429

const STATUS: Partial<Record<Stand, Status>> = { invalid: 404, over: 410, busy: 429, ungraded: 422, unreasoned: 422 }
const NOTHING_GIVEN: FollowUpPage['given'] = { grade: null, reason: '', faults: [] }

interface Opened {
  followUp: FollowUp
  ticket: Ticket
  stand: Stand
}

/** The page behind a follow-up's link. Looking changes nothing; what is sent is the answer, once. */
export function followUpPageRoutes(app: OpenAPIHono, engine: Engine, reader: Db, key: Buffer): void {
  const isTooMuch = throttle(() => engine.now())

  app.get('/follow-up/:token', async (c) => {
    const opened = await open(c)
    return typeof opened === 'string' ? show(c, null, opened) : show(c, opened, opened.stand)
  })

  app.post('/follow-up/:token', bodyLimit({ maxSize: FORM_MAX_BYTES }), async (c) => {
    const opened = await open(c)
    if (typeof opened === 'string') return show(c, null, opened)
    const { followUp, stand } = opened
    if (stand !== 'open') return show(c, opened, stand, NOTHING_GIVEN, STATUS[stand] ?? 409)
    const given = givenOf(await c.req.parseBody())
    const { grade, reason, faults } = given
    if (grade === null) return show(c, opened, 'ungraded', given)
    if (grade < SATISFIED_FROM && reason === '') return show(c, opened, 'unreasoned', given)
    try {
      const answer = { followUp: followUp.id, way: 'online', grade, reason, faults } as const
      const answered = await engine.command({ type: 'answer_follow_up', ...answer }, { by: RESIDENT })
      const isAgreed = !faults.includes('quality') || answered.followUp?.answer?.rework
      return show(c, opened, isAgreed ? 'thanks' : 'agreeing')
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'conflict') throw error
      return show(c, opened, 'answered', given, 409)
    }
  })

  async function open(c: Context): Promise<Opened | Stand> {
    const token = c.req.param('token') ?? ''
    const id = readFollowUpLink(token, key)
    if (id === null) return 'invalid'
    if (isTooMuch(token, ASKED_MAX)) return 'busy'
    const followUp = await findFollowUp(reader, id)
    const ticket = followUp && (await findTicket(reader, followUp.ticket))
    return ticket === null ? 'invalid' : { followUp: followUp!, ticket, stand: standOf(followUp!) }
  }

  function standOf(followUp: FollowUp): Stand {
    if (followUp.state === 'done') return 'answered'
    if (followUp.state === 'dropped') return 'over'
    try {
      mustBeAsked(followUp, engine.now(), engine.world().sites.get(followUp.site)?.timezone ?? 'UTC')
      mustBeItsWay(followUp, 'online')
      return 'open'
    } catch (error) {
      if (error instanceof Refusal) return 'early'
      throw error
    }
  }

  function show(c: Context, opened: Opened | null, stand: Stand, given = NOTHING_GIVEN, status = STATUS[stand] ?? 200) {
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
    return c.html(followUpPage({ about: opened && aboutOf(opened.ticket), stand, given }), status)
  }

  function aboutOf({ site, number, title, location }: Ticket): FollowUpPage['about'] {
    const job = { number, title, place: location }
    return { site: engine.world().sites.get(site)?.name ?? site, job, household: null }
  }
}

/** What a form says, as far as it can be used. */
function givenOf(form: Record<string, unknown>): FollowUpPage['given'] {
  return {
    grade: GRADES.find((grade) => String(grade) === form.grade) ?? null,
    reason: lineOf(form.reason, REASON_MAX),
    faults: FOLLOW_UP_FAULTS.filter((fault) => form[fault] !== undefined),
  }
}
