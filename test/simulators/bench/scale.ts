import type { Scale } from '../../../simulators/bench/scale.ts'

export const aCost = (message: string, medianMicroseconds: number, share = 0.5) => ({
  ...{ message, share, medianMicroseconds, rulesMet: 27.25, withoutMicroseconds: 12 },
  ...{ lowerMicroseconds: medianMicroseconds - 1, upperMicroseconds: medianMicroseconds + 1 },
})

export const aScale = (overrides: Partial<Scale> = {}): Scale => ({
  devices: 10_000,
  rules: 200,
  evaluation: [aCost('a meter', 4.9, 0.6), aCost('a lift', 0.3, 0.4)],
  start: { openAlarms: 1_000, readyMs: 2_900, residentMB: 190 },
  silence: {
    devices: 10_000,
    withinMs: 20_000,
    late: { count: 1, p50Ms: 150, p95Ms: 400, p99Ms: 600, maxMs: 1_000 },
    lastCommittedMs: 900,
  },
  ...overrides,
})
