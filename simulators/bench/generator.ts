import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { PublishingConnection, type Address } from './connection.ts'
import { createHistogram, type Summary } from './histogram.ts'
import { telemetry, telemetryTopic, type MessageName } from './messages.ts'
import { encodePublishRing, type Credentials } from './packets.ts'

/**
 * How fast to send. `full_window`: as fast as acknowledgements make room. `rate`: so many in all each second, in turn
 * over the connections. `idle`: log in and send nothing.
 */
export type Pace = { kind: 'full_window' } | { kind: 'rate'; messagesPerSecond: number } | { kind: 'idle' }

export interface LoadJob {
  address: Address
  /** One connection each. */
  clients: Credentials[]
  message: MessageName
  /** Unacknowledged messages a connection may have. */
  window: number
  pace: Pace
  /** Sent, but neither counted nor timed. */
  warmUpMs: number
  /** Null: until stopped. */
  measureMs: number | null
}

export interface LoadResult {
  /** Over the whole job, warm-up and drain included: equal unless the server owes an acknowledgement. */
  sent: number
  acknowledged: number
  /** Acknowledged within the measured time, and their rate. */
  measured: number
  measuredMs: number
  perSecond: number
  /** From the write to the socket to the PUBACK. */
  latency: Summary
  /** Share of the measured time in which the generator's own thread was working, 0 to 1. */
  generatorBusy: number
}

export interface LoadSignals {
  /** All are logged in and, where there is a warm-up, it is over. */
  onStarted?: () => void
  /** Ends the measured time early. */
  stopped?: Promise<void>
}

const CONNECTING_AT_ONCE = 64
const DRAIN_WITHIN_MS = 30_000
const PACE_EVERY_MS = 2

/**
 * Runs one job on this thread: logs in, warms up, measures, waits for what is unacknowledged, and disconnects.
 *
 * @throws Error when a connection is refused, lost, or acknowledged out of order, or when an acknowledgement is owed
 *   30 s after the last message.
 */
export async function generate(job: LoadJob, signals: LoadSignals = {}): Promise<LoadResult> {
  const payloads = telemetry(job.message).payloads
  const refill = job.pace.kind === 'full_window'
  // Half a window a write: a write for each acknowledgement costs the generator more than the server takes for them.
  const refillAt = Math.floor(job.window / 2)
  let fail: (error: Error) => void = () => undefined
  const failure = new Promise<never>((_resolve, reject) => (fail = reject))
  failure.catch(() => undefined)
  let sending = true
  let counting = false
  let measured = 0
  let histogram = createHistogram()

  const events = {
    acknowledged(latencyMs: number) {
      if (!counting) return
      measured++
      histogram.record(latencyMs)
    },
    drained(connection: PublishingConnection) {
      if (refill && sending && connection.sent > 0 && connection.inFlight <= refillAt) connection.publish(job.window)
    },
    failed: fail,
  }
  const connections = job.clients.map(
    (client) => new PublishingConnection(encodePublishRing(telemetryTopic(client.topic), payloads), job.window, events),
  )
  const orFailure = <T>(promise: Promise<T>) => Promise.race([promise, failure])

  try {
    await openAll(connections, job)
    const pacer = startSending(connections, job)
    try {
      await orFailure(wait(job.warmUpMs))
      histogram = createHistogram()
      const busyBefore = performance.eventLoopUtilization()
      const startedAt = performance.now()
      counting = true
      signals.onStarted?.()
      await orFailure(untilOver(job.measureMs, signals.stopped))
      counting = false
      const measuredMs = performance.now() - startedAt
      const generatorBusy = performance.eventLoopUtilization(busyBefore).utilization
      sending = false
      clearInterval(pacer)
      await orFailure(drain(connections))
      const perSecond = measured / (measuredMs / 1_000)
      return { ...totals(connections), measured, measuredMs, perSecond, latency: histogram.summary(), generatorBusy }
    } finally {
      clearInterval(pacer)
    }
  } finally {
    sending = false
    await Promise.all(connections.map((connection) => connection.close()))
  }
}

/** A wait that a failed job does not keep its thread alive for. */
const wait = (ms: number) => sleep(ms, undefined, { ref: false })

async function openAll(connections: PublishingConnection[], job: LoadJob): Promise<void> {
  let next = 0
  const openNext = async () => {
    while (next < connections.length) {
      const index = next++
      await connections[index]!.open(job.address, job.clients[index]!)
    }
  }
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, openNext))
}

function startSending(connections: PublishingConnection[], job: LoadJob): NodeJS.Timeout | undefined {
  switch (job.pace.kind) {
    case 'idle':
      return undefined
    case 'full_window':
      for (const connection of connections) connection.publish(job.window)
      return undefined
    case 'rate':
      return startPacer(connections, job.pace.messagesPerSecond)
  }
}

/** What a full window could not take stays due and is sent as soon as there is room. */
function startPacer(connections: PublishingConnection[], messagesPerSecond: number): NodeJS.Timeout {
  const startedAt = performance.now()
  let sent = 0
  let next = 0
  return setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * messagesPerSecond) / 1_000)
    for (let full = 0; sent < due && full < connections.length;) {
      const took = connections[next]!.publish(1)
      next = (next + 1) % connections.length
      sent += took
      full = took === 0 ? full + 1 : 0
    }
  }, PACE_EVERY_MS)
}

async function untilOver(measureMs: number | null, stopped: Promise<void> | undefined): Promise<void> {
  const ends: Promise<unknown>[] = []
  if (measureMs !== null) ends.push(wait(measureMs))
  if (stopped) ends.push(stopped)
  if (ends.length === 0) throw new TypeError('a job needs a measured time or a way to stop it')
  await Promise.race(ends)
}

async function drain(connections: PublishingConnection[]): Promise<void> {
  const giveUpAt = performance.now() + DRAIN_WITHIN_MS
  while (connections.some((connection) => connection.inFlight > 0)) {
    if (performance.now() > giveUpAt) {
      const { sent, acknowledged } = totals(connections)
      throw new Error(`${sent - acknowledged} of ${sent} messages were not acknowledged within 30 s of the last`)
    }
    await sleep(5)
  }
}

function totals(connections: PublishingConnection[]): { sent: number; acknowledged: number } {
  let sent = 0
  let acknowledged = 0
  for (const connection of connections) {
    sent += connection.sent
    acknowledged += connection.acknowledged
  }
  return { sent, acknowledged }
}
