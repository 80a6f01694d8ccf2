import type { ClockState, Milestone, Party, Priority, TicketState } from '../rules/model.ts'
import type { Fact, FactAbout, FieldValue } from './scenario.ts'

/** What a run looks at of a ticket; times are UTC milliseconds. */
export interface SeenTicket {
  id: string
  number: string
  state: TicketState
  priority: Priority
  category: string
  origin: string
  kind: string
  site: string
  location: string
  device: string | null
  title: { zh: string; en: string }
  assignee: string | null
  reworkOf: string | null
  ageUnknown: boolean
  alarms: readonly string[]
  openedAtMs: number
  clocks: readonly SeenClock[]
}

export interface SeenClock {
  milestone: Milestone
  party: Party
  state: ClockState
  dueAtMs: number
  metAtMs: number | null
}

export interface SeenAlarm {
  id: string
  rule: string
  device: string
  site: string
  priority: Priority
  category: string
  state: string
  active: boolean
  latched: boolean
  count: number
  muted: string | null
  ticket: string | null
}

export interface SeenNotice {
  id: string
  kind: string
  state: 'queued' | 'sent' | 'failed' | 'withdrawn'
  channel: string
  recipient: string | null
  emergency: boolean
  ticket: string | null
  alarm: string | null
  attempts: number
  reason: string | null
}

export interface SeenCommand {
  id: string
  device: string
  command: string
  state: string
  by: string | null
  ticket: string | null
}

export interface SeenRejection {
  reason: string
  detail: string
  device: string | null
  topic: string
}

/** What the service told, as it comes. */
export type News =
  | { about: 'alarm'; alarm: SeenAlarm; events: readonly string[] }
  | { about: 'ticket'; ticket: SeenTicket; joined: boolean }
  | { about: 'notice'; notice: SeenNotice }
  | { about: 'command'; command: SeenCommand }
  | { about: 'device'; id: string; kind: string; family: string | null }
  | { about: 'rejection'; rejection: SeenRejection }

/** Turns what the service told into facts: each once, with the scenario's own names of devices. */
export interface FactFinder {
  find(news: News, atMs: number): Fact[]
  /** Tickets as they are now, by id, in the order they were opened. */
  tickets: ReadonlyMap<string, SeenTicket>
  alarms: ReadonlyMap<string, SeenAlarm>
}

export function createFactFinder(nameOf: (device: string) => string): FactFinder {
  const tickets = new Map<string, SeenTicket>()
  const alarms = new Map<string, SeenAlarm>()
  const notices = new Map<string, string>()
  const commands = new Map<string, string>()
  const named = (device: string | null) => (device === null ? null : nameOf(device))

  function ofAlarm(alarm: SeenAlarm, events: readonly string[], atMs: number): Fact[] {
    alarms.set(alarm.id, alarm)
    const { rule, priority, state, muted, site, category, count } = alarm
    const fields = { device: nameOf(alarm.device), rule, priority, state, muted, site, category, count }
    return events.map((what) => fact(atMs, 'alarm', what, alarm.ticket ?? alarm.id, fields))
  }

  function ofTicket(ticket: SeenTicket, joined: boolean, atMs: number): Fact[] {
    const before = tickets.get(ticket.id)
    tickets.set(ticket.id, ticket)
    const fields = fieldsOf(ticket, named(ticket.device))
    const whats = [...(before === undefined ? ['opened'] : []), ...moves(before, ticket), ...(joined ? ['joined'] : [])]
    return [
      ...whats.map((what) => fact(atMs, 'ticket', what, ticket.id, fields)),
      ...ticket.clocks.flatMap((clock, index) => ofClock(before?.clocks[index], clock, ticket, atMs)),
    ]
  }

  function ofClock(before: SeenClock | undefined, clock: SeenClock, ticket: SeenTicket, atMs: number): Fact[] {
    if (before?.state === clock.state) return []
    const { number, category, priority, device } = ticket
    const fields = { milestone: clock.milestone, party: clock.party, device: named(device), category, priority }
    const about = { ...fields, ticketNumber: number }
    const started = before === undefined ? [fact(atMs, 'clock', 'started', ticket.id, about)] : []
    if (clock.state === 'running') return started
    return [...started, fact(clock.metAtMs ?? atMs, 'clock', clock.state, ticket.id, about)]
  }

  function ofNotice(notice: SeenNotice, atMs: number): Fact[] {
    const before = notices.get(notice.id)
    if (before === notice.state) return []
    notices.set(notice.id, notice.state)
    const ticket = notice.ticket === null ? undefined : tickets.get(notice.ticket)
    const alarm = notice.alarm === null ? undefined : alarms.get(notice.alarm)
    const { kind, channel, recipient, emergency, attempts } = notice
    const device = named(ticket?.device ?? alarm?.device ?? null)
    const category = ticket?.category ?? alarm?.category ?? null
    const fields = { kind, channel, recipient, emergency, device, category, attempts }
    const of = notice.ticket ?? notice.alarm
    const whats = before === undefined && notice.state !== 'queued' ? ['queued', notice.state] : [notice.state]
    return whats.map((what) => fact(atMs, 'notice', what, of, fields))
  }

  function ofCommand({ id, device, command, state, by, ticket }: SeenCommand, atMs: number): Fact[] {
    if (commands.get(id) === state) return []
    commands.set(id, state)
    return [fact(atMs, 'command', state, ticket ?? device, { device: nameOf(device), command, by })]
  }

  return {
    tickets,
    alarms,
    find(news, atMs) {
      switch (news.about) {
        case 'alarm':
          return ofAlarm(news.alarm, news.events, atMs)
        case 'ticket':
          return ofTicket(news.ticket, news.joined, atMs)
        case 'notice':
          return ofNotice(news.notice, atMs)
        case 'command':
          return ofCommand(news.command, atMs)
        case 'device': {
          const { id, kind, family } = news
          return [fact(atMs, 'device', 'discovered', id, { device: nameOf(id), kind, family })]
        }
        case 'rejection': {
          const { reason, topic, device } = news.rejection
          return [fact(atMs, 'rejection', 'stored', device, { reason, topic, device: named(device) })]
        }
      }
    },
  }
}

/** States it went through since: a decline goes back, and is told as what it is. */
function moves(before: SeenTicket | undefined, { state }: SeenTicket): string[] {
  if (before?.state === state) return []
  if (state !== 'pending_dispatch') return [state]
  return before === undefined ? [] : ['declined']
}

function fieldsOf(ticket: SeenTicket, device: string | null): Fact['fields'] {
  const { number, state, priority, category, origin, kind, site, location, assignee, reworkOf, ageUnknown } = ticket
  const rework = reworkOf !== null
  const place = { number, device, state, priority, category, origin, kind, site, location, assignee, ageUnknown }
  return { ...place, rework, alarms: ticket.alarms.length }
}

const fact = (
  atMs: number,
  about: FactAbout,
  what: string,
  of: string | null,
  fields: Record<string, FieldValue>,
): Fact => ({ atMs, about, what, of, fields })
