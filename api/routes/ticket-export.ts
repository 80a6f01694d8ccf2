import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import { Refusal } from '../../rules/model.ts'
import { mustSee } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { type ExportedTicket, type ExportRange, ticketsOpened } from '../../rules/storage/ticket-export.ts'
import type { Api } from '../app.ts'
import { CSV_START, CSV_TYPE } from '../csv.ts'
import { NDJSON_TYPE, ndjsonLine } from '../ndjson.ts'
import { PERIOD_MAX_DAYS, periodOf } from '../period.ts'
import { streamed } from '../streamed.ts'
import { ticketCsvHeader, ticketCsvLine } from '../ticket-csv.ts'
import { id, problems, timeWithZone } from './schemas.ts'
import { ticketView } from './views.ts'

/** Each goes through all tickets of its period beside what the service does else. */
const RUNNING_MAX = 2

const exportTickets = createRoute({
  method: 'get',
  path: '/tickets/export',
  tags: ['tickets'],
  summary: 'All tickets that were opened in a period, as a table or line by line, by the time they were opened',
  description:
    "CSV by RFC 4180 in UTF-8 with a byte order mark; what a spreadsheet would take for a formula begins with a `'`. " +
    'Times are ISO 8601 in UTC.',
  request: {
    query: z.object({
      site: id.optional().openapi({ description: 'without it: all sites that you may see' }),
      from: timeWithZone.optional().openapi({ description: '7 days before `to`' }),
      to: timeWithZone.optional().openapi({ description: `at most ${PERIOD_MAX_DAYS} days after \`from\`` }),
      format: z.enum(['csv', 'ndjson']).default('csv'),
    }),
  },
  responses: {
    200: {
      description: 'the tickets',
      content: { 'text/csv': { schema: z.string() }, [NDJSON_TYPE]: { schema: z.string() } },
    },
    ...problems(401, 404, 422, 503),
  },
})

/** Before the routes of one ticket, whose id is not `export`. */
export function ticketExportRoutes(api: Api, engine: Engine, reader: Db, clock: Clock): void {
  let running = 0

  async function* parts(range: ExportRange, head: string, lineOf: (ticket: ExportedTicket) => string) {
    try {
      if (head !== '') yield Buffer.from(head)
      for await (const page of ticketsOpened(reader, range)) {
        yield Buffer.from(page.map(lineOf).join(''))
        await new Promise((resolve) => setImmediate(resolve))
      }
    } finally {
      running--
    }
  }

  api.openapi(exportTickets, (c) => {
    const { site, from, to, format } = c.req.valid('query')
    const principal = c.get('principal')
    if (site !== undefined) {
      mustSee(principal, site, `site ${site}`)
      if (!engine.world().sites.has(site)) throw new Refusal('not_found', `site ${site} does not exist`)
    }
    const range = { ...periodOf(from, to, clock.now()), sites: site === undefined ? principal.sites : [site] }
    if (running >= RUNNING_MAX) throw new Refusal('unavailable', 'other exports are being made: ask again in a minute')
    running++
    const isCsv = format === 'csv'
    const head = isCsv ? `${CSV_START}${ticketCsvHeader()}` : ''
    const body = streamed(parts(range, head, isCsv ? ticketCsvLine : (each) => ndjsonLine(ticketLine(engine, each))))
    const day = (at: number) => new Date(at).toISOString().slice(0, 10)
    return c.body(body, 200, {
      'content-type': isCsv ? CSV_TYPE : NDJSON_TYPE,
      'content-disposition': `attachment; filename="tickets-${day(range.from)}-${day(range.to)}.${format}"`,
      'cache-control': 'no-store',
    })
  })
}

function ticketLine(engine: Engine, { ticket, answers }: ExportedTicket) {
  const { actions: _, ...view } = ticketView(engine, ticket)
  const times = Object.entries(ticket.reached).map(([milestone, at]) => [milestone, new Date(at).toISOString()])
  return {
    ...view,
    reached: Object.fromEntries(times) as Record<string, string>,
    cause: ticket.job.cause,
    measure: ticket.job.measure,
    grades: answers.map(({ at, grade, reason, way }) => ({ at: new Date(at).toISOString(), grade, reason, way })),
  }
}
