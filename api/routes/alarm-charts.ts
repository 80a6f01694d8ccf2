import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import { isConditionCode, PRIORITIES, type Principal, Refusal } from '../../rules/model.ts'
import { alarmRate, rateWindow } from '../../rules/reports/alarm-rate.ts'
import { createHeat, heatWindow } from '../../rules/reports/device-heat.ts'
import { type FloodLimits, USUAL_FLOOD } from '../../rules/reports/load.ts'
import { mustSee, seesSite } from '../../rules/rights.ts'
import { presentedByMinute, stateBefore, stateLines } from '../../rules/storage/alarm-history.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { iso } from '../iso.ts'
import { id, json, problems, time } from './schemas.ts'

/** What screens draw of the alarms of the last hours, and ask for again and again. */

const MINUTES_MAX = 1_440
const HOURS_MAX = 168
const HEAT_DEVICES_MAX = 5_000
const site = id.optional().openapi({ description: 'without it: all sites that you may see' })

const rateSchema = z
  .object({
    from: time,
    to: time.openapi({ description: 'now' }),
    bucketMs: z.int(),
    items: z.array(z.object({ at: time, raised: z.int(), critical: z.int() })).openapi({
      description: 'one for each full ten minutes, oldest first; the last one still runs',
    }),
    perHour: z.int().openapi({ description: 'raised in the last hour' }),
    usual: z
      .object({ acceptable: z.number(), manageable: z.number(), flood: z.number() })
      .openapi({ description: 'what one operator can follow in ten minutes (EEMUA 191); more than `flood` is one' }),
  })
  .openapi('AlarmRate')

const rate = createRoute({
  method: 'get',
  path: '/reports/alarm-rate',
  tags: ['reports'],
  summary: 'How many alarms came in each ten minutes up to now',
  description: 'Raised, alarmed again or risen, and not muted. Those of drills do not count.',
  request: { query: z.object({ site, minutes: z.coerce.number().int().min(10).max(MINUTES_MAX).default(720) }) },
  responses: { 200: json(rateSchema, 'the rate'), ...problems(401, 404, 422) },
})

const heatSchema = z
  .object({
    from: time.openapi({ description: 'when the first hour began' }),
    hours: z.int(),
    items: z.array(
      z.object({
        device: z.string(),
        cells: z.array(z.enum([...PRIORITIES, 'silent']).nullable()).openapi({
          description: 'one an hour, oldest first: the worst that stood in it; `silent` where that was its silence',
        }),
      }),
    ),
    more: z.boolean().openapi({ description: `there were more than ${HEAT_DEVICES_MAX} devices` }),
  })
  .openapi('DeviceHeat')

const heat = createRoute({
  method: 'get',
  path: '/reports/device-heat',
  tags: ['reports'],
  summary: 'What stood in the last hours at each device in which anything did, hour by hour',
  description:
    "Hours of the site's wall clock, the last of which still runs; without a site, of the service's time zone. An " +
    'alarm stands until its condition returns, whoever acknowledged or muted it. Those of drills do not count.',
  request: { query: z.object({ site, hours: z.coerce.number().int().min(1).max(HOURS_MAX).default(24) }) },
  responses: { 200: json(heatSchema, 'devices by id'), ...problems(401, 404, 422) },
})

export interface AlarmChartOptions {
  /** IANA name: whose hours count where no site is asked for. */
  timezone: string
  flood?: FloodLimits
}

export function alarmChartRoutes(
  api: Api,
  engine: Engine,
  reader: Db,
  clock: Clock,
  { timezone, flood = USUAL_FLOOD }: AlarmChartOptions,
): void {
  function sitesOf(principal: Principal, site: string | undefined): string[] {
    const { sites } = engine.world()
    if (site === undefined) return [...sites.keys()].filter((each) => seesSite(principal, each))
    mustSee(principal, site, `site ${site}`)
    if (!sites.has(site)) throw new Refusal('not_found', `site ${site} does not exist`)
    return [site]
  }

  api.openapi(rate, async (c) => {
    const { site, minutes } = c.req.valid('query')
    const window = rateWindow(clock.now(), minutes)
    const sites = sitesOf(c.get('principal'), site)
    const found = alarmRate(window, await presentedByMinute(reader, { sites, ...window }), flood)
    const items = found.items.map((each) => ({ ...each, at: iso(each.at) }))
    return c.json({ ...found, from: iso(found.from), to: iso(found.to), items }, 200)
  })

  api.openapi(heat, async (c) => {
    const { site, hours } = c.req.valid('query')
    const sites = sitesOf(c.get('principal'), site)
    const zone = site === undefined ? timezone : engine.world().sites.get(site)!.timezone
    const window = heatWindow(zone, clock.now(), hours)
    // What is written at this very moment belongs to the hour that runs.
    const range = { sites, from: window.from, to: window.to + 1 }
    const heat = createHeat(window, (rule) => isSilence(engine, rule))
    for await (const lines of stateLines(reader, range)) lines.forEach(heat.take)
    for (const line of await stateBefore(reader, range, heat.earlier())) heat.takeEarlier(line)
    const items = [...heat.result()]
      .filter(([device]) => isInUse(engine, device, c.get('principal')))
      .map(([device, cells]) => ({ device, cells: [...cells] }))
      .sort((a, b) => (a.device < b.device ? -1 : 1))
    const shown = items.slice(0, HEAT_DEVICES_MAX)
    return c.json({ from: iso(window.from), hours, items: shown, more: items.length > shown.length }, 200)
  })
}

function isInUse(engine: Engine, id: string, by: Principal): boolean {
  const device = engine.device(id)?.device
  return device !== undefined && device.retiredAt === null && seesSite(by, device.site)
}

/** Whether a rule watches for silence, or for what a device or its gateway tells of its own link. */
function isSilence(engine: Engine, id: string): boolean {
  const compiled = engine.world().rules.byId.get(id)
  if (compiled === undefined) return /\.(silent|offline)$/.test(id)
  const isOfLink = compiled.inputs.every((input) => isConditionCode(input) && input.endsWith('.offline'))
  return compiled.rule.silenceMs === undefined ? isOfLink : compiled.rule.silenceOf === undefined
}
