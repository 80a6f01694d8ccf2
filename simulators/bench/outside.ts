import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from './histogram.ts'
import { type Bench, COMPARED_CONNECTIONS, measureThroughput, windowFor } from './measurements.ts'
import { findMosquitto, type Mosquitto, startMosquitto, UNLIMITED } from './mosquitto.ts'
import { type Service, startService } from './service.ts'
import { startLoad } from './thread.ts'

/** Committed messages a second: published to Mosquitto that a service reads from, and to a service itself. */
export interface OutsideBroker {
  version: string
  pairs: { embeddedPerSecond: number; throughPerSecond: number; ratio: number }[]
  medianRatio: number
  /** Through a Mosquitto with its own limit on messages in flight and without `set_tcp_nodelay`. */
  ownLimitsPerSecond: number
}

/** Nothing is dropped, whatever waits; all else is as Mosquitto comes. */
const OWN_LIMITS = ['max_queued_messages 0']
const THROUGH_WITHIN_MS = 120_000
const POLL_MS = 20

/**
 * One-point messages on 100 connections, into the service's own broker and through Mosquitto in turn; `null` where
 * Mosquitto is not installed. Mosquitto acknowledges sooner than we commit, so the time runs until all is committed.
 */
export async function measureOutside(bench: Bench, rounds: number, folder: string): Promise<OutsideBroker | null> {
  const program = findMosquitto()
  if (program === null) return null
  let version = ''
  const through = (name: string, settings: readonly string[]) =>
    withMosquitto(program, join(folder, name), settings, async (mosquitto, service) => {
      version = mosquitto.version
      return throughPerSecond(bench, mosquitto, service)
    })
  const pairs: OutsideBroker['pairs'] = []
  for (let round = 1; round <= rounds; round++) {
    const { perSecond: embeddedPerSecond } = await measureThroughput(bench, COMPARED_CONNECTIONS, 'one-point')
    const perSecond = await through(`outside-${round}`, UNLIMITED)
    const ratio = perSecond / embeddedPerSecond
    pairs.push({ embeddedPerSecond, throughPerSecond: perSecond, ratio })
    bench.log(`round ${round} of ${rounds}: ${ratio.toFixed(2)} of the embedded broker's rate through Mosquitto`)
  }
  const ownLimitsPerSecond = await through('outside-own-limits', OWN_LIMITS)
  return { version, pairs, medianRatio: median(pairs.map(({ ratio }) => ratio)), ownLimitsPerSecond }
}

async function withMosquitto<T>(
  program: string,
  folder: string,
  settings: readonly string[],
  measure: (mosquitto: Mosquitto, service: Service) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true })
  const mosquitto = await startMosquitto(program, folder, settings)
  try {
    const { host, port } = mosquitto.address
    const service = await startService(folder, { SHIFEN_MQTT_URL: `mqtt://${host}:${port}` })
    try {
      return await measure(mosquitto, service)
    } finally {
      await service.stop()
    }
  } finally {
    await mosquitto.stop()
  }
}

async function throughPerSecond(bench: Bench, mosquitto: Mosquitto, service: Service): Promise<number> {
  const { signal } = bench
  await until(
    async () => (await fetch(`${service.http}/readyz`)).ok,
    'the service did not connect to Mosquitto',
    signal,
  )
  const job = {
    address: mosquitto.address,
    clients: bench.meters.slice(0, COMPARED_CONNECTIONS),
    message: 'one-point',
    window: windowFor(COMPARED_CONNECTIONS),
    pace: { kind: 'full_window' },
    warmUpMs: 0,
    measureMs: bench.seconds * 1_000,
  } as const
  const load = startLoad(job, signal)
  await load.started
  const startedAt = performance.now()
  const before = await committed(service)
  const { sent } = await load.result
  let endedAt = startedAt
  const all = async () => {
    const count = await committed(service)
    endedAt = performance.now()
    return count >= sent
  }
  await until(all, `${sent} messages did not all come through Mosquitto`, signal)
  return (sent - before) / ((endedAt - startedAt) / 1_000)
}

async function committed({ http }: Service): Promise<number> {
  const metrics = await (await fetch(`${http}/metrics`)).text()
  return Number(/^shifen_messages_received_total (\d+)$/m.exec(metrics)?.[1] ?? 0)
}

async function until(done: () => Promise<boolean>, otherwise: string, signal?: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + THROUGH_WITHIN_MS
  while (!(await done())) {
    if (performance.now() > giveUpAt) throw new Error(`${otherwise} within ${THROUGH_WITHIN_MS / 1_000} s`)
    await sleep(POLL_MS, undefined, signal ? { signal } : {})
  }
}
