import { DAY_MS, SECOND_MS } from '../model.ts'
import type { Db } from '../storage/connect.ts'
import { countGappedLadders, countSettledLate, countUnrepeated, countWaitingSince } from '../storage/ladder-audit.ts'
import { REPETITIONS_MAX } from './steps.ts'

/** A step is late five seconds after it was due; that is told for a day. */
const LATE_AFTER_MS = 5 * SECOND_MS
const LATE_LASTS_MS = DAY_MS
/** All ladders are walked through so often; what is late is looked up every time. */
const WALK_EVERY_MS = 10 * SECOND_MS

/** How many steps were late or are missing, also because the service did not run. */
export type Auditor = (now: number) => Promise<number>

/** Proves from the rows alone that no step was missed or late: it shares nothing with the code that fires them. */
export function createAuditor(reader: Db): Auditor {
  let missing = 0
  let walkedAt: number | null = null
  return async (now) => {
    if (walkedAt === null || now - walkedAt >= WALK_EVERY_MS) {
      missing = (await countGappedLadders(reader)) + (await countUnrepeated(reader, REPETITIONS_MAX))
      walkedAt = now
    }
    const waiting = await countWaitingSince(reader, now - LATE_AFTER_MS)
    return missing + waiting + (await countSettledLate(reader, now - LATE_LASTS_MS))
  }
}
