import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Registry } from 'prom-client'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import type { DecodeExample, ReadHistory, ReadMessages, TryMapping } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import type { Authenticate } from '../auth.ts'
import type { Config } from '../config.ts'
import type { Desk } from '../desk.ts'
import type { LiveFeed } from '../live-feed.ts'
import type { Notices } from '../notices.ts'
import { acceptRoutes } from './accept.ts'
import { accessRoutes, loginRoute } from './access.ts'
import { alarmChartRoutes } from './alarm-charts.ts'
import { alarmRoutes } from './alarms.ts'
import { alarmWhyRoutes } from './alarm-why.ts'
import { commandRoutes } from './commands.ts'
import { decodeRoutes } from './decode.ts'
import { deviceRoutes } from './devices.ts'
import { drillRoutes } from './drills.ts'
import { followUpRoutes } from './follow-ups.ts'
import { formRoutes } from './forms.ts'
import { gatewayRoutes } from './gateways.ts'
import { jobRoutes } from './jobs.ts'
import { liveRoutes, type LiveStreams } from './live.ts'
import { mappingRoutes } from './mappings.ts'
import { muteRoutes } from './mutes.ts'
import { noticeRoutes } from './notices.ts'
import { plannedRoutes } from './planned.ts'
import { proofRoutes } from './proof.ts'
import { rejectionRoutes } from './rejections.ts'
import { reportRoutes } from './reports.ts'
import { rosterRoutes } from './rosters.ts'
import { ruleRoutes } from './rules.ts'
import { ruleTryRoutes } from './rules-try.ts'
import { serviceReportRoutes } from './service-report.ts'
import { siteRoutes } from './sites.ts'
import { type Checks, systemRoutes } from './system.ts'
import { ticketCallRoutes } from './ticket-calls.ts'
import { ticketRoutes } from './tickets.ts'
import { workOrderRoutes } from './work-orders.ts'

export interface RoutesOptions {
  config: Config
  engine: Engine
  reader: Db
  clock: Clock
  authenticate: Authenticate
  feed: LiveFeed
  desk: Desk
  notices: Notices
  /** Where people reach the service. */
  publicUrl: () => string
  checks: Checks
  remarks: Checks
  registry: Registry
  history: ReadHistory
  messages: ReadMessages
  decode: DecodeExample
  tryMapping: TryMapping
}

/** Every route: those without a login, those with one, and the machine's. `stop` ends what they run by themselves. */
export function mountRoutes(
  { open, api, system }: { open: Api; api: Api; system: OpenAPIHono },
  { config, engine, reader, clock, notices, ...others }: RoutesOptions,
): { streams: LiveStreams; stop(): Promise<unknown> } {
  const { linkKey } = notices.sealer
  loginRoute(open, engine, others.authenticate)
  accessRoutes(api, engine, reader)
  siteRoutes(api, engine, config.timezone)
  deviceRoutes(api, engine, clock, others.history)
  commandRoutes(api, engine, reader)
  gatewayRoutes(api, engine, reader)
  decodeRoutes(api, clock, others.decode)
  mappingRoutes(api, engine, clock, others.tryMapping, config.timezone)
  rejectionRoutes(api, reader)
  ruleRoutes(api, engine, reader)
  const tries = ruleTryRoutes(api, engine, clock, others.messages)
  alarmRoutes(api, engine, reader)
  alarmWhyRoutes(api, engine, reader, others.messages)
  muteRoutes(api, engine, reader)
  drillRoutes(api, engine, reader)
  others.desk.mount(api, system)
  // Before the tickets: an export is no ticket's id.
  const proof = proofRoutes(api, engine, reader, clock, config.dataDir)
  jobRoutes(api, engine, reader)
  ticketCallRoutes(api, engine, reader)
  workOrderRoutes(api, engine, reader)
  ticketRoutes(api, engine, reader, linkKey)
  followUpRoutes(api, engine, reader)
  reportRoutes(api, engine, reader, clock, { positions: config.flood.positions })
  alarmChartRoutes(api, engine, reader, clock, { timezone: config.timezone })
  serviceReportRoutes({ api, system }, engine, reader, config.timezone)
  formRoutes({ api, system }, engine, reader, { key: linkKey, publicUrl: others.publicUrl })
  rosterRoutes(api, engine)
  plannedRoutes(api, engine, reader, notices.sealer)
  noticeRoutes(api, engine, reader, notices.outbox)
  const streams = liveRoutes(api, engine, reader, clock, others.feed)
  acceptRoutes(system, engine, reader, linkKey)
  systemRoutes(system, others.checks, others.remarks, others.registry)
  return { streams, stop: () => Promise.all([tries.stop(), proof.stop()]) }
}
