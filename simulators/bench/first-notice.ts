import { setTimeout as sleep } from 'node:timers/promises'
import { PublishingConnection } from './connection.ts'
import { EVENT_EVERY_MS, LEAK_EVENT } from './emergency.ts'
import { summarise, type Summary } from './histogram.ts'
import { BESIDE_CONNECTIONS, BESIDE_PER_SECOND, loadJob } from './measurements.ts'
import { encodePublishRing, type Credentials } from './packets.ts'
import { addPeople, addSites, CALL_PATH, untilCalm } from './people.ts'
import { startReceiver } from './receiver.ts'
import { askOf, provision, type Service, startService } from './service.ts'
import { startLoad } from './thread.ts'

/** From a critical event's write to the MQTT socket; each opens a ticket of its own. */
export interface NoticeTimes {
  /** Other acknowledged messages a second, as achieved; 0 when idle. */
  besidePerSecond: number
  /** Until its PUBACK, which follows the commit. */
  acknowledged: Summary
  /** Until the receiver has read the first notice of it, so later than the service handed it to its socket. */
  first: Summary
  /** Until the receiver has read the call to the person on duty to whom the ticket was given. */
  call: Summary
}

export interface FirstNotice {
  idle: NoticeTimes
  loaded: NoticeTimes
}

export interface FirstNoticeOptions {
  /** With and without messages beside them: so many each. */
  events: number
  log: (line: string) => void
  signal?: AbortSignal
}

/** Fewer than the flood budget, which would gather what is more. */
const EVENTS_OF_SITE = 5
const ALL_TOLD_WITHIN_MS = 30_000
const SENSOR = /bench-wet-\d{4}/

/**
 * In a service of its own, with the default ladder, people on duty, a webhook and a gateway for text messages to them.
 *
 * @throws Error when an event was not told within 30 s of the last.
 */
export async function measureFirstNotice(folder: string, options: FirstNoticeOptions): Promise<FirstNotice> {
  const { events, log, signal } = options
  const told = createTold()
  const receiver = await startReceiver(told.hear)
  const service = await startService(folder, { SHIFEN_OUTGOING_ALLOW: '127.0.0.1' })
  try {
    const ask = askOf(service, signal)
    const sites = await addSites(ask, Math.ceil((2 * events) / EVENTS_OF_SITE))
    await addPeople(ask, sites, receiver.url)
    const sensors: Credentials[] = []
    for (let index = 0; index < 2 * events; index++) {
      const site = sites[index % sites.length]
      const id = `bench-wet-${String(index + 1).padStart(4, '0')}`
      const device = await ask('POST', 'devices', { id, site, kind: 'water_leak', location: id })
      sensors.push((device as { mqtt: Credentials }).mqtt)
    }
    const meters = await provision(service, 'power_meter', 'bench-meter', BESIDE_CONNECTIONS, signal)
    await untilCalm(sites.length, signal)
    log(`critical event to first notice, idle: ${events} events`)
    const idle = { besidePerSecond: 0, ...(await timeNotices(service, sensors.slice(0, events), told, signal)) }
    log(`critical event to first notice, loaded: ${events} events`)
    const bench = { service, meters, seconds: 0, log, ...(signal ? { signal } : {}) }
    const pace = { kind: 'rate' as const, messagesPerSecond: BESIDE_PER_SECOND }
    const load = startLoad(loadJob(bench, BESIDE_CONNECTIONS, pace), signal)
    await load.started
    const loaded = await timeNotices(service, sensors.slice(events), told, signal).finally(() => load.stop())
    return { idle, loaded: { besidePerSecond: (await load.result).perSecond, ...loaded } }
  } finally {
    await service.stop()
    await receiver.stop()
  }
}

/** When the receiver first heard of each sensor, by any way, and by a call to a person. */
function createTold() {
  const firstAt = new Map<string, number>()
  const callAt = new Map<string, number>()
  return {
    firstAt,
    callAt,
    hear: ({ path, body, at }: { path: string; body: string; at: number }) => {
      const sensor = SENSOR.exec(body)?.[0]
      if (sensor === undefined) return
      if (!firstAt.has(sensor)) firstAt.set(sensor, at)
      if (path === CALL_PATH && !callAt.has(sensor)) callAt.set(sensor, at)
    },
  }
}

async function timeNotices(
  service: Service,
  sensors: readonly Credentials[],
  { firstAt, callAt }: ReturnType<typeof createTold>,
  signal?: AbortSignal,
): Promise<Omit<NoticeTimes, 'besidePerSecond'>> {
  const publishedAt = new Map<string, number>()
  const acknowledgedMs: number[] = []
  let fail: (error: Error) => void = () => undefined
  const failure = new Promise<never>((_resolve, reject) => (fail = reject))
  failure.catch(() => undefined)
  const events = { acknowledged: (ms: number) => acknowledgedMs.push(ms), drained: () => undefined, failed: fail }
  const connections = sensors.map(({ topic }) => {
    return new PublishingConnection(encodePublishRing(`${topic}/event`, [Buffer.from(LEAK_EVENT)]), 1, events)
  })
  const rest = (ms: number) => Promise.race([sleep(Math.max(0, ms), undefined, signal ? { signal } : {}), failure])
  try {
    for (const [index, connection] of connections.entries()) await connection.open(service.mqtt, sensors[index]!)
    const startedAt = performance.now()
    for (const [index, connection] of connections.entries()) {
      await rest(startedAt + index * EVENT_EVERY_MS - performance.now())
      publishedAt.set(sensors[index]!.clientId, performance.now())
      connection.publish(1)
    }
    const ids = [...publishedAt.keys()]
    const untold = () => ids.filter((id) => !callAt.has(id)).length
    const giveUpAt = performance.now() + ALL_TOLD_WITHIN_MS
    while (untold() > 0 || acknowledgedMs.length < ids.length) {
      if (performance.now() > giveUpAt) throw new Error(`${untold()} of ${ids.length} emergencies called nobody`)
      await rest(EVENT_EVERY_MS)
    }
    const times = (at: Map<string, number>) => summarise(ids.map((id) => at.get(id)! - publishedAt.get(id)!))
    return { acknowledged: summarise(acknowledgedMs), first: times(firstAt), call: times(callAt) }
  } finally {
    await Promise.all(connections.map((connection) => connection.close()))
  }
}
