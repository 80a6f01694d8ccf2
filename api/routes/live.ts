import type { HttpBindings } from '@hono/node-server'
import { createRoute, z } from '@hono/zod-openapi'
import type { Change } from '../../rules/changes.ts'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import { type Principal, WORKING_STATES } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import { listAlarms } from '../../rules/storage/alarms.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { listTickets } from '../../rules/storage/tickets.ts'
import type { Api } from '../app.ts'
import { createEventStream, type EventStream } from '../event-stream.ts'
import type { FeedEntry, LiveFeed } from '../live-feed.ts'
import { toldOf } from '../told.ts'
import { problems } from './schemas.ts'
import { alarmView, drillView, ticketView } from './views.ts'

const TIME_EVERY_MS = 10_000
const SNAPSHOT_MAX = 2_000

const live = createRoute({
  method: 'get',
  path: '/live',
  tags: ['live'],
  summary: 'Server-Sent Events: a snapshot, then every change of a ticket, alarm, command, device or drill',
  description:
    'Events: `snapshot`, `ticket`, `alarm`, `command`, `device`, `drill`, `time`; each says what happened. ' +
    'A client that sends `Last-Event-ID` resumes after it.',
  request: { headers: z.object({ 'last-event-id': z.string().max(100).optional() }) },
  responses: {
    200: { description: 'the stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems(401),
  },
})

/** Open streams, closed together when the service stops. */
export interface LiveStreams {
  open(): number
  closeAll(): void
}

export function liveRoutes(api: Api, engine: Engine, reader: Db, clock: Clock, feed: LiveFeed): LiveStreams {
  const streams = new Set<EventStream>()
  const serverTime = () => new Date(clock.now()).toISOString()
  const idOf = (sequence: number) => `${feed.epoch}-${sequence}`

  function sendEntry(stream: EventStream, principal: Principal, { sequence, change }: FeedEntry): void {
    if (!seesSite(principal, siteOf(change))) return
    const told = toldOf(engine, change)
    if (told === null) return
    const { event, ...rest } = told
    stream.send(event, { serverTime: serverTime(), ...rest }, idOf(sequence))
  }

  async function sendSnapshot(stream: EventStream, principal: Principal): Promise<void> {
    const { sites } = principal
    const at = feed.last()
    const states = [...WORKING_STATES, 'completed', 'signed_off'] as const
    const tickets = await listTickets(reader, { sites, states, limit: SNAPSHOT_MAX })
    const alarms = await listAlarms(reader, { sites, open: true, limit: SNAPSHOT_MAX })
    const data = {
      serverTime: serverTime(),
      tickets: tickets.map((ticket) => ticketView(engine, ticket)),
      alarms: alarms.map((alarm) => alarmView(engine, alarm)),
      drills: [...engine.world().drills.values()].filter(({ site }) => seesSite(principal, site)).map(drillView),
    }
    stream.send('snapshot', data, idOf(at))
  }

  /** Who comes back learns the service's time at once, also where nothing was missed. */
  function resume(stream: EventStream, principal: Principal, missed: readonly FeedEntry[]): void {
    stream.send('time', { serverTime: serverTime() })
    for (const entry of missed) sendEntry(stream, principal, entry)
  }

  /** A stream outlives neither its token nor its session. */
  async function beat(stream: EventStream, recheck: () => Promise<Principal | null>): Promise<void> {
    if ((await recheck()) === null) stream.close()
    else stream.send('time', { serverTime: serverTime() })
  }

  async function begin(
    stream: EventStream,
    principal: Principal,
    lastEventId: string | undefined,
  ): Promise<() => void> {
    // Changes that come while the snapshot is read wait behind it; a change told twice does no harm.
    let early: FeedEntry[] | null = []
    const unsubscribe = feed.subscribe((entries) => {
      if (early) early.push(...entries)
      else for (const entry of entries) sendEntry(stream, principal, entry)
    })
    const missed = missedSince(lastEventId, feed)
    try {
      if (missed === null) await sendSnapshot(stream, principal)
      else resume(stream, principal, missed)
    } catch (error) {
      unsubscribe()
      stream.close()
      throw error
    }
    const after = missed?.at(-1)?.sequence ?? 0
    for (const entry of early) if (entry.sequence > after) sendEntry(stream, principal, entry)
    early = null
    return unsubscribe
  }

  api.openapi(live, async (c) => {
    const principal = c.get('principal')
    let stop: (() => void) | null = null
    const stream = createEventStream({
      outgoing: (c.env as Partial<HttpBindings> | undefined)?.outgoing,
      onClose: () => {
        streams.delete(stream)
        clearInterval(timer)
        stop?.()
      },
    })
    const recheck = c.get('recheck')
    const timer = setInterval(() => void beat(stream, recheck).catch(() => undefined), TIME_EVERY_MS)
    streams.add(stream)
    stop = await begin(stream, principal, c.req.valid('header')['last-event-id'])
    if (!streams.has(stream)) stop()
    return c.body(stream.body, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
  })

  return {
    open: () => streams.size,
    closeAll: () => streams.forEach((stream) => stream.close()),
  }
}

function siteOf(change: Change): string | null {
  switch (change.type) {
    case 'ticket':
      return change.ticket.site
    case 'alarm':
      return change.alarm.site
    case 'drill':
      return change.drill.site
    case 'control':
      return change.command.site
    case 'device':
      return change.device.site
    default:
      return null
  }
}

/** What a client that comes back has missed, or `null` when it needs a new snapshot. */
function missedSince(lastEventId: string | undefined, feed: LiveFeed): readonly FeedEntry[] | null {
  if (lastEventId === undefined) return null
  const split = lastEventId.lastIndexOf('-')
  if (split < 0 || lastEventId.slice(0, split) !== feed.epoch) return null
  const sequence = Number(lastEventId.slice(split + 1))
  return Number.isSafeInteger(sequence) && sequence >= 0 ? feed.after(sequence) : null
}
