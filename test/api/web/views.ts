import type { AlarmView, TicketView } from '../../../api/web/src/api/types.ts'

export const OPENED = '2026-11-23T02:00:00.000Z'
export const OPENED_MS = Date.parse(OPENED)

export const at = (afterMs: number) => new Date(OPENED_MS + afterMs).toISOString()

/** A ticket as the API sends it, fresh from an alarm. */
export function ticketView(id: string, changes: Partial<TicketView> = {}): TicketView {
  return {
    id,
    number: `20261123-${id}`,
    state: 'pending_dispatch',
    priority: 'critical',
    category: 'water_leak',
    origin: 'alarm',
    site: 'default',
    location: 'B2',
    device: 'leak-1',
    deviceName: 'Leak sensor',
    titles: { zh: '漏水', en: 'Leak' },
    description: '',
    reporter: null,
    alarms: [],
    commands: [],
    assignee: null,
    assigneeName: null,
    openedAt: OPENED,
    updatedAt: OPENED,
    closedAt: null,
    cancelAsked: null,
    actions: ['assign', 'cancel'],
    clocks: [
      { id: 'accept', milestone: 'accept', party: 'property', dueAt: at(180_000), metAt: null, state: 'running' },
      { id: 'arrive', milestone: 'arrive', party: 'property', dueAt: at(600_000), metAt: null, state: 'running' },
    ],
    ...changes,
  }
}

export function alarmView(id: string, changes: Partial<AlarmView> = {}): AlarmView {
  return {
    id,
    rule: 'water_leak.wet',
    titles: { zh: '漏水', en: 'Leak' },
    device: 'leak-1',
    deviceName: 'Leak sensor',
    location: 'B2',
    site: 'default',
    priority: 'critical',
    category: 'water_leak',
    state: 'unacked',
    active: true,
    value: true,
    raisedAt: OPENED,
    acknowledgedAt: null,
    acknowledgedBy: null,
    returnedAt: null,
    count: 1,
    messages: 1,
    ticket: null,
    muted: null,
    latched: false,
    chattering: false,
    stale: false,
    ...changes,
  }
}
