import { createGuard } from '../../api/outgoing-guard.ts'
import { createOutgoing } from '../../api/outgoing.ts'
import { createChannelTypes } from '../../rules/notify/channels/index.ts'

/** 2026-11-23 10:00 in Shanghai. */
export const NOW = Date.UTC(2026, 10, 23, 2)

/** Every kind of channel behind the real door, which lets this machine be reached by its address. */
export function outward(withinMs?: number) {
  const doors = createOutgoing(createGuard(['127.0.0.1']), withinMs)
  const types = createChannelTypes({ ...doors, random: Math.random, log: () => undefined })
  return { types, doors }
}
