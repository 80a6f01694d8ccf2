import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { firstShown, localDate } from '../../rules/calendar/zone.ts'
import { commitmentsOf, partyOf } from '../../rules/commitments/choose.ts'
import type { Engine } from '../../rules/engine.ts'
import { type Commitment, DAY_MS, Refusal } from '../../rules/model.ts'
import type { Period } from '../../rules/reports/load.ts'
import { crewBook } from '../../rules/reports/service/crews.ts'
import { GROUPED_BY, type GroupedBy } from '../../rules/reports/service/groups.ts'
import { RECURS_WITHIN_MS } from '../../rules/reports/service/recurrence.ts'
import { serviceReport } from '../../rules/reports/service/service-report.ts'
import { mustSee, seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import {
  crewVersions,
  propertyPromises,
  serviceLines,
  serviceVoices,
  ticketPlaces,
  writtenOf,
} from '../../rules/storage/service-report.ts'
import type { Api } from '../app.ts'
import { allow, type Env } from '../auth.ts'
import { CSV_TYPE } from '../csv.ts'
import { PERIOD_MAX_DAYS, periodOf } from '../period.ts'
import { id, json, line, problems } from './schemas.ts'
import { CSV_TABLES, serviceReportCsv } from './service-report-csv.ts'
import { REPORT_STYLE, serviceReportPage } from './service-report-page.ts'
import { serviceReportSchema, type ServiceReportView, serviceReportView } from './service-report-view.ts'

/** Each goes through all tickets of its period beside what the service does else. */
const RUNNING_MAX = 2

const asked = {
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'YYYY-MM')
    .optional()
    .openapi({ description: 'without a month, a day, `from` and `to`: this month' }),
  day: z.iso.date().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: `at most ${PERIOD_MAX_DAYS} days after \`from\`` }),
  site: id.optional().openapi({ description: 'without it: all sites that you may see' }),
  commitment: id.optional(),
  category: z.string().max(32).optional(),
  crew: id.optional(),
  person: line(100).optional().openapi({ description: 'not for a viewer' }),
  groupBy: z.enum(GROUPED_BY).optional().openapi({ description: 'person: not for a viewer' }),
}
type Asked = { [K in Exclude<keyof typeof asked, 'groupBy'>]?: string | undefined } & {
  groupBy?: GroupedBy | undefined
}

const about = {
  tags: ['reports'],
  description:
    'Of the tickets that were opened in the period, as they are now: asked again later it says the same but for what ' +
    "has been decided since. Days and months are those of the site's time zone, of several sites the service's. Each " +
    'figure has its definition, its numerator and its denominator; `value` is a share of 1 and null where there is ' +
    'nothing to share.',
}

const report = createRoute({
  method: 'get',
  path: '/reports/service',
  summary: 'How the tickets of a period went: 及时率, 合格率, 返修率, 满意度 against what was promised',
  ...about,
  middleware: [allow('engineer', 'dispatcher', 'viewer')] as const,
  request: {
    query: z.object({
      ...asked,
      format: z.enum(['json', 'csv']).default('json'),
      table: z.enum(CSV_TABLES).default('figures').openapi({ description: 'of `csv`: a file has one table' }),
    }),
  },
  responses: {
    200: {
      description: 'the report',
      content: { ...json(serviceReportSchema, '').content, 'text/csv': { schema: z.string() } },
    },
    ...problems(401, 403, 404, 422, 503),
  },
})

const print = createRoute({
  method: 'get',
  path: '/reports/service/print',
  summary: 'The same report as a page to print',
  ...about,
  middleware: [allow('engineer', 'dispatcher', 'viewer')] as const,
  request: { query: z.object(asked) },
  responses: {
    200: { description: 'the page', content: { 'text/html': { schema: z.string() } } },
    ...problems(401, 403, 404, 422, 503),
  },
})

/** @param defaultTimezone whose days count where a report is of several sites */
export function serviceReportRoutes(
  { api, system }: { api: Api; system: OpenAPIHono },
  engine: Engine,
  reader: Db,
  defaultTimezone: string,
): void {
  let running = 0

  async function make(c: Context<Env>, question: Asked): Promise<ServiceReportView> {
    const principal = c.get('principal')
    const { site, groupBy = null, person, commitment, category, crew } = question
    const names = principal.role !== 'viewer'
    if (!names && (groupBy === 'person' || person !== undefined)) {
      throw new Refusal('forbidden', 'a viewer sees no figures of persons: leave `person` out and group otherwise')
    }
    const world = engine.world()
    if (site !== undefined) {
      mustSee(principal, site, `site ${site}`)
      if (!world.sites.has(site)) throw new Refusal('not_found', `site ${site} does not exist`)
    }
    const sites = [...world.sites.keys()].filter((each) => seesSite(principal, each)).sort()
    const those = site === undefined ? sites : [site]
    const timezoneOf = (each: string) => world.sites.get(each)?.timezone ?? defaultTimezone
    const timezone = those.length === 1 ? timezoneOf(those[0]!) : defaultTimezone
    const now = engine.now()
    const period = reportPeriod(question, timezone, now)
    if (running >= RUNNING_MAX) throw new Refusal('unavailable', 'other reports are being made: ask again in a minute')
    running++
    try {
      const promisedBy = new Map(
        those.map((each): [string, Commitment[]] => {
          const all = commitmentsOf(world.plans, each, { now, timezone: timezoneOf(each) })
          return [each, all.filter((commitment) => partyOf(commitment) === 'property')]
        }),
      )
      const promised = [...new Set([...promisedBy.values()].flat())]
      const range = { sites: those, from: period.from, to: Math.min(period.to, now + 1) }
      const means = { promises: propertyPromises(), crewOf: crewBook(await crewVersions(reader)) }
      const source = {
        tickets: serviceLines(reader, range, means),
        voices: serviceVoices(reader, range, { ...means, promisedAt: (each) => promisedBy.get(each) ?? [] }),
        earlier: ticketPlaces(reader, { sites: those, from: period.from - RECURS_WITHIN_MS, to: period.from }),
      }
      const found = await serviceReport(source, {
        ...{ period, timezone, timezoneOf, groupBy, commitment, category, crew, person },
        promised: commitment === undefined ? promised : promised.filter((each) => each.id === commitment),
      })
      const listed = [...found.late.items, ...found.excluded.items].map(({ ticket }) => ticket)
      const written = await writtenOf(reader, [...new Set(listed)])
      return serviceReportView(engine, found, { period, asOf: now, timezone, sites: those, groupBy, written, names })
    } finally {
      running--
    }
  }

  api.openapi(report, async (c) => {
    const { format, table, ...question } = c.req.valid('query')
    const made = await make(c, question)
    c.header('cache-control', 'no-store')
    if (format === 'json') return c.json(made, 200)
    const name = `service-${table}-${localDate(made.timezone, Date.parse(made.from))}.csv`
    const headers = { 'content-type': CSV_TYPE, 'content-disposition': `attachment; filename="${name}"` }
    return c.body(serviceReportCsv(made, table), 200, headers)
  })

  api.openapi(print, async (c) => {
    const made = await make(c, c.req.valid('query'))
    c.header('cache-control', 'no-store')
    return c.html(serviceReportPage(made), 200)
  })

  system.get('/service-report.css', (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.body(REPORT_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' })
  })
}

/** A day or a month on the calendar of a time zone, or from one time to another. Throws `Refusal` for any other. */
function reportPeriod({ month, day, from, to }: Asked, timezone: string, now: number): Period {
  const ways = [month, day, from ?? to].filter((way) => way !== undefined)
  if (ways.length > 1) throw new Refusal('invalid', 'say one of `month`, `day`, or `from` with `to`')
  if (from !== undefined || to !== undefined) return periodOf(from, to, now)
  const whole = day === undefined ? monthOf(month ?? localDate(timezone, now).slice(0, 7)) : dayOf(day)
  const period = { from: firstShown(timezone, whole.from), to: firstShown(timezone, whole.to) }
  if (period.from > now) throw new Refusal('invalid', 'that has not begun yet: ask for a day or month of the past')
  return period
}

/** As a calendar on the wall shows them, in milliseconds as if it were UTC. */
function monthOf(month: string): Period {
  const [year, number] = month.split('-').map(Number)
  return { from: Date.UTC(year!, number! - 1), to: Date.UTC(year!, number) }
}

function dayOf(day: string): Period {
  const from = Date.parse(`${day}T00:00:00Z`)
  return { from, to: from + DAY_MS }
}
