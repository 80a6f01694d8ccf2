import type { Machine } from './machine.ts'
import type { MessageName } from './messages.ts'
import type { Comparison, Throughput, TicketTimes } from './measurements.ts'
import type { DashboardFigures } from './dashboard.ts'
import type { DecodingTime } from './decoding.ts'
import type { GatewayMemory } from './gateways.ts'
import type { OutsideBroker } from './outside.ts'
import { type Dispatch, dispatchTargets, dueStepsLines, firstNoticeLines } from './report-dispatch.ts'
import { scaleLines, scaleTargets } from './report-scale.ts'
import type { Scale } from './scale.ts'
import { dashboardLines, dashboardTargets } from './report-dashboard.ts'
import { simulationLines, simulationTargets } from './report-simulations.ts'
import { yearLines, yearTargets } from './report-year.ts'
import type { SimulationTime } from './simulation.ts'
import { count, ms, table } from './table.ts'
import type { Year } from './year.ts'

/** One of the messages that were sent, all with QoS 1 and without the retain flag. */
export interface SentMessage {
  name: MessageName | 'leak-event'
  points: number
  example: string
  payloadBytes: number
  /** The whole PUBLISH with its topic. */
  packetBytes: number
  /** How many different payloads of this length a connection cycles through. */
  variants: number
}

export interface Target {
  name: string
  limit: string
  /** What was measured, as text; null where it could not be. */
  measured: string | null
  reached: boolean | null
}

/** Everything one run found. Rates are acknowledged messages a second, times milliseconds, memory 10^6 bytes. */
export interface BenchReport {
  version: string
  machine: Machine
  secondsPerRun: number
  messages: SentMessage[]
  throughput: Throughput[]
  /** 5,000 messages a second on 100 connections, while the loaded tickets were timed. */
  paced: Throughput
  tickets: { eventEveryMs: number; idle: TicketTimes; loaded: TicketTimes }
  memory: {
    idleConnections: number
    /** Null where the platform cannot tell. */
    residentMB: number | null
    /** The same once more at the end, with all that the load has left behind. */
    residentAfterLoadMB: number | null
  }
  /** Null where Mosquitto is not installed. */
  mosquitto: Comparison | null
  /** Likewise. */
  outside: OutsideBroker | null
  gateways: GatewayMemory
  decoding: DecodingTime[]
  dispatch: Dispatch
  scale: Scale
  year: Year
  simulations: SimulationTime[]
  /** Null where there is no Chromium, or nothing to drive it. */
  dashboard: DashboardFigures | null
  targets: Target[]
}

export const TARGETS = {
  mosquittoRatioMin: 0.5,
  ticketP99MaxMs: 50,
  idleMemoryMaxMB: 150,
  gatewaysMemoryMaxMB: 400,
  decodingMaxMicroseconds: 10,
} as const
const GENERATOR_BUSY_MAX = 0.9
const QUIET_LOAD_MAX = 0.5

/** What the run reached of what it should reach. */
export function judge(report: Omit<BenchReport, 'targets'>): Target[] {
  const ratio = report.mosquitto?.medianRatio
  const p99Ms = report.tickets.loaded.times.p99Ms
  const { residentMB, idleConnections } = report.memory
  return [
    {
      name: 'share of Mosquitto’s rate at 100 connections (median)',
      limit: `at least ${TARGETS.mosquittoRatioMin.toFixed(2)}`,
      measured: ratio === undefined ? null : ratio.toFixed(2),
      reached: ratio === undefined ? null : ratio >= TARGETS.mosquittoRatioMin,
    },
    {
      name: 'critical event to ticket on the stream, p99, loaded',
      limit: `under ${TARGETS.ticketP99MaxMs} ms`,
      measured: `${ms(p99Ms)} ms`,
      reached: p99Ms < TARGETS.ticketP99MaxMs,
    },
    {
      name: `resident memory at ${count(idleConnections)} idle connections`,
      limit: `under ${TARGETS.idleMemoryMaxMB} MB`,
      measured: residentMB === null ? null : `${residentMB.toFixed(0)} MB`,
      reached: residentMB === null ? null : residentMB < TARGETS.idleMemoryMaxMB,
    },
    gatewaysTarget(report.gateways),
    decodingTarget(report.decoding),
    ...dispatchTargets(report.dispatch),
    ...scaleTargets(report.scale),
    ...yearTargets(report.year),
    ...simulationTargets(report.simulations),
    ...dashboardTargets(report.dashboard),
  ]
}

function gatewaysTarget({ devices, gateways, residentMB }: GatewayMemory): Target {
  return {
    name: `resident memory at ${count(devices)} devices behind ${gateways} gateways`,
    limit: `under ${TARGETS.gatewaysMemoryMaxMB} MB`,
    measured: residentMB === null ? null : `${residentMB.toFixed(0)} MB`,
    reached: residentMB === null ? null : residentMB < TARGETS.gatewaysMemoryMaxMB,
  }
}

/**
 * Every family has to reach it: the slowest decides. Judged is the quietest round: the median of all rounds is that of
 * the machine with whoever shares its cores, which can double it.
 */
function decodingTarget(decoding: DecodingTime[]): Target {
  const slowest = decoding.reduce((a, b) => (b.quietestMicroseconds > a.quietestMicroseconds ? b : a))
  return {
    name: 'decoding a message, median of the quietest round, slowest JSON family',
    limit: `at most ${TARGETS.decodingMaxMicroseconds} µs`,
    measured: `${slowest.quietestMicroseconds.toFixed(1)} µs (${slowest.family})`,
    reached: slowest.quietestMicroseconds <= TARGETS.decodingMaxMicroseconds,
  }
}

/** The report as plain text in aligned columns. */
export function formatReport(report: BenchReport): string {
  return [
    `Shifen ${report.version}`,
    ...machineLines(report.machine),
    section('Sent: MQTT 3.1.1, QoS 1, not retained, one device a connection', messageLines(report)),
    section(
      `Acknowledged messages, ${report.secondsPerRun} s each; every connection keeps its window full`,
      throughputLines(report),
    ),
    section(
      `Critical event to its ticket on the live stream; every ${report.tickets.eventEveryMs} ms, from a fresh sensor`,
      ticketLines(report),
    ),
    section('Resident memory of the service', memoryLines(report)),
    section('Beside Mosquitto, same messages and windows, in turn', comparisonLines(report)),
    section(
      'Through Mosquitto as outside broker: committed messages, in turn with the embedded one',
      outsideLines(report),
    ),
    section('Decoding, from the bytes to what they say (JSON.parse included)', decodingLines(report.decoding)),
    section('Critical event to its first notice', firstNoticeLines(report.dispatch.firstNotice)),
    section('Steps of ladders that are due at one instant', dueStepsLines(report.dispatch.dueSteps)),
    section(`${count(report.scale.devices)} devices and ${count(report.scale.rules)} rules`, scaleLines(report.scale)),
    section(
      `${count(report.year.seeded.tickets)} tickets and ${count(report.year.seeded.historyRows)} rows of their history`,
      yearLines(report.year),
    ),
    section('Scenarios in virtual time, each in a process of its own', simulationLines(report.simulations)),
    section('The dashboard in a browser', dashboardLines(report.dashboard)),
    section('Targets', targetLines(report.targets)),
  ].join('\n')
}

function section(title: string, lines: string[]): string {
  return `\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`
}

function machineLines(machine: Machine): string[] {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${count(machine.memoryMB)} MB, ${machine.system}, Node ${machine.node}`,
    `data on ${machine.filesystem}, 4 KB write and sync ${machine.syncMs.toFixed(2)} ms (median); ` +
      `load average ${machine.loadAverage.toFixed(2)} before the run`,
  ]
  if (machine.loadAverage > QUIET_LOAD_MAX)
    lines.push('Other programs were running: the figures are lower than this machine allows.')
  return lines
}

function messageLines(report: BenchReport): string[] {
  const rows = report.messages.map((message) => [
    message.name,
    count(message.points),
    count(message.payloadBytes),
    count(message.packetBytes),
    count(message.variants),
    message.example,
  ])
  return table(['message', 'points', 'payload bytes', 'packet bytes', 'variants', 'for example'], rows, [0, 5])
}

function throughputLines(report: BenchReport): string[] {
  const header = ['connections', 'window', 'message', 'messages/s', 'p50 ms', 'p99 ms', 'max ms', 'generator busy']
  const row = (run: Throughput, note = '') => [
    count(run.connections),
    count(run.window),
    run.message + note,
    count(run.perSecond),
    ms(run.latency.p50Ms),
    ms(run.latency.p99Ms),
    ms(run.latency.maxMs),
    `${(run.generatorBusy * 100).toFixed(0)} %`,
  ]
  const rows = [...report.throughput.map((run) => row(run)), row(report.paced, ', paced')]
  const lines = table(header, rows, [2])
  lines.push(
    'Times run from the write to the PUBACK, which follows the commit; with a full window they are mostly waiting.',
  )
  if (report.throughput.some((run) => run.generatorBusy > GENERATOR_BUSY_MAX)) {
    lines.push('Where the generator was busy for over 90 %, it may have been the limit, not the service.')
  }
  return lines
}

function ticketLines(report: BenchReport): string[] {
  const rows = [report.tickets.idle, report.tickets.loaded].map(({ besidePerSecond, times }) => [
    besidePerSecond === 0 ? 'nothing' : `${count(besidePerSecond)} messages/s`,
    count(times.count),
    ms(times.p50Ms),
    ms(times.p99Ms),
    ms(times.maxMs),
  ])
  return table(['beside it', 'events', 'p50 ms', 'p99 ms', 'max ms'], rows, [0])
}

function memoryLines(report: BenchReport): string[] {
  const { idleConnections, residentMB, residentAfterLoadMB } = report.memory
  const megabytes = (value: number | null) => (value === null ? 'n/a on this platform' : `${value.toFixed(0)} MB`)
  return table(
    [`${count(idleConnections)} idle connections`, 'resident'],
    [
      ['after start and provisioning', megabytes(residentMB)],
      ['after all of the load', megabytes(residentAfterLoadMB)],
      [
        `${count(report.gateways.devices)} devices behind ${report.gateways.gateways} gateways`,
        megabytes(report.gateways.residentMB),
      ],
    ],
    [0],
  )
}

function comparisonLines(report: BenchReport): string[] {
  const { mosquitto } = report
  if (mosquitto === null) return ['Mosquitto is not installed here, so nothing was compared.']
  const rows = mosquitto.pairs.map((pair, index) => [
    String(index + 1),
    count(pair.shifenPerSecond),
    count(pair.mosquittoPerSecond),
    pair.ratio.toFixed(2),
  ])
  return [
    ...table(
      ['round', 'Shifen/s', `Mosquitto/s`, 'ratio'],
      [...rows, ['median', '', '', mosquitto.medianRatio.toFixed(2)]],
    ),
    `Mosquitto ${mosquitto.version} with persistence off and no subscriber: it stores and delivers nothing.`,
  ]
}

function outsideLines({ outside }: BenchReport): string[] {
  if (outside === null) return ['Mosquitto is not installed here, so nothing came through it.']
  const rows = outside.pairs.map((pair, index) => [
    String(index + 1),
    count(pair.embeddedPerSecond),
    count(pair.throughPerSecond),
    pair.ratio.toFixed(2),
  ])
  return [
    ...table(
      ['round', 'embedded/s', 'through/s', 'ratio'],
      [...rows, ['median', '', '', outside.medianRatio.toFixed(2)]],
    ),
    `Mosquitto ${outside.version} with persistence off, max_inflight_messages 0 and set_tcp_nodelay true;`,
    `with its own limits (20 messages in flight): ${count(outside.ownLimitsPerSecond)}/s.`,
  ]
}

function decodingLines(decoding: DecodingTime[]): string[] {
  const rows = decoding.map((each) => [
    each.family,
    count(each.payloadBytes),
    each.medianMicroseconds.toFixed(1),
    each.quietestMicroseconds.toFixed(1),
    each.p99Microseconds.toFixed(1),
    each.timesParsing.toFixed(1),
  ])
  const header = ['family', 'payload bytes', 'median µs', 'of the quietest round', 'p99 µs', '× JSON.parse']
  return [
    ...table(header, rows, [0]),
    'Every message is timed by itself, a block of each family in every round. What else runs here can only add.',
  ]
}

function targetLines(targets: Target[]): string[] {
  const verdict = (reached: boolean | null) => (reached === null ? 'not measured' : reached ? 'reached' : 'NOT REACHED')
  const rows = targets.map((target) => [target.name, target.limit, target.measured ?? 'n/a', verdict(target.reached)])
  return table(['target', 'limit', 'measured', ''], rows, [0, 1, 3])
}
