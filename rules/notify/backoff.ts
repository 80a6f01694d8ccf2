import { HOUR_MS, MINUTE_MS, type Random, SECOND_MS } from '../model.ts'

const FIRST_MS = 5 * SECOND_MS
const FIRST_OF_EMERGENCY_MS = 2 * SECOND_MS
const LONGEST_MS = 10 * MINUTE_MS
/** Who answers that we are to come back in a week is not waited for so long. */
const ASKED_MAX_MS = HOUR_MS
/** So far a wait is moved to either side, as a share of it: who failed together does not come back together. */
const JITTER = 0.25

/** How long to wait after the `attempts`th try (from 1) has failed. `askedMs`: what a Retry-After said. */
export function retryAfter(attempts: number, emergency: boolean, random: Random, askedMs = 0): number {
  const firstMs = emergency ? FIRST_OF_EMERGENCY_MS : FIRST_MS
  const plainMs = Math.min(LONGEST_MS, firstMs * 2 ** (attempts - 1))
  const waitMs = Math.round(plainMs * (1 - JITTER + 2 * JITTER * random()))
  return Math.max(Math.min(LONGEST_MS, waitMs), Math.min(askedMs, ASKED_MAX_MS))
}
