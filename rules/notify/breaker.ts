import { MINUTE_MS, SECOND_MS } from '../model.ts'

/** Keeps what would fail from being tried: of one channel, whatever its targets. */
export interface Breaker {
  /** In a row. */
  failures: number
  /** When one may try whether it works again; `null`: closed, all may. */
  openUntil: number | null
  openForMs: number
  /** That one is in the air. */
  probing: boolean
}

export const CLOSED: Breaker = { failures: 0, openUntil: null, openForMs: 0, probing: false }

const FAILURES_MAX = 5
const FIRST_OPEN_MS = 30 * SECOND_MS
const LONGEST_OPEN_MS = 5 * MINUTE_MS

/** How many may be tried now. */
export function mayTry({ openUntil, probing }: Breaker, now: number): 'all' | 'one' | 'none' {
  if (openUntil === null) return 'all'
  return now >= openUntil && !probing ? 'one' : 'none'
}

export const probed = (breaker: Breaker): Breaker =>
  breaker.openUntil === null ? breaker : { ...breaker, probing: true }

/** After a try. What fails beside the one that probes was sent before it opened and says nothing new. */
export function afterTry(breaker: Breaker, worked: boolean, now: number): Breaker {
  if (worked) return CLOSED
  const failures = breaker.failures + 1
  if (breaker.openUntil === null && failures < FAILURES_MAX) return { ...breaker, failures }
  if (breaker.openUntil !== null && !breaker.probing) return { ...breaker, failures }
  const openForMs = Math.min(LONGEST_OPEN_MS, breaker.openForMs === 0 ? FIRST_OPEN_MS : breaker.openForMs * 2)
  return { failures, openUntil: now + openForMs, openForMs, probing: false }
}

/** The one that probed came to nothing that tells of the channel: the next may. */
export const unprobed = (breaker: Breaker): Breaker => ({ ...breaker, probing: false })
