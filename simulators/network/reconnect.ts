import { MINUTE_MS, SECOND_MS } from '../../rules/model.ts'
import type { SeededRandom } from '../random.ts'

/** The first wait and the longest, as MQTT clients of devices commonly have them: doubled after each try in vain. */
const WAITS_MS = { first: SECOND_MS, longest: MINUTE_MS } as const

/**
 * When a device whose link broke at `brokeMs` is connected again, the network being there from `freeMs` on: at the
 * first of its tries from then. It waits half to all of 1, 2, 4 … 60 s between them, so that a thousand that were cut
 * off together do not come back in one moment.
 */
export function reconnectsAt(brokeMs: number, freeMs: number, random: SeededRandom): number {
  let atMs = brokeMs
  let waitMs: number = WAITS_MS.first
  do {
    atMs += random.integer(waitMs / 2, waitMs)
    waitMs = Math.min(2 * waitMs, WAITS_MS.longest)
  } while (atMs < freeMs)
  return atMs
}
