import type { DueSteps } from './due-steps.ts'
import type { FirstNotice } from './first-notice.ts'
import type { Summary } from './histogram.ts'
import type { Target } from './report.ts'
import { count, ms, table } from './table.ts'

/** What it costs to get somebody to the door. */
export interface Dispatch {
  firstNotice: FirstNotice
  dueSteps: DueSteps
}

export const DISPATCH_TARGETS = { firstNoticeP99MaxMs: 100, settledMaxMs: 10_000, ingestRatioMax: 2 } as const

const ingestRatio = ({ before, during }: DueSteps) => during.p99Ms / before.p99Ms

export function dispatchTargets({ firstNotice, dueSteps }: Dispatch): Target[] {
  const { firstNoticeP99MaxMs, settledMaxMs, ingestRatioMax } = DISPATCH_TARGETS
  const { p99Ms } = firstNotice.loaded.first
  const ratio = ingestRatio(dueSteps)
  return [
    {
      name: 'critical event to its first notice at the receiver, p99, loaded',
      limit: `under ${firstNoticeP99MaxMs} ms`,
      measured: `${ms(p99Ms)} ms`,
      reached: p99Ms < firstNoticeP99MaxMs,
    },
    {
      name: `${count(dueSteps.steps)} steps due at one instant are worked off`,
      limit: `under ${settledMaxMs / 1_000} s`,
      measured: `${(dueSteps.settledMs / 1_000).toFixed(1)} s`,
      reached: dueSteps.settledMs < settledMaxMs,
    },
    {
      name: 'PUBACK meanwhile, p99, of that before',
      limit: `at most ${ingestRatioMax.toFixed(1)} times`,
      measured: `${ratio.toFixed(1)} times`,
      reached: ratio <= ingestRatioMax,
    },
  ]
}

const HEADER = ['', 'count', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms']

const row = (name: string, { count: counted, p50Ms, p95Ms, p99Ms, maxMs }: Summary) => [
  name,
  ...[count(counted), ms(p50Ms), ms(p95Ms), ms(p99Ms), ms(maxMs)],
]

export function firstNoticeLines({ idle, loaded }: FirstNotice): string[] {
  const rows = [idle, loaded].flatMap(({ besidePerSecond, acknowledged, first, call }) => {
    const beside = besidePerSecond === 0 ? 'nothing beside it' : `${count(besidePerSecond)} messages/s beside it`
    return [row(`PUBACK, ${beside}`, acknowledged), row('first notice', first), row('call to a person', call)]
  })
  const ratio = loaded.first.p99Ms / idle.first.p99Ms
  return [
    ...table(HEADER, rows, [0]),
    `First notice at p99 with the load: ${ratio.toFixed(2)} of that without. Times end when a receiver on this machine`,
    'has read the request: that is after the service handed it to its socket.',
  ]
}

export function dueStepsLines(found: DueSteps): string[] {
  const { tickets, steps, settledMs, calls, toldMs, messagesPerSecond, before, during } = found
  const seconds = (value: number) => (value / 1_000).toFixed(1)
  const beside = `${count(messagesPerSecond)} messages/s beside them`
  return [
    ...table(HEADER, [row('PUBACK before', before), row('PUBACK meanwhile', during)], [0]),
    `${count(steps)} steps of ${count(tickets)} tickets, with ${beside}: all settled after ${seconds(settledMs)} s;`,
    `the last of ${count(calls)} calls to people had reached the receiver after ${seconds(toldMs)} s.`,
  ]
}
