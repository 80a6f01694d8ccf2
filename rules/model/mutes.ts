import type { MuteKind, TicketCategory } from './words.ts'

/** What keeps alarms from notifying and ticketing: over which, why, and for how long. */
export interface Mute {
  id: string
  kind: MuteKind
  site: string
  over: MuteScope
  reason: string
  /** A person's name, or `system` for what is suppressed by design. */
  by: string
  /** In force from then; later than `createdAt` where it was planned ahead. */
  from: number
  /** Until then; `null` only while the alarm that suppresses stands. */
  until: number | null
  /** Ends as soon as the shelved alarm returns to normal. */
  oneShot: boolean
  /** The alarm that was shelved, or that suppresses the others. */
  alarm: string | null
  createdAt: number
  /** When it took effect on the alarms that were open then. */
  begunAt: number | null
  endedAt: number | null
  endedBy: string | null
  /** When somebody is told next that it is still in force. */
  remindAt: number | null
}

/** Which alarms of the site: those that meet every field that is set. */
export interface MuteScope {
  building?: string
  zone?: string
  device?: string
  category?: TicketCategory
  /** Rules by id; `elevator.*` and `*.offline` mean all that begin or end so. */
  rules?: readonly string[]
  /** Devices behind the gateway or outside broker, of the family. */
  behind?: { gateway: string; family: string | null; unreachableOnly: boolean }
  /** Only what was raised in the drill: one of its alarms suppresses no real one. */
  drill?: string
}
