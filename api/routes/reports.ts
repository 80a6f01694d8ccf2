import { createRoute, z } from '@hono/zod-openapi'
import { STALE_AFTER_MS } from '../../rules/alarms/stale.ts'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import { MUTE_KINDS, PRIORITIES, Refusal } from '../../rules/model.ts'
import { LISTED_MAX } from '../../rules/reports/actors.ts'
import { type Actor, byKey } from '../../rules/reports/alarm-line.ts'
import { alarmQuality, type AlarmQuality, type Positions } from '../../rules/reports/alarm-quality.ts'
import {
  type FloodLimits,
  type Period,
  type PositionLoad,
  TEN_MINUTES_MS,
  USUAL_FLOOD,
} from '../../rules/reports/load.ts'
import { BUCKETS_MAX } from '../../rules/reports/series.ts'
import { mustSee, seesSite } from '../../rules/rights.ts'
import { alarmLines, countMuted, staleAlarms, standingMutes } from '../../rules/storage/alarm-history.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { iso } from '../iso.ts'
import { PERIOD_MAX_DAYS, periodOf } from '../period.ts'
import { id, json, problems, time } from './schemas.ts'

/** Each goes through all alarms of its period beside what the service does else. */
const RUNNING_MAX = 2
/** So long before the period lies what its first flood may have begun with. */
const LEAD_IN_MS = 6 * TEN_MINUTES_MS

const figure = z
  .object({
    value: z.number(),
    target: z.number(),
    limit: z.enum(['at_most', 'below', 'at_least']),
    ok: z.boolean().nullable().openapi({ description: 'null: too few alarms for the target to be met or missed' }),
  })
  .openapi('Figure')
const count = z.int()
const waitMs = z.number().nullable()

const actor = z.object({
  site: z.string(),
  device: z.string(),
  deviceName: z.string(),
  rule: z.string(),
  titles: z.object({ zh: z.string(), en: z.string() }),
})

const acknowledgement = z.object({
  acknowledged: count,
  never: count.openapi({ description: 'not until the alarm ended, or the period did' }),
  medianMs: waitMs,
  p90Ms: waitMs,
  maxMs: waitMs,
})

const alarmQualitySchema = z
  .object({
    from: time,
    to: time,
    presented: count.openapi({ description: 'raised, alarmed again or risen, and not muted' }),
    positions: z.array(
      z.object({
        position: z.string(),
        sites: z.array(z.string()),
        presented: count,
        averagePer10Min: figure,
        perDay: figure,
        manageable: z.boolean().openapi({ description: 'at most 300 a day' }),
        peakPer10Min: figure,
        peakAt: time.nullable().openapi({ description: 'when the ten minutes with most alarms ended' }),
        floods: count,
        inFloodMs: count,
        shareInFlood: figure,
        periodsInFlood: count.openapi({ description: 'ten-minute periods, counted from `from`, with a flood in them' }),
      }),
    ),
    badActors: z.object({ share: figure, items: z.array(actor.extend({ count, share: z.number() })).max(10) }),
    chattering: z.object({ alarms: figure, items: z.array(actor.extend({ times: count })).max(LISTED_MAX) }),
    stale: z.object({
      alarms: figure.openapi({ description: 'active and shown for more than 24 hours, now' }),
      items: z.array(actor.extend({ alarm: z.string(), priority: z.enum(PRIORITIES), since: time })).max(LISTED_MAX),
    }),
    priorities: z.object(byKey(PRIORITIES, () => figure.extend({ count }))),
    acknowledgement: z.object(byKey([...PRIORITIES, 'all'], () => acknowledgement)),
    mutes: z.object(byKey(MUTE_KINDS, () => z.object({ now: count, inPeriod: count, mutedMs: count }))),
    series: z.object({
      bucketMs: count,
      buckets: z.array(z.object({ at: time, presented: count, muted: count })).max(BUCKETS_MAX),
    }),
  })
  .openapi('AlarmQuality')

const quality = createRoute({
  method: 'get',
  path: '/reports/alarm-quality',
  tags: ['reports'],
  summary: 'How good the alarms are, by ISA-18.2 and EEMUA 191',
  description:
    'Rates and floods for each operator position, beside the usual targets. Times without an offset are refused. ' +
    'Shares are of 1. The standards judge at least 30 days.',
  request: {
    query: z.object({
      site: id.optional().openapi({ description: 'without it: all sites that you may see' }),
      from: z.iso.datetime({ offset: true }).optional().openapi({ description: '7 days before `to`' }),
      to: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: `at most ${PERIOD_MAX_DAYS} days after \`from\`; at the latest now, which is meant` }),
    }),
  },
  responses: { 200: json(alarmQualitySchema, 'the report'), ...problems(401, 404, 422, 503) },
})

export interface ReportOptions {
  /** Operator positions; a site that none of them watches is one of its own, under its id. */
  positions?: Positions
  flood?: FloodLimits
}

export function reportRoutes(
  api: Api,
  engine: Engine,
  reader: Db,
  clock: Clock,
  { positions = {}, flood = USUAL_FLOOD }: ReportOptions = {},
): void {
  let running = 0

  async function report(period: Period, sites: readonly string[], now: number): Promise<AlarmQuality> {
    if (running >= RUNNING_MAX) throw new Refusal('unavailable', 'other reports are being made: ask again in a minute')
    running++
    try {
      const question = {
        period,
        positions: positionsOf(sites, positions),
        flood,
        standingMutes: await standingMutes(reader, sites, period.from),
        stale: await staleAlarms(reader, sites, now - STALE_AFTER_MS),
        mutedNow: await countMuted(reader, sites),
      }
      return await alarmQuality(alarmLines(reader, { sites, ...period, from: period.from - LEAD_IN_MS }), question)
    } finally {
      running--
    }
  }

  api.openapi(quality, async (c) => {
    const { site, from, to } = c.req.valid('query')
    const principal = c.get('principal')
    if (site !== undefined) {
      mustSee(principal, site, `site ${site}`)
      if (!engine.world().sites.has(site)) throw new Refusal('not_found', `site ${site} does not exist`)
    }
    const now = clock.now()
    const period = periodOf(from, to, now)
    const seen = [...engine.world().sites.keys()].filter((each) => seesSite(principal, each)).sort()
    const found = await report(period, site === undefined ? seen : [site], now)
    return c.json(qualityView(engine, period, found), 200)
  })
}

function positionsOf(sites: readonly string[], configured: Positions): Positions {
  const watched = Object.entries(configured).map(([position, its]): [string, string[]] => {
    return [position, its.filter((site) => sites.includes(site))]
  })
  const unwatched = sites.filter((site) => !watched.some(([, its]) => its.includes(site)))
  const own = unwatched.map((site): [string, string[]] => [site, [site]])
  return Object.fromEntries([...watched.filter(([, its]) => its.length > 0), ...own])
}

function qualityView(engine: Engine, { from, to }: Period, found: AlarmQuality): z.infer<typeof alarmQualitySchema> {
  const named = <T extends Actor>(item: T) => ({
    ...item,
    deviceName: engine.device(item.device)?.device.name ?? item.device,
    titles: engine.world().rules.byId.get(item.rule)?.rule.title ?? { zh: item.rule, en: item.rule },
  })
  const { badActors, chattering, stale, series } = found
  const load = ({ peakAt, sites, ...rest }: PositionLoad & { position: string; sites: readonly string[] }) => {
    return { ...rest, sites: [...sites], peakAt: peakAt === null ? null : iso(peakAt) }
  }
  return {
    ...found,
    from: iso(from),
    to: iso(to),
    positions: found.positions.map(load),
    badActors: { ...badActors, items: badActors.items.map(named) },
    chattering: { ...chattering, items: chattering.items.map(named) },
    stale: { ...stale, items: stale.items.map((item) => ({ ...named(item), since: iso(item.since) })) },
    series: { ...series, buckets: series.buckets.map((bucket) => ({ ...bucket, at: iso(bucket.at) })) },
  }
}
