import type { Alarm } from '../model.ts'

/** An alarm that stands for longer tells nothing new any more (ISA-18.2: more than 24 hours). */
export const STALE_AFTER_MS = 24 * 3_600_000

export function isStale(alarm: Alarm, now: number): boolean {
  const { active, raisedAt, returnedAt, endedAt, changedAt } = alarm
  if (!active || endedAt !== null || returnedAt !== null || raisedAt === null) return false
  // One that recurred before it ended was raised earlier than its condition last became true.
  return now - Math.max(raisedAt, changedAt.at(-1) ?? 0) > STALE_AFTER_MS
}
