import type { Year } from '../../../simulators/bench/year.ts'

const times = (p99Ms: number) => ({ count: 100, p50Ms: 8, p95Ms: 12, p99Ms, maxMs: p99Ms + 1 })

export const aYear = (questionMs = 99, reportMs = 499, grownMB: number | null = 40): Year => ({
  seeded: { tickets: 100_000, historyRows: 1_100_000, grades: 33_000 },
  questions: [
    { name: 'by site', times: times(20) },
    { name: 'by device', times: times(questionMs) },
  ],
  report: { tickets: 8_500, times: times(reportMs), beside: times(15) },
  export: grownMB === null ? null : { lines: 100_000, seconds: 12.34, grownMB },
})
