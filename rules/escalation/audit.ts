import { DAY_MS, SECOND_MS, WORKING_STATES } from '../model.ts'
import type { Db } from '../storage/connect.ts'
import {
  countGapped,
  countSettledLate,
  countUnrepeated,
  countWaitingSince,
  ticketIdsIn,
} from '../storage/ladder-audit.ts'

/** A step is late five seconds after it was due; that is told for a day. */
const LATE_AFTER_MS = 5 * SECOND_MS
const LATE_LASTS_MS = DAY_MS
/** So many ladders are walked through at once: with more open tickets a round takes several looks. */
const TICKETS_IN_ONE_GO = 100

/** How many steps were late or are missing, also because the service did not run. */
export type Auditor = (now: number) => Promise<number>

/** Proves from the rows alone that no step was missed or late: it shares nothing with the code that fires them. */
export function createAuditor(reader: Db): Auditor {
  const walk = createWalk(reader)
  return async (now) => {
    const waiting = await countWaitingSince(reader, now - LATE_AFTER_MS)
    return waiting + (await countSettledLate(reader, now - LATE_LASTS_MS)) + (await walk())
  }
}

/** Goes through the ladders of all tickets that are worked on; answers what the last whole round found missing. */
function createWalk(reader: Db): () => Promise<number> {
  const states = WORKING_STATES
  let [state, after] = [0, '']
  let [missing, found] = [0, 0]
  return async () => {
    for (let left = TICKETS_IN_ONE_GO; left > 0 && state < states.length;) {
      const ids = await ticketIdsIn(reader, states[state]!, after, left)
      if (ids.length > 0) {
        found += (await countGapped(reader, ids)) + (await countUnrepeated(reader, ids))
      }
      if (ids.length < left) [state, after] = [state + 1, '']
      else after = ids.at(-1)!
      left -= ids.length
    }
    if (state < states.length) return missing
    missing = found
    ;[state, after, found] = [0, '', 0]
    return missing
  }
}
