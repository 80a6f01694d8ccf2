/** A sample stays the best for so long; afterwards a slower one may replace it, which follows a drifting clock. */
const SAMPLE_LIFE_MS = 60_000

/**
 * The service's time on this screen, in epoch milliseconds: the last stated time plus monotonic time since.
 *
 * Every statement is late by its way through the network, never early; so the highest offset of the last minute is the
 * truest. The browser's own wall clock plays no part: it may be wrong, and it may jump.
 */
export interface ServerClock {
  /** Takes `serverTime` of a message that has just arrived. */
  observe(serverTime: string): void
  /** A new connection: what was known may be of another machine. The clock runs on until the next statement. */
  restart(): void
  /** `null` before the first statement. */
  nowMs(): number | null
}

export function createServerClock(monotonic: () => number): ServerClock {
  let offsetMs: number | null = null
  let sampledAt = 0
  let restarted = true
  return {
    observe(serverTime) {
      const statedMs = Date.parse(serverTime)
      if (Number.isNaN(statedMs)) return
      const arrivedAt = monotonic()
      const sampleMs = statedMs - arrivedAt
      const better = offsetMs === null || sampleMs >= offsetMs
      if (!better && !restarted && arrivedAt - sampledAt <= SAMPLE_LIFE_MS) return
      offsetMs = sampleMs
      sampledAt = arrivedAt
      restarted = false
    },
    restart() {
      restarted = true
    },
    nowMs: () => (offsetMs === null ? null : offsetMs + monotonic()),
  }
}
