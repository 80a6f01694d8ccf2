/** Where every decision gets its time from. All times are UTC epoch milliseconds. */
export interface Clock {
  now(): number
  /** Wall time minus this clock, in milliseconds; a clock that has no wall time beside it has none. */
  driftMs?(): number
}

/**
 * Wall time at start plus monotonic time, so that a step of the machine's clock moves no deadline.
 *
 * Where the wall clock comes to differ by more than `STEP_MS` (2 s), `driftMs()` tells by how much, and the clock slews
 * towards it by at most 1 % (10 ms a second): it never jumps.
 */
export interface SystemClock extends Clock {
  driftMs(): number
}

interface Sources {
  wall: () => number
  monotonic: () => number
}

const STEP_MS = 2_000
const SLEW = 0.01

export function systemClock(sources: Sources = { wall: Date.now, monotonic: () => performance.now() }): SystemClock {
  let readAt = sources.monotonic()
  let value = sources.wall()
  let slewing = false

  const advance = () => {
    const monotonic = sources.monotonic()
    const elapsed = Math.max(0, monotonic - readAt)
    readAt = monotonic
    value += elapsed
    const drift = sources.wall() - value
    if (Math.abs(drift) > STEP_MS) slewing = true
    if (slewing) {
      const correction = Math.min(Math.abs(drift), elapsed * SLEW)
      value += Math.sign(drift) * correction
      if (Math.abs(drift) < 1) slewing = false
    }
  }
  return {
    now() {
      advance()
      return Math.floor(value)
    },
    driftMs() {
      advance()
      return sources.wall() - value
    },
  }
}

export interface ManualClock extends Clock {
  /** Moves time forward by `ms`; time never goes back. */
  advance(ms: number): void
  set(epochMs: number): void
}

export function manualClock(startMs: number): ManualClock {
  let value = startMs
  return {
    now: () => value,
    advance(ms) {
      if (ms < 0) throw new RangeError('time does not go back')
      value += ms
    },
    set(epochMs) {
      if (epochMs < value) throw new RangeError('time does not go back')
      value = epochMs
    },
  }
}
