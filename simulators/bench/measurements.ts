import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from './connection.ts'
import { timeTickets } from './emergency.ts'
import type { LoadJob, LoadResult, Pace } from './generator.ts'
import { median, type Summary } from './histogram.ts'
import type { MessageName } from './messages.ts'
import { findMosquitto, startMosquitto } from './mosquitto.ts'
import type { Credentials } from './packets.ts'
import { residentMemoryMB } from './process.ts'
import type { Service } from './service.ts'
import { runLoad, startLoad } from './thread.ts'

export interface Throughput {
  connections: number
  window: number
  message: MessageName
  perSecond: number
  acknowledged: number
  latency: Summary
  generatorBusy: number
}

export interface TicketTimes {
  /** Other acknowledged messages a second beside the events, as achieved; 0 when idle. */
  besidePerSecond: number
  times: Summary
}

export interface Comparison {
  version: string
  pairs: { shifenPerSecond: number; mosquittoPerSecond: number; ratio: number }[]
  medianRatio: number
}

/** What all measurements of a run share. */
export interface Bench {
  service: Service
  meters: Credentials[]
  seconds: number
  log: (line: string) => void
  signal?: AbortSignal
}

export const COMPARED_CONNECTIONS = 100
export const BESIDE_PER_SECOND = 5_000
export const BESIDE_CONNECTIONS = 100
const WARM_UP_MS = 1_000
const SETTLE_MS = 5_000

/** Unacknowledged messages for each connection: enough that no server waits, without a queue of seconds. */
export function windowFor(connections: number): number {
  if (connections >= 1_000) return 8
  return connections >= 100 ? 32 : 64
}

/** As fast as acknowledgements make room, after a warm-up; `address` where it is not the service. */
export async function measureThroughput(
  bench: Bench,
  connections: number,
  message: MessageName,
  address: Address = bench.service.mqtt,
): Promise<Throughput> {
  const measureMs = bench.seconds * 1_000
  const job = { ...loadJob(bench, connections, { kind: 'full_window' }), address, message, measureMs }
  return throughput(job, await runLoad(job, bench.signal))
}

/** Resident memory of the service while so many devices are logged in and silent; null where it cannot be told. */
export async function measureIdleMemory(bench: Bench, connections: number): Promise<number | null> {
  const load = startLoad(loadJob(bench, connections, { kind: 'idle' }), bench.signal)
  await load.started
  await sleep(SETTLE_MS, undefined, bench.signal ? { signal: bench.signal } : {})
  const memoryMB = await residentMemoryMB(bench.service.pid)
  load.stop()
  await load.result
  return memoryMB
}

/** From a critical event's publish to its ticket on the live stream, with nothing beside it. */
export async function measureTicketsIdle(bench: Bench, sensors: Credentials[]): Promise<TicketTimes> {
  return { besidePerSecond: 0, times: await timeTickets(bench.service, sensors, bench.signal) }
}

/** The same with 5,000 one-point messages a second beside it; also gives how fast those were acknowledged. */
export async function measureTicketsLoaded(
  bench: Bench,
  sensors: Credentials[],
): Promise<{ tickets: TicketTimes; beside: Throughput }> {
  const job = loadJob(bench, BESIDE_CONNECTIONS, { kind: 'rate', messagesPerSecond: BESIDE_PER_SECOND })
  const load = startLoad(job, bench.signal)
  await load.started
  let times: Summary
  try {
    times = await timeTickets(bench.service, sensors, bench.signal)
  } finally {
    load.stop()
  }
  const beside = throughput(job, await load.result)
  return { tickets: { besidePerSecond: beside.perSecond, times }, beside }
}

/** The same load on the service and on Mosquitto in turn; null where Mosquitto is not installed. */
export async function compareWithMosquitto(bench: Bench, rounds: number, folder: string): Promise<Comparison | null> {
  const program = findMosquitto()
  if (program === null) return null
  const mosquitto = await startMosquitto(program, folder)
  try {
    const pairs: Comparison['pairs'] = []
    for (let round = 1; round <= rounds; round++) {
      const ours = await measureThroughput(bench, COMPARED_CONNECTIONS, 'one-point')
      const theirs = await measureThroughput(bench, COMPARED_CONNECTIONS, 'one-point', mosquitto.address)
      const ratio = ours.perSecond / theirs.perSecond
      pairs.push({ shifenPerSecond: ours.perSecond, mosquittoPerSecond: theirs.perSecond, ratio })
      bench.log(`round ${round} of ${rounds}: ${ratio.toFixed(2)} of Mosquitto's rate`)
    }
    return { version: mosquitto.version, pairs, medianRatio: median(pairs.map((pair) => pair.ratio)) }
  } finally {
    await mosquitto.stop()
  }
}

/** A job of the first meters that lasts until it is stopped. */
export function loadJob(bench: Bench, connections: number, pace: Pace): LoadJob {
  return {
    address: bench.service.mqtt,
    clients: bench.meters.slice(0, connections),
    message: 'one-point',
    window: windowFor(connections),
    pace,
    warmUpMs: pace.kind === 'idle' ? 0 : WARM_UP_MS,
    measureMs: null,
  }
}

function throughput(job: LoadJob, result: LoadResult): Throughput {
  const { perSecond, measured, latency, generatorBusy } = result
  const { window, message } = job
  return { connections: job.clients.length, window, message, perSecond, acknowledged: measured, latency, generatorBusy }
}
