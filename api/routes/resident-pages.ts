import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { codeOf, isCodeOf } from '../../rules/desk/reference.ts'
import type { Engine } from '../../rules/engine.ts'
import { isWish } from '../../rules/jobs/appointment.ts'
import {
  HOUR_MS,
  MINUTE_MS,
  type Principal,
  Refusal,
  RESIDENT_NAME,
  type Site,
  type Ticket,
} from '../../rules/model.ts'
import { planOf } from '../../rules/plans/book.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findIntake } from '../../rules/storage/intakes.ts'
import { PHOTO_MAX_BYTES } from '../../rules/storage/photo-files.ts'
import { findTicket } from '../../rules/storage/tickets.ts'
import { clientAddress } from '../client-address.ts'
import { createLimiter, createPlaces } from '../limiter.ts'
import type { Photos } from '../photos.ts'
import { FIELDS, readForm, type Typed } from './resident-form.ts'
import { donePage, formPage, type Notice, noticePage, type PhotoFate, REPORT_STYLE } from './resident-page.ts'
import { askPage, statePage } from './resident-state-page.ts'

/** The words of a form beside its photo. */
const WORDS_MAX_BYTES = 64 * 1024
const REQUESTS = { max: 60, withinMs: MINUTE_MS }
const REPORTS = { max: 5, withinMs: 10 * MINUTE_MS }
const REPORTS_OF_SITE = { max: 60, withinMs: HOUR_MS }
const WRONG_CODES = { max: 10, withinMs: 10 * MINUTE_MS }
/** A form with a photo is held in memory while it comes: so many at once are all that a flood can take. */
const FORMS_AT_ONCE = { max: 8, eachMax: 2 }

const STATUS = { missing: 404, busy: 429, full: 503, large: 413, unreadable: 400, unavailable: 503 } as const

export interface ResidentPages {
  engine: Engine
  reader: Db
  photos: Photos
  /** Signs the codes of references. */
  key: Buffer
  trustedProxies: readonly string[]
}

/**
 * Where residents report without a login (报修) and ask how it goes, for sites that opened it. Each client address and
 * each site has its limits, in memory: a restart forgets them.
 */
export function residentPages(app: OpenAPIHono, { engine, reader, photos, key, trustedProxies }: ResidentPages): void {
  const now = () => engine.now()
  const requests = createLimiter({ ...REQUESTS, now })
  const reports = createLimiter({ ...REPORTS, now })
  const reportsOfSite = createLimiter({ ...REPORTS_OF_SITE, now })
  const wrongCodes = createLimiter({ ...WRONG_CODES, now })
  const forms = createPlaces(FORMS_AT_ONCE)
  const addressOf = (c: Context) => clientAddress(c, trustedProxies)

  app.get('/report.css', (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.body(REPORT_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' })
  })

  app.use('/report/:site/*', async (c: Context, next) => {
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
    if (!requests.take(addressOf(c))) return notice(c, 'busy')
    return openSite(c) === null ? notice(c, 'missing') : next()
  })

  app.get('/report/:site', (c) => c.html(formPage(openSite(c)!, {}, [])))

  app.post(
    '/report/:site',
    async (c, next) => {
      const address = addressOf(c)
      if (reports.isFull(address) || reportsOfSite.isFull(openSite(c)!.id)) return notice(c, 'busy')
      if (Number(c.req.header('content-length') ?? Infinity) <= WORDS_MAX_BYTES) return next()
      const leave = forms.take(address)
      return leave === null ? notice(c, 'full') : next().finally(leave)
    },
    bodyLimit({ maxSize: PHOTO_MAX_BYTES + WORDS_MAX_BYTES, onError: (c) => notice(c, 'large') }),
    async (c) => {
      const form = await c.req.formData().catch(() => null)
      if (form === null) return notice(c, 'unreadable')
      const site = openSite(c)!
      const typed = wordsOf(form)
      const read = readForm(typed, site, now())
      if (!read.ok) return c.html(formPage(site, typed, read.wrong), 422)
      if (!reports.take(addressOf(c)) || !reportsOfSite.take(site.id)) return notice(c, 'busy')
      const by: Principal = { id: `page:${site.id}`, name: RESIDENT_NAME, role: 'dispatcher', sites: [site.id] }
      try {
        const { report } = read
        const { intake, ticket } = await engine.command({ type: 'register_report', report }, { by })
        const { id, number, joined } = intake!
        const photo = await keepPhoto(ticket!, form.get('photo'), number, by)
        return c.html(donePage({ site, number, code: codeOf(id, key), joined, wishes: isWish(intake!), photo }))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return error.code === 'unavailable' ? notice(c, 'unavailable') : c.html(formPage(site, typed, ['text']), 422)
      }
    },
  )

  app.get('/report/:site/state', async (c) => {
    const site = openSite(c)!
    const { number = '', code = '' } = c.req.query()
    if (number === '' && code === '') return c.html(askPage(site, { number, code }, false))
    if (wrongCodes.isFull(addressOf(c))) return notice(c, 'busy')
    const intake = await findIntake(reader, { number: number.trim().toUpperCase() })
    if (intake === null || !isCodeOf(intake.id, code, key) || intake.site !== site.id) {
      wrongCodes.take(addressOf(c))
      return c.html(askPage(site, { number, code }, true), 404)
    }
    const ticket = (await findTicket(reader, intake.ticket))!
    const assignee = ticket.assignee === null ? null : planOf(engine.world().plans, 'responder', ticket.assignee)
    return c.html(statePage({ intake, ticket, site, assignee: assignee?.name ?? null }))
  })

  function openSite(c: Context): Site | null {
    const site = engine.world().sites.get(c.req.param('site') ?? '')
    return site?.publicReports ? site : null
  }

  function notice(c: Context, what: Notice) {
    if (what === 'busy') c.header('retry-after', String(MINUTE_MS / 1_000))
    return c.html(noticePage(what, openSite(c)), STATUS[what])
  }

  /** The report stands whatever its photo is; `number` is the report's. */
  async function keepPhoto(
    ticket: Ticket,
    sent: File | string | null,
    number: string,
    by: Principal,
  ): Promise<PhotoFate> {
    if (sent === null || typeof sent === 'string' || sent.size === 0) return 'none'
    try {
      const { type, size: sizeBytes } = sent
      await photos.add(ticket, { kind: 'damage', caption: number, type, sizeBytes, body: sent.stream() }, by)
      return 'kept'
    } catch (error) {
      if (error instanceof Refusal || error instanceof HTTPException) return 'refused'
      throw error
    }
  }
}

/** What was typed; a photo in the place of words is none. */
function wordsOf(form: FormData): Typed {
  const words = FIELDS.map((field) => [field, form.get(field)] as const)
  return Object.fromEntries(words.flatMap(([field, value]) => (typeof value === 'string' ? [[field, value]] : [])))
}
