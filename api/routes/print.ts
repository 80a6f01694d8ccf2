import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { type FollowUp, type Principal, Refusal } from '../../rules/model.ts'
import { drillReport } from '../../rules/reports/drill.ts'
import type { Period } from '../../rules/reports/load.ts'
import { mustSee } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { followUpsOf } from '../../rules/storage/follow-ups.ts'
import { intakesOf, listIntakes } from '../../rules/storage/intakes.ts'
import { photosOf } from '../../rules/storage/photos.ts'
import { callersOf, followUpsIn, namesOf, repairsIn } from '../../rules/storage/registers.ts'
import { signaturesOf } from '../../rules/storage/signatures.ts'
import { findTicket, historyOf } from '../../rules/storage/tickets.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { PERIOD_MAX_DAYS, periodOf } from '../period.ts'
import { drillRecord } from '../print/drill.ts'
import {
  type FollowedUp,
  followUpRegister,
  intakeRegister,
  repairRegister,
  type Rows,
  ROWS_MAX,
} from '../print/registers.ts'
import type { Html, Reading } from '../print/sheet.ts'
import { PRINT_STYLE } from '../print/style.ts'
import { workOrder } from '../print/work-order.ts'
import { visibleDrill } from './drills.ts'
import { id, problems } from './schemas.ts'
import { visibleTicket } from './tickets.ts'
import { responderName } from './views.ts'

/** Forms as property companies keep them, to print and sign (打印). */

const tags = ['print']
const params = z.object({ id: z.string().max(64) })
const moment = z.iso.datetime({ offset: true })
const query = z.object({
  site: id,
  from: moment.optional().openapi({ description: '7 days before `to`' }),
  to: moment.optional().openapi({
    description: `at most ${PERIOD_MAX_DAYS} days after \`from\`; at the latest now, which is meant`,
  }),
})

const page = (...statuses: Parameters<typeof problems>) => ({
  200: { description: 'a page in Chinese with English under it', content: { 'text/html': { schema: z.string() } } },
  ...problems(...statuses),
})

const ticketPage = <P extends string>(
  path: P,
  summary: string,
  ...roles: ('responder' | 'dispatcher' | 'engineer')[]
) =>
  createRoute({
    method: 'get',
    path,
    tags,
    summary,
    middleware: [allow(...roles)] as const,
    request: { params },
    responses: page(401, 403, 404),
  })

const registerPage = <P extends string>(path: P, summary: string) =>
  createRoute({
    method: 'get',
    path,
    tags,
    summary,
    description: `At most ${ROWS_MAX} rows, the latest; a page says where it leaves some out.`,
    middleware: [allow('dispatcher', 'engineer')] as const,
    request: { query },
    responses: page(401, 403, 404, 422),
  })

const order = ticketPage(
  '/tickets/{id}/print/work-order',
  'The work order of a ticket (服务工作单)',
  ...(['dispatcher', 'engineer', 'responder'] as const),
)
const followed = ticketPage(
  '/tickets/{id}/print/follow-ups',
  'The follow-ups of a ticket (回访记录表)',
  ...(['dispatcher', 'engineer'] as const),
)
const intakes = registerPage('/print/intakes', 'The register of reports (报修登记表), by when they were received')
const repairs = registerPage('/print/repairs', 'The register of repairs (维修登记表), by when they were reported')
const followUps = registerPage(
  '/print/follow-ups',
  'The record of follow-ups (回访记录表) that were made in a period or are due in it',
)

const drill = createRoute({
  method: 'get',
  path: '/drills/{id}/print/report',
  tags,
  summary: 'The record of a drill (演练记录)',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: { params },
  responses: page(401, 403, 404),
})

export function printStyle(app: OpenAPIHono): void {
  app.get('/print.css', (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.body(PRINT_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' })
  })
}

export function printRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(order, async (c) => {
    const by = c.get('principal')
    const ticket = await visibleTicket(reader, by, c.req.valid('param').id)
    if (by.role === 'responder' && ticket.assignee !== by.name) {
      throw new Refusal('forbidden', 'a responder prints the work orders of the jobs assigned to him')
    }
    const original = ticket.reworkOf === null ? null : await findTicket(reader, ticket.reworkOf)
    const shown = {
      ticket,
      intakes: await intakesOf(reader, ticket.id),
      history: await historyOf(reader, ticket.id),
      photos: await photosOf(reader, ticket.id),
      signatures: await signaturesOf(reader, ticket.id),
      reworkOf: original?.number ?? null,
    }
    c.header('cache-control', 'no-store')
    return c.html(await text(workOrder(shown, readingOf(by, ticket.site))), 200)
  })

  api.openapi(followed, async (c) => {
    const by = c.get('principal')
    const ticket = await visibleTicket(reader, by, c.req.valid('param').id)
    const shown = await withTickets({ rows: await followUpsOf(reader, ticket.id), cut: false })
    const aside = { zh: `工单：${ticket.number}`, en: `Ticket ${ticket.number}` }
    c.header('cache-control', 'no-store')
    return c.html(await text(followUpRegister(shown, aside, readingOf(by, ticket.site))), 200)
  })

  api.openapi(intakes, async (c) => {
    const { by, site, period } = asked(c.get('principal'), c.req.valid('query'))
    const found = (await listIntakes(reader, { sites: [site], ...period, limit: ROWS_MAX + 1 })).reverse()
    const page = rowsOf(found)
    const tickets = await namesOf(
      reader,
      page.rows.map(({ ticket }) => ticket),
    )
    c.header('cache-control', 'no-store')
    return c.html(await text(intakeRegister({ ...page, tickets }, period, readingOf(by, site))), 200)
  })

  api.openapi(repairs, async (c) => {
    const { by, site, period } = asked(c.get('principal'), c.req.valid('query'))
    const page = rowsOf(await repairsIn(reader, { site, ...period, limit: ROWS_MAX + 1 }))
    c.header('cache-control', 'no-store')
    return c.html(await text(repairRegister(page, period, readingOf(by, site))), 200)
  })

  api.openapi(followUps, async (c) => {
    const { by, site, period } = asked(c.get('principal'), c.req.valid('query'))
    const page = rowsOf(await followUpsIn(reader, { site, ...period, limit: ROWS_MAX + 1 }))
    c.header('cache-control', 'no-store')
    return c.html(await text(followUpRegister(await withTickets(page), period, readingOf(by, site))), 200)
  })

  api.openapi(drill, async (c) => {
    const by = c.get('principal')
    const found = await visibleDrill(reader, by, c.req.valid('param').id)
    c.header('cache-control', 'no-store')
    return c.html(await text(drillRecord(await drillReport(reader, found), readingOf(by, found.site))), 200)
  })

  function asked(by: Principal, { site, from, to }: z.infer<typeof query>) {
    mustSee(by, site, `site ${site}`)
    if (!engine.world().sites.has(site)) throw new Refusal('not_found', `site ${site} does not exist`)
    return { by, site, period: periodOf(from, to, engine.now()) satisfies Period }
  }

  function readingOf({ name, role }: Principal, id: string): Reading {
    const site = engine.world().sites.get(id)
    return {
      site: site?.name ?? id,
      timezone: site?.timezone ?? 'UTC',
      printedAt: engine.now(),
      printedBy: name,
      masked: role === 'engineer',
      responder: (responder) => responderName(engine, responder),
      device: (device) => engine.device(device)?.device.name ?? device,
    }
  }

  async function withTickets(page: Rows<FollowUp>) {
    const ids = page.rows.map(({ ticket }) => ticket)
    const led = page.rows.flatMap(({ answer }) => [answer?.rework, answer?.complaint].flatMap((each) => each ?? []))
    const callers = await callersOf(reader, ids)
    const names = await namesOf(reader, [...ids, ...led])
    const rows = page.rows.map((followUp): FollowedUp => {
      const ticket = names.get(followUp.ticket)!
      const caller = callers.get(followUp.ticket)
      const household = caller?.household || caller?.name || ticket.reporter?.name || ''
      return { followUp, ticket, household, phone: caller?.phone || (ticket.reporter?.phone ?? '') }
    })
    return { ...page, rows, numbers: new Map([...names].map(([id, { number }]) => [id, number])) }
  }
}

/** Oldest first, as they were asked for with one more than fits. */
function rowsOf<T>(found: readonly T[]): Rows<T> {
  return { rows: found.slice(-ROWS_MAX), cut: found.length > ROWS_MAX }
}

const text = async (page: Html): Promise<string> => String(await page)
