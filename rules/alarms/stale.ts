import type { Alarm } from '../model.ts'

/** An alarm that stands for longer tells nothing new any more (ISA-18.2: more than 24 hours). */
export const STALE_AFTER_MS = 24 * 3_600_000

export function isStale({ active, raisedAt, returnedAt, endedAt }: Alarm, now: number): boolean {
  return active && endedAt === null && returnedAt === null && raisedAt !== null && now - raisedAt > STALE_AFTER_MS
}
