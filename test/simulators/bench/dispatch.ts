import type { Dispatch } from '../../../simulators/bench/report-dispatch.ts'

const times = (p99Ms: number) => ({ count: 200, p50Ms: 8, p95Ms: 12, p99Ms, maxMs: p99Ms + 1 })

export const aDispatch = (loadedMs = 99, settledMs = 9_900, duringMs = 10): Dispatch => ({
  firstNotice: {
    idle: { besidePerSecond: 0, acknowledged: times(19), first: times(20), call: times(21) },
    loaded: { besidePerSecond: 5_000, acknowledged: times(80), first: times(loadedMs), call: times(150) },
  },
  dueSteps: {
    ...{ tickets: 2_500, steps: 10_000, settledMs, calls: 12_500, toldMs: 16_000, messagesPerSecond: 998 },
    ...{ before: times(5), during: times(duringMs) },
  },
})
