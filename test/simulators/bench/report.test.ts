import { describe, expect, it } from 'vitest'
import { formatReport, judge, type BenchReport } from '../../../simulators/bench/report.ts'
import { aDashboard } from './dashboard.ts'
import { aDispatch } from './dispatch.ts'
import { aScale } from './scale.ts'
import { simulationsTook } from './simulations.ts'
import { aYear } from './year.ts'

const times = (p99Ms: number) => ({ count: 100, p50Ms: 1.234, p95Ms: 2, p99Ms, maxMs: p99Ms * 2 })
const decoded = (family: string, payloadBytes: number, quietestMicroseconds: number) => ({
  ...{ family, payloadBytes, quietestMicroseconds },
  ...{ medianMicroseconds: quietestMicroseconds + 1, p99Microseconds: quietestMicroseconds * 3, timesParsing: 4.25 },
})
const run = { connections: 100, window: 32, message: 'one-point', acknowledged: 250_000 } as const

function report(overrides: Partial<Omit<BenchReport, 'targets'>> = {}): BenchReport {
  const found = {
    version: '1.2.3',
    machine: {
      cpu: 'A CPU',
      cores: 2,
      memoryMB: 8_000,
      system: 'Linux 6',
      node: 'v20.0.0',
      filesystem: 'ext4',
      syncMs: 0.5,
      loadAverage: 0.1,
    },
    secondsPerRun: 5,
    messages: [
      { name: 'one-point', points: 1, example: '{"values":{}}', payloadBytes: 13, packetBytes: 50, variants: 128 },
    ] as BenchReport['messages'],
    throughput: [{ ...run, perSecond: 50_000, latency: times(70), generatorBusy: 0.5 }],
    paced: { ...run, perSecond: 5_000, latency: times(7), generatorBusy: 0.1 },
    tickets: {
      eventEveryMs: 50,
      idle: { besidePerSecond: 0, times: times(5) },
      loaded: { besidePerSecond: 5_000, times: times(20) },
    },
    memory: { idleConnections: 1_000, residentMB: 120, residentAfterLoadMB: 300 },
    mosquitto: {
      version: '2.0',
      pairs: [{ shifenPerSecond: 50_000, mosquittoPerSecond: 80_000, ratio: 0.625 }],
      medianRatio: 0.625,
    },
    outside: {
      version: '2.0',
      pairs: [{ embeddedPerSecond: 50_000, throughPerSecond: 30_500, ratio: 0.61 }],
      medianRatio: 0.61,
      ownLimitsPerSecond: 20_250,
    },
    gateways: { gateways: 5, devices: 10_000, rounds: 3, residentMB: 210 },
    decoding: [decoded('A', 100, 4.5), decoded('B', 300, 9.96)],
    dispatch: aDispatch(),
    scale: aScale(),
    year: aYear(),
    simulations: simulationsTook(0.5, 80, 85),
    dashboard: aDashboard(),
    ...overrides,
  }
  return { ...found, targets: judge(found) }
}

/** Those of dispatch and of scale are judged in tests of their own. */
const verdicts = (overrides: Partial<BenchReport>) =>
  report(overrides)
    .targets.slice(0, 5)
    .map((target) => target.reached)

describe('judge', () => {
  it('holds each target on its own', () => {
    expect(verdicts({})).toEqual([true, true, true, true, true])
    expect(verdicts({ mosquitto: { version: '2.0', pairs: [], medianRatio: 0.49 } })).toEqual([
      false,
      true,
      true,
      true,
      true,
    ])
    const tickets = { ...report().tickets, loaded: { besidePerSecond: 5_000, times: times(50) } }
    expect(verdicts({ tickets })).toEqual([true, false, true, true, true])
    const memory = { ...report().memory, residentMB: 150 }
    expect(verdicts({ memory })).toEqual([true, true, false, true, true])
    const gateways = { ...report().gateways, residentMB: 400 }
    expect(verdicts({ gateways })).toEqual([true, true, true, false, true])
    const decoding = [...report().decoding, decoded('C', 1, 10.1)]
    expect(verdicts({ decoding })).toEqual([true, true, true, true, false])
  })

  it('calls nothing reached that was not measured', () => {
    const memory = { ...report().memory, residentMB: null }
    expect(verdicts({ mosquitto: null, memory })).toEqual([null, true, null, true, true])
  })
})

describe('formatReport', () => {
  it('prints what was measured, on which machine, with which messages', () => {
    const text = formatReport(report())
    for (const part of [
      'Shifen 1.2.3',
      'A CPU, 2 cores',
      'ext4',
      '{"values":{}}',
      '50,000',
      '120 MB',
      '300 MB',
      '0.63',
      '30,500',
      '0.61',
      '20,250',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).toMatch(/\n +A +100 +5\.5 +4\.5 +13\.5 +4\.3\n/)
    expect(text).not.toContain('NOT REACHED')
    expect(text).not.toContain('may have been the limit')
    expect(text).not.toContain('Other programs')
  })

  it('aligns a table at its columns', () => {
    const lines = formatReport(report()).split('\n')
    const header = lines.find((line) => line.includes('messages/s  '))!
    const row = lines.find((line) => line.includes('50,000') && line.includes('one-point'))!
    const end = header.indexOf('messages/s') + 'messages/s'.length
    expect(row.slice(0, end)).toMatch(/ 50,000$/)
  })

  it('says what it could not measure, what was missed, and when the generator was the limit', () => {
    const text = formatReport(
      report({
        mosquitto: null,
        outside: null,
        machine: { ...report().machine, loadAverage: 2 },
        memory: { idleConnections: 1_000, residentMB: null, residentAfterLoadMB: null },
        tickets: { ...report().tickets, loaded: { besidePerSecond: 5_000, times: times(80) } },
        throughput: [{ ...run, perSecond: 50_000, latency: times(70), generatorBusy: 0.95 }],
      }),
    )
    expect(text).toContain('nothing came through it')
    for (const part of ['Mosquitto is not installed', 'n/a on this platform', 'NOT REACHED', 'not measured']) {
      expect(text).toContain(part)
    }
    expect(text).toContain('may have been the limit')
    expect(text).toContain('Other programs were running')
  })
})
