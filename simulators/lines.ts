import type { SeenTicket } from './facts.ts'
import type { Act, Fact, FactAbout } from './scenario.ts'
import { spellSpan } from './judge.ts'

/** One line of what happened. */
export interface Line {
  atMs: number
  from: 'building' | 'service' | 'people' | 'story'
  text: string
  fact: Fact | null
}

/** What of the service somebody who watches wants to hear of: the way of each ticket, and what went wrong on it. */
const IMPORTANT: Partial<Record<FactAbout, readonly string[]>> = {
  ticket: ['opened', 'accepted', 'declined', 'on_site', 'completed', 'closed', 'cancelled'],
  clock: ['breached'],
  command: ['done', 'failed'],
}

/** Of all that happens, what is told where nobody could read all of it; how it begins, the building tells. */
export const isOfImportance = ({ from, fact }: Line): boolean =>
  from === 'service' ? fact !== null && (IMPORTANT[fact.about] ?? []).includes(fact.what) : from !== 'story'

const words = (what: string) => what.replaceAll('_', ' ')

/** A fact in plain English. */
export function lineOf({ about, what, of, fields }: Fact, tickets: ReadonlyMap<string, SeenTicket>): string {
  const text = (name: string) => String(fields[name] ?? '–')
  const at = fields.device === null || fields.device === undefined ? '' : ` of ${String(fields.device)}`
  switch (about) {
    case 'alarm':
      return `alarm ${text('rule')}${at} ${words(what)} (${text('priority')})`
    case 'ticket': {
      const who = what === 'assigned' || what === 'accepted' ? ` (${text('assignee')})` : ''
      const title = what === 'opened' ? `: ${tickets.get(of ?? '')?.titles.en ?? ''}` : ''
      return `ticket ${text('number')}${at} ${words(what)}${who}${title}`
    }
    case 'clock':
      return `clock ${words(text('milestone'))} of ticket ${text('ticketNumber')} ${words(what)}`
    case 'notice':
      return `notice ${text('kind')} to ${String(fields.recipient ?? fields.channel)} by ${text('channel')} ${what}`
    case 'command':
      return `command ${text('command')} to ${text('device')} ${what}`
    case 'device':
      return `device ${text('device')} discovered (${text('family')})`
    case 'rejection':
      return `a message on ${JSON.stringify(fields.topic)} could not be used: ${text('reason')}`
  }
}

/** What a step of the timeline does, in plain English; `null`: its end is told already. */
export function stepLine(act: Act, devices: readonly string[], ends: boolean): string | null {
  const those = devices.length > 4 ? `${devices.length} devices` : devices.join(', ')
  switch (act.do) {
    case 'fault':
      if (ends && devices.length === 0) return null
      return `${those}: ${words(act.fault)} ${ends ? 'is over' : 'begins'}`
    case 'repair':
      return `${those}: ${act.fault === null ? 'everything' : words(act.fault)} is repaired`
    case 'network':
      return `the network of ${those}: ${words(act.trouble.kind)} ${ends ? 'is over' : 'begins'}`
    case 'calm':
      return `the network of ${those} is well again`
    case 'power_cut':
      return `${act.building} ${ends ? 'has its power back' : 'loses its power'}`
    case 'person':
      if (ends) return null
      return `${act.person} ${words(act.event)}${act.forMs === null ? '' : ` for ${spellSpan(act.forMs)}`}`
    case 'request':
      return `somebody asks ${act.method} ${act.path}`
    case 'publish':
      return `${act.device} publishes on ${JSON.stringify(act.topic)}`
    case 'restart':
      return `the service ends and is away for ${spellSpan(act.downMs)}`
    case 'channel':
      return `the channel ${act.channel} answers ${ends ? 'well again' : words(act.answers)}`
  }
}
