import { HOUR_MS, MINUTE_MS, WORKING_STATES } from '../../rules/model.ts'
import type { Desk, Range, ResponderDescription, Shift } from '../scenario.ts'
import type { Around } from './around.ts'
import type { Action, SeenAlarm, SeenFollowUp, SeenTicket } from './news.ts'

export interface DeskOptions {
  desk: Desk
  around: Around
  alarms: ReadonlyMap<string, SeenAlarm>
  /** Who can be sent. */
  responders: readonly ResponderDescription[]
  shifts: readonly Shift[]
  /** Local time of day in hours, 0 up to 24. */
  hourOfDay: (atMs: number) => number
  hasQuit: (responder: string, atMs: number) => boolean
}

/** Where nobody can be sent it is looked again after a while. */
const LOOK_AGAIN_MS = 15 * MINUTE_MS
/** A resident is called back so long before the end of the time that was promised. */
const CALLS_BEFORE_MS = HOUR_MS
/** Of residents that are asked, so many are very satisfied; the others are satisfied. */
const VERY_SATISFIED_SHARE = 0.7

const SKILLS: Readonly<Record<string, string>> = { water_leak: 'water', power: 'power', elevator: 'lift' }
const WORKING: readonly string[] = WORKING_STATES
const BEFORE_SITE = ['assigned', 'accepted', 'en_route']

/** Whoever watches: sends somebody where nobody is, sees to alarms, valves and residents, and closes what is signed. */
export function createDesk({ desk, around, alarms, responders, shifts, hourOfDay, hasQuit }: DeskOptions) {
  const { agenda, tickets, ask, random } = around
  const opened = new Set<string>()

  /** Once within the range, under a name of its own, by which it is drawn as well. */
  const within = (name: string, range: Range | null, atMs: number, work: (atMs: number) => Action[]) => {
    if (range === null || agenda.has(name)) return
    agenda.note(name, atMs + random.fork(name).integer(...range), work)
  }
  const post = (path: string, body: object, as = 'dispatcher') => ask({ person: null, path, body, as })

  const isOnDuty = (responder: string, atMs: number) => {
    const hour = hourOfDay(atMs)
    return shifts.some(({ responders: of, from, to }) => {
      const [begins, ends] = [hoursOf(from), hoursOf(to)]
      const isOn = begins < ends ? hour >= begins && hour < ends : hour >= begins || hour < ends
      return isOn && of.includes(responder)
    })
  }

  /** Somebody of the trade with least to do, else anybody on duty; `undefined`: nobody is there. */
  const whom = ({ category }: SeenTicket, atMs: number) => {
    const jobs = (id: string) =>
      [...tickets.values()].filter(({ assignee, state }) => assignee === id && WORKING.includes(state)).length
    const skill = SKILLS[category]
    const rank = ({ id, skills }: ResponderDescription) => jobs(id) + (!skill || skills.includes(skill) ? 0 : 1_000)
    const [first] = responders
      .filter(({ id }) => isOnDuty(id, atMs) && !hasQuit(id, atMs))
      .sort((a, b) => rank(a) - rank(b))
    return first?.id
  }

  const needsSomebody = ({ state, assignee }: SeenTicket, atMs: number) =>
    state === 'pending_dispatch' || (BEFORE_SITE.includes(state) && assignee !== null && hasQuit(assignee, atMs))

  const send = (ticket: string, name: string, atMs: number): Action[] => {
    const seen = tickets.get(ticket)
    if (!seen || !needsSomebody(seen, atMs)) return []
    const assignee = whom(seen, atMs)
    if (assignee !== undefined) return [post(`tickets/${ticket}/assign`, { assignee })]
    agenda.note(name, atMs + LOOK_AGAIN_MS, (now) => send(ticket, name, now))
    return []
  }

  /** The water comes back when the work is done: what closed a valve never opens it. */
  const openAgain = ({ id, commands }: SeenTicket): Action[] => {
    const closedBy = (of: SeenTicket['commands']) =>
      of.filter(({ command }) => command === 'close').map(({ device }) => device)
    const others = [...tickets.values()].filter((other) => other.id !== id && WORKING.includes(other.state))
    const stillClosed = new Set(others.flatMap((other) => closedBy(other.commands)))
    return [...new Set(closedBy(commands))]
      .filter((valve) => !stillClosed.has(valve))
      .map((valve) => post(`devices/${valve}/commands`, { command: 'open' }, 'engineer'))
  }

  const seen = (ticket: SeenTicket, atMs: number) => {
    const { id, number, state } = ticket
    if (needsSomebody(ticket, atMs)) {
      const name = `assign ${number}`
      within(name, desk.acknowledgesMs, atMs, (now) => send(id, name, now))
    }
    const isDone = state === 'completed' || state === 'signed_off'
    if (isDone && !opened.has(id) && ticket.commands.some(({ command }) => command === 'close')) {
      opened.add(id)
      within(`valves ${number}`, desk.acknowledgesMs, atMs, () => openAgain(ticket))
    }
    if (state === 'signed_off') within(`close ${number}`, desk.closesMs, atMs, () => [post(`tickets/${id}/close`, {})])
    if (state === 'closed' || state === 'cancelled') opened.delete(id)
  }

  return {
    seen,
    alarm(alarm: SeenAlarm, atMs: number) {
      const { id, device, rule, raisedAt } = alarm
      const name = `${device} ${rule} ${raisedAt}`
      const now = () => alarms.get(id)
      const isNoticed = (seen = now()) => seen?.state === 'unacked' || seen?.state === 'rtn_unacked'
      const isLatched = (seen = now()) => seen?.state === 'acked' && seen.latched && !seen.active
      const isLeft = (seen = now()) => seen !== undefined && seen.active && seen.ticket === null
      const act = (action: string, isDue: () => boolean) =>
        within(`${action} ${name}`, desk.acknowledgesMs, atMs, () =>
          isDue() ? [post(`alarms/${id}/${action}`, {}, 'engineer')] : [],
        )
      if (isNoticed()) act('acknowledge', isNoticed)
      if (isLatched()) act('reset', isLatched)
      if (isLeft()) {
        within(`round ${name}`, desk.roundsMs, atMs, () => (isLeft() ? [{ person: null, repairs: device }] : []))
      }
    },
    /** Calls a resident back; whoever runs it hands over what the property has promised to ask. */
    followUp({ id, state, ways, askFrom, dueAt }: SeenFollowUp, atMs: number) {
      if (state !== 'open' || dueAt === null || desk.closesMs === null) return
      const name = `follow-up ${id}`
      const callsMs = Math.max(atMs, askFrom === null ? 0 : Date.parse(askFrom), Date.parse(dueAt) - CALLS_BEFORE_MS)
      const grade = random.fork(name).chance(VERY_SATISFIED_SHARE) ? 5 : 4
      const body = { way: ways[0] ?? 'telephone', grade }
      if (!agenda.has(name)) agenda.note(name, callsMs, () => [post(`follow-ups/${id}/answer`, body)])
    },
    /** Somebody has left: what he had is given to others. */
    left(atMs: number) {
      for (const ticket of tickets.values()) seen(ticket, atMs)
    },
  }
}

function hoursOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours + minutes / 60
}
