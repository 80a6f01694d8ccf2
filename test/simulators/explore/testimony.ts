import type { ShownAlarm, ShownDevice, ShownTicket, Testimony } from '../../../simulators/explore/testimony.ts'
import type { SeenClock } from '../../../simulators/facts.ts'
import { clock, ticketOf } from '../report/played.ts'

const HOUR_MS = 3_600_000
export const START_MS = Date.UTC(2026, 10, 23, 2)
export const END_MS = START_MS + HOUR_MS
export const iso = (afterMs: number): string => new Date(START_MS + afterMs).toISOString()

export const shown = (number: string, more: Partial<ShownTicket> = {}): ShownTicket => ({
  ...ticketOf(number, START_MS),
  ...{ closedAt: null, appointmentAt: null, openedAt: iso(0), device: 'leak-1', category: 'water_leak' },
  ...{ origin: 'alarm', reworkOf: null, state: 'assigned', clocks: [arriveBy(600_000)] },
  ...more,
})

export const arriveBy = (dueMs: number, more: Partial<SeenClock> = {}): SeenClock =>
  clock('arrive', 0, { dueAt: iso(dueMs), ...more })

export const alarm = (id: string, more: Partial<ShownAlarm> = {}): ShownAlarm => ({
  ...{ id, rule: 'water_leak.wet', device: 'leak-1', site: 'riverside', priority: 'critical', category: 'water_leak' },
  ...{ state: 'unacked', computed: 'unacked', active: true, latched: false, count: 1, ticket: null },
  ...{ raisedAt: iso(0), acknowledgedAt: null, muted: null },
  ...more,
})

export const device = (more: Partial<ShownDevice> = {}): ShownDevice => ({
  ...{ id: 'meter-1', kind: 'power_meter', silenceMs: null, health: {}, lastSeenAt: iso(HOUR_MS), retiredAt: null },
  ...more,
})

export interface Seen extends Partial<Omit<Testimony, 'end'>> {
  atEnd?: Partial<Testimony['looks'][number]>
  end?: Partial<Testimony['end']>
}

/** A run in which everything holds, but for what is said. */
export function testimony({ atEnd, end, ...more }: Seen = {}): Testimony {
  const last = { atMs: END_MS, when: 'at the end' as const, tickets: [], alarms: [], devices: [], ...atEnd }
  return {
    played: {} as Testimony['played'],
    ...{ tickets: [], alarms: [], silences: [], looks: [last], downs: [], failures: [], terms: new Map() },
    lives: [{ delivered: 3, received: 3, rejected: 1 }],
    ...more,
    end: {
      ...{ steps: new Map(), history: new Map(), notices: [], rejections: 1, audit: { ok: true, faults: [] } },
      ladders: new Map(),
      ...end,
    },
  }
}
