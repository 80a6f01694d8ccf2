/** A sample stays the best for so long; afterwards a slower one may replace it, which follows a drifting clock. */
const SAMPLE_LIFE_MS = 60_000
/** The browser's wall clock is corrected by less while the machine is awake. */
const SLEPT_MS = 5_000

/**
 * The service's time on this screen, in epoch milliseconds: the last stated time plus monotonic time since.
 *
 * Every statement is late by its way through the network, never early; so the highest offset of the last minute is the
 * truest. The browser's own wall clock may be wrong, and may jump. It tells one thing only: monotonic time stands still
 * while the machine sleeps, so a leap of the wall clock against it is how long that was, until the service is heard.
 */
export interface ServerClock {
  /** Takes `serverTime` of a message that has just arrived. */
  observe(serverTime: string): void
  /** A new connection: what was known may be of another machine. The clock runs on until the next statement. */
  restart(): void
  /** `null` before the first statement. */
  nowMs(): number | null
}

/** Times in milliseconds; `onSleep` hears of it when the clock is next read after the machine has slept. */
export function createServerClock(monotonic: () => number, wall: () => number, onSleep: () => void): ServerClock {
  let offsetMs: number | null = null
  let sampledAt = 0
  let restarted = true
  let aheadMs = wall() - monotonic()

  function noticeSleep(): void {
    const sleptMs = wall() - monotonic() - aheadMs
    aheadMs += sleptMs
    if (sleptMs < SLEPT_MS || offsetMs === null) return
    offsetMs += sleptMs
    onSleep()
  }

  return {
    observe(serverTime) {
      const statedMs = Date.parse(serverTime)
      if (Number.isNaN(statedMs)) return
      noticeSleep()
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
    nowMs() {
      noticeSleep()
      return offsetMs === null ? null : offsetMs + monotonic()
    },
  }
}
