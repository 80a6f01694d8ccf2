import type {
  AlarmState,
  ClockState,
  Milestone,
  MuteKind,
  NoticeKind,
  Party,
  Priority,
  TicketState,
} from '../rules/model.ts'
import type { Fact, FactAbout, FieldValue } from './scenario.ts'

/** What a run looks at of a ticket; as the API shows it, times in ISO 8601. */
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
  titles: { zh: string; en: string }
  assignee: string | null
  reworkOf: string | null
  ageUnknown: boolean
  alarms: readonly string[]
  /** What its alarms told devices to do. */
  commands: readonly { device: string; command: string }[]
  openedAt: string
  clocks: readonly SeenClock[]
}

export interface SeenClock {
  /** Its own in its ticket, in which clocks stand in any order. */
  id: string
  milestone: Milestone
  party: Party
  state: ClockState
  dueAt: string
  metAt: string | null
}

export interface SeenAlarm {
  id: string
  rule: string
  device: string
  site: string
  priority: Priority
  category: string
  /** Or why it is muted. */
  state: AlarmState | MuteKind
  /** Whether it is muted or not. */
  computed: AlarmState
  active: boolean
  latched: boolean
  count: number
  ticket: string | null
  raisedAt: string | null
}

export interface SeenNotice {
  id: string
  kind: NoticeKind
  state: 'queued' | 'sent' | 'failed' | 'withdrawn'
  channel: string
  recipient: string | null
  emergency: boolean
  ticket: string | null
  alarm: string | null
  attempts: number
}

export interface SeenCommand {
  id: string
  device: string
  command: string
  state: string
  requestedBy: string | null
  ticket: string | null
}

export interface SeenRejection {
  id: number | string
  reason: string
  device: string | null
  topic: string
}

export interface SeenDevice {
  id: string
  kind: string
  family: string | null
  key: string | null
}

/** What the service told, as it comes. */
export type News =
  | { about: 'alarm'; alarm: SeenAlarm; events: readonly string[] }
  | { about: 'ticket'; ticket: SeenTicket; joined: boolean }
  | { about: 'notice'; notice: SeenNotice }
  | { about: 'command'; command: SeenCommand }
  | { about: 'device'; device: SeenDevice; what: string }
  | { about: 'rejection'; rejection: SeenRejection }

/** Turns what the service told into facts, each once. Devices have the names that they have in the scenario. */
export interface FactFinder {
  find(news: News, atMs: number): Fact[]
  /** Tickets as they are now, by id, in the order they were opened. */
  tickets: ReadonlyMap<string, SeenTicket>
  alarms: ReadonlyMap<string, SeenAlarm>
}

/** Of a run without an end it remembers so many tickets, alarms, notices and commands; of any other one, all. */
export function createFactFinder(latestMax = Infinity): FactFinder {
  const tickets = new Map<string, SeenTicket>()
  const alarms = new Map<string, SeenAlarm>()
  const notices = new Map<string, string>()
  const commands = new Map<string, string>()
  const remember = <T>(all: Map<string, T>, id: string, value: T) => {
    all.set(id, value)
    if (all.size > latestMax) all.delete(all.keys().next().value!)
  }

  function ofAlarm(alarm: SeenAlarm, events: readonly string[], atMs: number): Fact[] {
    remember(alarms, alarm.id, alarm)
    const { device, rule, priority, state, computed, site, category, count } = alarm
    const fields = { device, rule, priority, state: computed, muted: state !== computed, site, category, count }
    return events.map((what) => fact(atMs, 'alarm', what, alarm.ticket ?? alarm.id, fields))
  }

  function ofTicket(ticket: SeenTicket, joined: boolean, atMs: number): Fact[] {
    const before = tickets.get(ticket.id)
    remember(tickets, ticket.id, ticket)
    const fields = fieldsOf(ticket)
    const whats = [...(before === undefined ? ['opened'] : []), ...moves(before, ticket), ...(joined ? ['joined'] : [])]
    return [
      ...whats.map((what) => fact(atMs, 'ticket', what, ticket.id, fields)),
      ...ticket.clocks.flatMap((clock) =>
        ofClock(
          before?.clocks.find(({ id }) => id === clock.id),
          clock,
          ticket,
          atMs,
        ),
      ),
    ]
  }

  function ofClock(before: SeenClock | undefined, clock: SeenClock, ticket: SeenTicket, atMs: number): Fact[] {
    if (before?.state === clock.state) return []
    const { number, category, priority, device } = ticket
    const fields = { milestone: clock.milestone, party: clock.party, device, category, priority }
    const about = { ...fields, ticketNumber: number }
    const started = before === undefined ? [fact(atMs, 'clock', 'started', ticket.id, about)] : []
    if (clock.state === 'running') return started
    const reachedMs = clock.metAt === null ? atMs : Date.parse(clock.metAt)
    return [...started, fact(reachedMs, 'clock', clock.state, ticket.id, about)]
  }

  function ofNotice(notice: SeenNotice, atMs: number): Fact[] {
    const before = notices.get(notice.id)
    if (before === notice.state) return []
    remember(notices, notice.id, notice.state)
    const ticket = notice.ticket === null ? undefined : tickets.get(notice.ticket)
    const alarm = notice.alarm === null ? undefined : alarms.get(notice.alarm)
    const { kind, channel, recipient, emergency, attempts } = notice
    const device = ticket?.device ?? alarm?.device ?? null
    const category = ticket?.category ?? alarm?.category ?? null
    const fields = { kind, channel, recipient, emergency, device, category, attempts }
    const of = notice.ticket ?? notice.alarm
    const whats = before === undefined && notice.state !== 'queued' ? ['queued', notice.state] : [notice.state]
    return whats.map((what) => fact(atMs, 'notice', what, of, fields))
  }

  function ofCommand({ id, device, command, state, requestedBy: by, ticket }: SeenCommand, atMs: number): Fact[] {
    if (commands.get(id) === state) return []
    remember(commands, id, state)
    return [fact(atMs, 'command', state, ticket ?? device, { device, command, by })]
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
          if (news.what !== 'discovered') return []
          const { id, kind, family } = news.device
          return [fact(atMs, 'device', 'discovered', id, { device: id, kind, family })]
        }
        case 'rejection': {
          const { reason, topic, device } = news.rejection
          return [fact(atMs, 'rejection', 'stored', device, { reason, topic, device })]
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

function fieldsOf(ticket: SeenTicket): Fact['fields'] {
  const { number, device, state, priority, category, origin, kind, site, location, assignee, ageUnknown } = ticket
  const rework = ticket.reworkOf !== null
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
