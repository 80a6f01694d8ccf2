import { setTimeout as sleep } from 'node:timers/promises'
import { PublishingConnection } from './connection.ts'
import { summarise, type Summary } from './histogram.ts'
import { encodePublishRing, type Credentials } from './packets.ts'
import type { Service } from './service.ts'
import { openStream } from './stream.ts'

/** The critical event, the same text from every sensor. */
export const LEAK_EVENT = '{"event":"water.leak","active":true}'
/** Between two events, whether or not the first one's ticket has been seen: a slow ticket delays no measurement. */
export const EVENT_EVERY_MS = 50

const ALL_SEEN_WITHIN_MS = 10_000

/**
 * Each sensor publishes its first leak, one after the other, while one client reads the live stream. Gives the times
 * from the write to the MQTT socket to the parsed `ticket` event of that sensor.
 *
 * @throws Error when a ticket is not on the stream 10 s after the last event.
 */
export async function timeTickets(service: Service, sensors: Credentials[], signal?: AbortSignal): Promise<Summary> {
  const publishedAt = new Map<string, number>()
  const timesMs: number[] = []
  let fail: (error: Error) => void = () => undefined
  const failure = new Promise<never>((_resolve, reject) => (fail = reject))
  failure.catch(() => undefined)
  let markAllSeen: () => void = () => undefined
  const allSeen = new Promise<void>((resolve) => (markAllSeen = resolve))

  const onTicket = (data: string) => {
    const { ticket } = JSON.parse(data) as { ticket: { device: string } }
    const startedAt = publishedAt.get(ticket.device)
    if (startedAt === undefined) return
    timesMs.push(performance.now() - startedAt)
    publishedAt.delete(ticket.device)
    if (timesMs.length === sensors.length) markAllSeen()
  }
  const stream = await openStream(
    `${service.http}/api/v1/live`,
    service.token,
    ({ event, data }) => {
      if (event === 'ticket') onTicket(data)
    },
    fail,
  )
  const connections = sensors.map((sensor) => leakConnection(sensor, fail))
  try {
    for (const [index, connection] of connections.entries()) await connection.open(service.mqtt, sensors[index]!)
    const startedAt = performance.now()
    for (const [index, connection] of connections.entries()) {
      const dueAt = startedAt + index * EVENT_EVERY_MS
      await Promise.race([sleep(Math.max(0, dueAt - performance.now()), undefined, signal ? { signal } : {}), failure])
      publishedAt.set(deviceOf(sensors[index]!), performance.now())
      connection.publish(1)
    }
    await Promise.race([allSeen, failure, sleep(ALL_SEEN_WITHIN_MS, undefined, { ref: false })])
    if (timesMs.length < sensors.length) {
      throw new Error(`${sensors.length - timesMs.length} of ${sensors.length} tickets never came on the live stream`)
    }
    return summarise(timesMs)
  } finally {
    stream.close()
    await Promise.all(connections.map((connection) => connection.close()))
  }
}

function leakConnection(sensor: Credentials, failed: (error: Error) => void): PublishingConnection {
  const ring = encodePublishRing(`${sensor.topic}/event`, [Buffer.from(LEAK_EVENT)])
  return new PublishingConnection(ring, 1, { acknowledged: () => undefined, drained: () => undefined, failed })
}

/** The device's id is the last level of its topic. */
function deviceOf(sensor: Credentials): string {
  return sensor.topic.slice(sensor.topic.lastIndexOf('/') + 1)
}
