import type { Limit } from './channel.ts'

/** How many messages may go to a target now, and, where none may, from when on one may. */
export interface Slots {
  free: number
  freeAt: number
}

/**
 * Sliding windows: `sentAt` when earlier messages had been answered, oldest first; `pending` are in the air. A message
 * counts from its start until `withinMs` after its answer, so that the provider, who sees it in between, never counts
 * more than we do. `kept` slots of each limit are left for emergencies; one is there for the others in any case.
 */
export function slotsOf(
  sentAt: readonly number[],
  pending: number,
  limits: readonly Limit[],
  kept: number,
  now: number,
): Slots {
  let slots: Slots = { free: Infinity, freeAt: now }
  for (const { count, withinMs } of limits) {
    const most = Math.max(1, count - kept)
    const within = sentAt.filter((at) => now - at < withinMs)
    const free = Math.max(0, most - within.length - pending)
    const leaving = within[within.length + pending - most] ?? now
    const freeAt = free > 0 ? now : leaving + withinMs
    slots = { free: Math.min(slots.free, free), freeAt: Math.max(slots.freeAt, freeAt) }
  }
  return slots
}

/** Without what no window holds any more. */
export function stillCounted(sentAt: readonly number[], limits: readonly Limit[], now: number): number[] {
  const longestMs = longestOf(limits)
  return sentAt.filter((at) => now - at < longestMs)
}

/** So far back what was sent counts. */
export const longestOf = (limits: readonly Limit[]) => Math.max(0, ...limits.map(({ withinMs }) => withinMs))
