import type { DashboardFigures } from '../../../simulators/bench/dashboard.ts'

/** A dashboard that reaches all that it should. */
export function aDashboard(changes: Partial<DashboardFigures> = {}): DashboardFigures {
  const loads = [
    { face: 'wallboard', bytes: 120_000 },
    { face: 'console', bytes: 300_000 },
    { face: 'phone', bytes: 140_000 },
  ]
  const frame = { openAlarms: 200, changesPerSecond: 50, shareUnder50Ms: 0.99, p95Ms: 17 }
  return {
    browser: '140.0',
    loads,
    ring: { count: 100, p50Ms: 40, p95Ms: 90, p99Ms: 120, maxMs: 150 },
    frames: [
      { face: 'console', ...frame },
      { face: 'wallboard', ...frame },
    ],
    growth: { minutes: 30, changesPerSecond: 50, bytes: 3_000_000 },
    ...changes,
  }
}
