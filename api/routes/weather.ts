import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import type { RainyDay } from '../../rules/model.ts'
import { mustSee } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { listRainyDays } from '../../rules/storage/rainy-days.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { body, id, idempotency, json, line, listOf, page, pageOf, problems, time } from './schemas.ts'

const tag = ['follow-ups']

const rainyDaySchema = z
  .object({
    site: z.string(),
    day: z.string().openapi({ description: 'YYYY-MM-DD by the time of the site' }),
    at: time.openapi({ description: 'when it was first told' }),
    source: z.enum(['device', 'person']),
    by: z.string().openapi({ description: 'the id of the device, or the name of the person' }),
    amountMm: z.number().nullable().openapi({ description: 'as the person noted it' }),
    note: z.string(),
  })
  .openapi('RainyDay')

const list = createRoute({
  method: 'get',
  path: '/weather/rainy-days',
  tags: tag,
  summary: 'On which days it rained at a site, newest first',
  request: { query: z.object({ ...page, site: id }) },
  responses: { 200: json(listOf(rainyDaySchema), 'rainy days'), ...problems(401, 404, 422) },
})

const note = createRoute({
  method: 'post',
  path: '/weather/rainy-days',
  tags: tag,
  summary: 'Somebody notes that it rained',
  description:
    'For a site without a rain gauge. Without a `day`, or of today: until now. Work that was completed before the ' +
    'rain is asked about once the day is over; a day before today counts for what was completed on an earlier day. A ' +
    'day that is known already stays as it was first told.',
  middleware: [allow('dispatcher', 'engineer')] as const,
  request: {
    headers: idempotency,
    body: body(
      z.strictObject({
        site: id,
        day: z.iso.date('a day, such as 2026-11-23').optional().openapi({ description: 'at most 31 days ago' }),
        amountMm: z.number().min(0.1, 'at least 0.1 mm; less is a trace').max(2_000).optional(),
        note: line(500).optional(),
      }),
    ),
  },
  responses: {
    201: json(
      rainyDaySchema.extend({ opened: z.int().openapi({ description: 'how many follow-ups waited for it' }) }),
      'the day as it is kept',
    ),
    ...problems(400, 401, 403, 404, 422),
  },
})

export function weatherRoutes(api: Api, engine: Engine, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor, site } = c.req.valid('query')
    mustSee(c.get('principal'), site, `site ${site}`)
    const found = await listRainyDays(reader, site, limit + 1, cursor)
    return c.json(
      pageOf(found, limit, rainyDayView, ({ day }) => day),
      200,
    )
  })

  api.openapi(note, async (c) => {
    const asked = { by: c.get('principal'), idempotencyKey: c.req.valid('header')['idempotency-key'] }
    const { rainyDay, opened = 0 } = await engine.command({ type: 'note_rainy_day', ...c.req.valid('json') }, asked)
    return c.json({ ...rainyDayView(rainyDay!), opened }, 201)
  })
}

const rainyDayView = ({ at, ...day }: RainyDay) => ({ ...day, at: new Date(at).toISOString() })
