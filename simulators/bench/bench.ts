import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureDashboard } from './dashboard.ts'
import { measureDecoding } from './decoding.ts'
import { measureDueSteps } from './due-steps.ts'
import { EVENT_EVERY_MS, LEAK_EVENT } from './emergency.ts'
import { measureFirstNotice } from './first-notice.ts'
import { DEVICES, GATEWAYS, measureGatewayMemory, type GatewayMemory } from './gateways.ts'
import { describeMachine } from './machine.ts'
import {
  compareWithMosquitto,
  COMPARED_CONNECTIONS,
  measureIdleMemory,
  measureThroughput,
  measureTicketsIdle,
  measureTicketsLoaded,
  type Bench,
  type Throughput,
} from './measurements.ts'
import { PAYLOADS, telemetry, telemetryTopic, type MessageName } from './messages.ts'
import { measureOutside } from './outside.ts'
import { encodePublish, type Credentials } from './packets.ts'
import { packageRoot } from '../package-root.ts'
import { judge, type BenchReport, type SentMessage } from './report.ts'
import type { Dispatch } from './report-dispatch.ts'
import { measureScale } from './scale.ts'
import { measureSimulations } from './simulations.ts'
import { measureYear } from './year.ts'
import { provision, startService, verifyAccepted } from './service.ts'

export { formatReport, type BenchReport } from './report.ts'

export interface BenchOptions {
  /** Measured time of each throughput run; a second of warm-up comes before it. */
  seconds: number
  /** Pairs of runs, the service and Mosquitto in turn. */
  rounds: number
  /** How many connections the throughput runs use, one run each. */
  connections: number[]
  /** Pairs of batches, with and without rules, that evaluation is timed on. */
  evaluationPairs: number
  /** Critical events until their first notice, with and without load, so many each. */
  notices: number
  /** Tickets with four steps each that fall due at one instant. */
  dueTickets: number
  /** In a data file of a year, and each question about it so many times. */
  yearTickets: number
  yearQuestions: number
  /** Also the virtual day and the virtual year, which take minutes. */
  wholeSimulations: boolean
  /** Leaks until their ring is on the wallboard; how long frames are counted, and the wallboard's memory is watched. */
  rings: number
  frameSeconds: number
  growthMinutes: number
  /** Takes the progress, a line at a time. */
  log: (line: string) => void
  signal?: AbortSignal
}

/** What a run takes that says something about a machine, and one that only shows that everything works. */
export const FULL = {
  seconds: 5,
  rounds: 5,
  connections: [1, 10, 100, 1_000],
  evaluationPairs: 100,
  notices: 200,
  dueTickets: 2_500,
  yearTickets: 100_000,
  yearQuestions: 100,
  wholeSimulations: true,
  rings: 100,
  frameSeconds: 30,
  growthMinutes: 30,
}
export const QUICK = {
  seconds: 1,
  rounds: 1,
  connections: [1, 100],
  evaluationPairs: 20,
  notices: 100,
  dueTickets: 250,
  yearTickets: 10_000,
  yearQuestions: 20,
  wholeSimulations: false,
  rings: 20,
  frameSeconds: 5,
  growthMinutes: 0.5,
}

const LEAK_PREFIX = 'bench-leak'
const IDLE_CONNECTIONS = 1_000
const IDLE_EVENTS = 100
const LOADED_EVENTS = 200

/**
 * Starts the service of this installation in its own process with a throw-away data folder, measures it, and ends both,
 * whatever happens. Needs the compiled files, two cores to be fair, and a few minutes.
 *
 * @throws Error when the service does not start, ends, rejects a message, or owes an acknowledgement or a ticket; the
 *   signal's reason when it is aborted.
 */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'shifen-bench-'))
  try {
    options.signal?.throwIfAborted()
    const machine = describeMachine(folder)
    options.log('starting the service')
    const service = await startService(folder)
    try {
      return await measureAll(options, { service, machine, folder })
    } catch (error) {
      options.signal?.throwIfAborted()
      const ended = service.ended()
      throw ended === null ? error : new Error(`the service ended while it was measured: ${ended}`, { cause: error })
    } finally {
      await service.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Started = Pick<Bench, 'service'> & Pick<BenchReport, 'machine'> & { folder: string }

async function measureAll(options: BenchOptions, { service, machine, folder }: Started): Promise<BenchReport> {
  const { seconds, rounds, connections, log, signal } = options
  const meterCount = Math.max(IDLE_CONNECTIONS, COMPARED_CONNECTIONS, ...connections)
  log(`provisioning ${meterCount} meters and ${IDLE_EVENTS + LOADED_EVENTS} leak sensors`)
  const meters = await provision(service, 'power_meter', 'bench-meter', meterCount, signal)
  const sensors = await provision(service, 'water_leak', LEAK_PREFIX, IDLE_EVENTS + LOADED_EVENTS, signal)
  const bench: Bench = { service, meters, seconds, log, ...(signal ? { signal } : {}) }

  log(`memory at ${IDLE_CONNECTIONS} idle connections`)
  const residentMB = await measureIdleMemory(bench, IDLE_CONNECTIONS)
  log(`critical event to ticket, idle: ${IDLE_EVENTS} events`)
  const idle = await measureTicketsIdle(bench, sensors.slice(0, IDLE_EVENTS))
  log(`critical event to ticket, loaded: ${LOADED_EVENTS} events`)
  const { tickets: loaded, beside: paced } = await measureTicketsLoaded(bench, sensors.slice(IDLE_EVENTS))

  const throughput: Throughput[] = []
  const measure = async (count: number, message: MessageName) => {
    const run = await measureThroughput(bench, count, message)
    throughput.push(run)
    log(`${count} connections, ${message}: ${Math.round(run.perSecond)} messages/s`)
  }
  for (const count of connections) await measure(count, 'one-point')
  await measure(COMPARED_CONNECTIONS, 'ten-point')
  log('comparing with Mosquitto')
  const mosquitto = await compareWithMosquitto(bench, rounds, folder)
  log('through Mosquitto as outside broker')
  const outside = await measureOutside(bench, rounds, folder)
  const residentAfterLoadMB = await measureIdleMemory(bench, IDLE_CONNECTIONS)
  await verifyAccepted(service, LEAK_PREFIX, signal)
  log(`memory at ${DEVICES} devices behind ${GATEWAYS} gateways`)
  const gateways = await measureGateways(folder, signal)
  log('decoding each family')
  const decoding = measureDecoding()
  const dispatch = await measureDispatch(folder, options)
  const scale = await measureScale(join(folder, 'scale'), {
    pairs: options.evaluationPairs,
    log,
    ...(signal ? { signal } : {}),
  })
  const year = await measureYear(join(folder, 'year'), {
    ...{ tickets: options.yearTickets, times: options.yearQuestions, log },
    ...(signal ? { signal } : {}),
  })
  const simulations = await measureSimulations({
    ...{ whole: options.wholeSimulations, log },
    ...(signal ? { signal } : {}),
  })
  const dashboard = await measureDashboard(join(folder, 'dashboard'), options)

  const found = {
    version: await ownVersion(),
    machine,
    secondsPerRun: seconds,
    messages: [...sentTelemetry(meters[0]!), sentLeakEvent(sensors[0]!)],
    throughput,
    paced,
    tickets: { eventEveryMs: EVENT_EVERY_MS, idle, loaded },
    memory: { idleConnections: IDLE_CONNECTIONS, residentMB, residentAfterLoadMB },
    mosquitto,
    outside,
    gateways,
    decoding,
    dispatch,
    ...{ scale, year, simulations, dashboard },
  }
  return { ...found, targets: judge(found) }
}

/** In a service of its own: what a load leaves behind is not theirs. */
async function measureGateways(folder: string, signal?: AbortSignal): Promise<GatewayMemory> {
  const service = await startService(join(folder, 'gateways'))
  try {
    return await measureGatewayMemory(service, signal)
  } finally {
    await service.stop()
  }
}

/** Time before the steps are due in which PUBACKs are timed, however short the other runs are. */
const BEFORE_DUE_SECONDS = 8

async function measureDispatch(folder: string, options: BenchOptions): Promise<Dispatch> {
  const { notices, dueTickets, log, signal } = options
  const more = { log, ...(signal ? { signal } : {}) }
  const firstNotice = await measureFirstNotice(join(folder, 'first-notice'), { events: notices, ...more })
  const due = { tickets: dueTickets, seconds: BEFORE_DUE_SECONDS, ...more }
  return { firstNotice, dueSteps: await measureDueSteps(join(folder, 'due-steps'), due) }
}

function sentTelemetry(meter: Credentials): SentMessage[] {
  return (['one-point', 'ten-point'] as const).map((name) => {
    const { points, payloads } = telemetry(name)
    return { ...sizes(telemetryTopic(meter.topic), payloads[0]!), name, points, variants: PAYLOADS }
  })
}

function sentLeakEvent(sensor: Credentials): SentMessage {
  return { ...sizes(`${sensor.topic}/event`, Buffer.from(LEAK_EVENT)), name: 'leak-event', points: 0, variants: 1 }
}

function sizes(topic: string, payload: Buffer): Pick<SentMessage, 'example' | 'payloadBytes' | 'packetBytes'> {
  const packetBytes = encodePublish(topic, payload, 1).length
  return { example: payload.toString(), payloadBytes: payload.length, packetBytes }
}

async function ownVersion(): Promise<string> {
  const text = await readFile(join(packageRoot(), 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
