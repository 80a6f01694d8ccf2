import type {
  AlarmView,
  DrillView,
  TicketClockView,
  TicketCommandView,
  TicketView,
} from '../../../api/web/src/api/types.ts'

export const OPENED = '2026-11-23T02:00:00.000Z'
export const OPENED_MS = Date.parse(OPENED)

export const at = (afterMs: number) => new Date(OPENED_MS + afterMs).toISOString()

/** A clock of the property's own, `afterMs` from opening. */
export function clockView(milestone: TicketClockView['milestone'], afterMs: number): TicketClockView {
  const dueAt = at(afterMs)
  return {
    id: milestone,
    milestone,
    party: 'property',
    dueAt,
    notBefore: null,
    metAt: null,
    state: 'running',
    early: false,
  }
}

export function commandView(device: string, state: TicketCommandView['state'], id: string): TicketCommandView {
  return {
    ...{ id, device, deviceName: device, site: 'default', command: 'close', args: {}, state, attempts: 1 },
    ...{ createdAt: OPENED, sentAt: OPENED, expiresAt: at(60_000), settledAt: null, reply: null },
    ...{ requestedBy: null, rule: null, alarm: null, ticket: null },
  }
}

export function drillView(id: string, changes: Partial<DrillView> = {}): DrillView {
  const titles = { zh: '漏水演练', en: 'Leak drill' }
  return {
    ...{ id, site: 'default', title: titles.zh, titles, by: 'admin', startedAt: OPENED, endsAt: at(60_000) },
    ...{ endedAt: null, endedBy: null, state: 'running', devices: null, building: null, zone: null },
    ...{ notify: { responders: [], channels: [] }, commands: false },
    ...changes,
  }
}

/** A ticket as the API sends it, fresh from an alarm. */
export function ticketView(id: string, changes: Partial<TicketView> = {}): TicketView {
  return {
    id,
    number: `20261123-${id}`,
    state: 'pending_dispatch',
    priority: 'critical',
    category: 'water_leak',
    origin: 'alarm',
    kind: 'repair',
    size: null,
    problems: [],
    site: 'default',
    location: 'B2',
    device: 'leak-1',
    deviceName: 'Leak sensor',
    title: '漏水',
    titles: { zh: '漏水', en: 'Leak' },
    description: '',
    reporter: null,
    alarms: [],
    commands: [],
    assignee: null,
    assigneeName: null,
    reworkOf: null,
    follows: null,
    drill: null,
    ageUnknown: false,
    signature: null,
    occurredAt: OPENED,
    appointmentAt: null,
    commitment: '',
    commitments: [],
    openedAt: OPENED,
    updatedAt: OPENED,
    closedAt: null,
    cancelAsked: null,
    actions: ['assign', 'cancel'],
    clocks: [clockView('accept', 180_000), clockView('arrive', 600_000)],
    ...changes,
  }
}

export function alarmView(id: string, changes: Partial<AlarmView> = {}): AlarmView {
  return {
    id,
    rule: 'water_leak.wet',
    title: '漏水',
    titles: { zh: '漏水', en: 'Leak' },
    device: 'leak-1',
    deviceName: 'Leak sensor',
    location: 'B2',
    site: 'default',
    priority: 'critical',
    category: 'water_leak',
    state: 'unacked',
    computed: 'unacked',
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
    drill: null,
    ageUnknown: false,
    levels: [],
    transitions: 1,
    latched: false,
    chattering: false,
    stale: false,
    ...changes,
  }
}
