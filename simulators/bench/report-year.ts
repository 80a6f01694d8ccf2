import type { Summary } from './histogram.ts'
import type { Target } from './report.ts'
import { count, ms, table } from './table.ts'
import type { Year } from './year.ts'

export const YEAR_TARGETS = { questionP99MaxMs: 100, reportP99MaxMs: 500, exportGrowthMaxMB: 100 } as const

export function yearTargets({ seeded, questions, report, export: exported }: Year): Target[] {
  const { questionP99MaxMs, reportP99MaxMs, exportGrowthMaxMB } = YEAR_TARGETS
  const slowest = questions.reduce((a, b) => (b.times.p99Ms > a.times.p99Ms ? b : a))
  const grown = exported?.grownMB ?? null
  return [
    {
      name: `lists, filters and a ticket of ${count(seeded.tickets)}, p99, slowest`,
      limit: `under ${questionP99MaxMs} ms`,
      measured: `${ms(slowest.times.p99Ms)} ms (${slowest.name})`,
      reached: slowest.times.p99Ms < questionP99MaxMs,
    },
    {
      name: `service report of a month with ${count(report.tickets)} tickets, p99`,
      limit: `under ${reportP99MaxMs} ms`,
      measured: `${ms(report.times.p99Ms)} ms`,
      reached: report.times.p99Ms < reportP99MaxMs,
    },
    {
      name: "memory that a year's export takes while it streams",
      limit: `under ${exportGrowthMaxMB} MB`,
      measured: grown === null ? null : `${grown.toFixed(0)} MB`,
      reached: grown === null ? null : grown < exportGrowthMaxMB,
    },
  ]
}

const row = (name: string, { count: counted, p50Ms, p99Ms, maxMs }: Summary) => [
  name,
  ...[count(counted), ms(p50Ms), ms(p99Ms), ms(maxMs)],
]

export function yearLines({ questions, report, export: exported }: Year): string[] {
  const rows = [
    ...questions.map(({ name, times }) => row(name, times)),
    row(`service report of ${count(report.tickets)} tickets`, report.times),
    row('a small question while reports are made', report.beside),
  ]
  return [
    ...table(['over HTTP, one at a time', 'asked', 'p50 ms', 'p99 ms', 'max ms'], rows, [0]),
    exported === null
      ? 'This service has no export of tickets.'
      : `A year's export: ${count(exported.lines)} lines in ${exported.seconds.toFixed(1)} s.`,
  ]
}
