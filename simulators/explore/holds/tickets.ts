import { SYSTEM, WORKING_STATES } from '../../../rules/model.ts'
import type { Invariant } from '../invariants.ts'
import type { ShownTicket, Testimony } from '../testimony.ts'
import { at, groupBy, isLate, ms } from './within.ts'

const WORKING: readonly string[] = WORKING_STATES
const isWorking = ({ origin, state, device, reworkOf }: ShownTicket) =>
  origin === 'alarm' && device !== null && reworkOf === null && WORKING.includes(state)
const problemOf = ({ device, category }: ShownTicket) => `${category} at ${device}`

export const ticketInvariants: readonly Invariant[] = [
  {
    id: 'one-ticket',
    number: 2,
    words: 'One open ticket per problem.',
    broken: ({ looks, tickets }) => [...looks.flatMap(doubled), ...doubledInNews(tickets)],
  },
  {
    id: 'outlives-its-alarm',
    number: 6,
    words: 'Return to normal never closes a ticket: a person does, with a signature.',
    broken: ({ end: { history } }) =>
      [...history].flatMap(([ticket, lines]) => {
        const over = lines.filter(({ to, action }) => ENDS.includes(to ?? '') && ENDING.includes(action))
        const signs = lines.some(({ to }) => to === 'signed_off')
        return over.flatMap(({ by, to, at: when }) => {
          if (by === SYSTEM) return [`ticket ${ticket} is ${to} at ${when} by nobody`]
          return to === 'closed' && !signs ? [`ticket ${ticket} is closed at ${when} without a signature`] : []
        })
      }),
  },
  {
    id: 'told-as-stored',
    number: null,
    words: 'What was told of a ticket last is what is stored.',
    broken: ({ tickets, looks }) => {
      const told = new Map(tickets.map(({ ticket }) => [ticket.id, ticket]))
      return looks.at(-1)!.tickets.flatMap((ticket) => {
        const last = told.get(ticket.id)
        if (last === undefined) return [`nobody was told of ticket ${ticket.number}`]
        const [one, other] = [last, ticket].map(({ state, assignee, clocks }) =>
          JSON.stringify([state, assignee, [...clocks].sort((a, b) => (a.id < b.id ? -1 : 1))]),
        )
        return one === other ? [] : [`ticket ${ticket.number} was told as ${one}, and is stored as ${other}`]
      })
    },
  },
  {
    id: 'from-its-receipt',
    number: 4,
    words: "Time is the server's: a ticket opens when its message was received, whatever the device's clock says.",
    broken: ({ tickets, downs }) =>
      firstOf(tickets).flatMap(({ atMs, ticket: { number, openedAt } }) =>
        ms(openedAt) > atMs || isLate(ms(openedAt), atMs, downs)
          ? [`ticket ${number} was told at ${at(atMs)} and opened at ${openedAt}`]
          : [],
      ),
  },
  {
    id: 'ladder-climbs',
    number: 3,
    words: 'Each step of a ladder falls due at its minute, and takes effect once.',
    broken: (testimony) => [...testimony.end.steps.keys()].flatMap((ticket) => ladderOf(ticket, testimony)),
  },
  {
    id: 'dispatch-goes-on',
    number: 7,
    words: 'A ladder stops only by what became of its ticket, never by an acknowledgement.',
    broken: ({ end: { steps, history } }) =>
      [...steps].flatMap(([ticket, all]) =>
        all.flatMap(({ state, settledAt, position }) => {
          if (state !== 'stopped' || settledAt === null) return []
          const moved = history.get(ticket)!.some((line) => ms(line.at) <= ms(settledAt) && STOPS.includes(line.action))
          return moved ? [] : [`step ${position} of ticket ${ticket} stopped at ${settledAt}, and nothing stopped it`]
        }),
      ),
  },
]

const ENDS = ['closed', 'cancelled']
const ENDING = ['close', 'cancel']
/** What reaches a milestone, takes one back, ends a ticket, or makes it another ladder's. */
const STOPS: readonly string[] = [
  ...['accept', 'decline', 'depart', 'arrive', 'first-handling', 'complete', 'sign-off', 'close', 'cancel'],
  ...['join', 'escalate', 'firm_arrive'],
]

function doubled({ atMs, tickets }: Testimony['looks'][number]): string[] {
  return [...groupBy(tickets.filter(isWorking), problemOf)].flatMap(([problem, same]) =>
    same.length > 1 ? [`${same.length} tickets of ${problem} are open at ${at(atMs)}`] : [],
  )
}

function doubledInNews(told: Testimony['tickets']): string[] {
  const working = new Map<string, string>()
  return told.flatMap(({ atMs, ticket }) => {
    const problem = problemOf(ticket)
    const other = working.get(problem)
    if (isWorking(ticket)) working.set(problem, ticket.id)
    else if (other === ticket.id) working.delete(problem)
    if (!isWorking(ticket) || other === undefined || other === ticket.id) return []
    return [`ticket ${ticket.number} of ${problem} at ${at(atMs)}, and ${other} is open`]
  })
}

function firstOf(told: Testimony['tickets']): Testimony['tickets'] {
  const known = new Set<string>()
  return told.filter(({ ticket: { id } }) => !known.has(id) && known.add(id))
}

function ladderOf(id: string, { end, looks, downs }: Testimony): string[] {
  const all = end.steps.get(id)!
  const { atMs, tickets } = looks.at(-1)!
  const ticket = tickets.find((each) => each.id === id)!
  const joins = end.history.get(id)!.flatMap(({ action, at: when }) => (action === 'join' ? [ms(when)] : []))
  const begins = [ms(ticket.openedAt), ...joins]
  const placeOf = ({ policy, position, repetition }: (typeof all)[number]) => `${policy} ${position}.${repetition}`
  const twice = [...groupBy(all, placeOf)].filter(([, same]) => same.length > 1)
  return [
    ...twice.map(([place]) => `step ${place} of ticket ${ticket.number} is there twice`),
    ...all.flatMap((step) => {
      const { policy, position, repetition, dueAt, state, settledAt } = step
      const name = `step ${placeOf(step)} of ticket ${ticket.number}`
      const dueMs = ms(dueAt)
      const afterMs = end.ladders.get(policy)?.[position]
      if (repetition === 0 && afterMs !== undefined && !begins.some((begin) => begin + afterMs === dueMs)) {
        return [`${name} is due at ${dueAt}, not ${afterMs} ms after its ladder began`]
      }
      if (state === 'waiting') return isLate(dueMs, atMs, downs) ? [`${name} was due at ${dueAt} and waits`] : []
      if (state === 'stopped' || settledAt === null) return []
      if (ms(settledAt) < dueMs) return [`${name} ${state} at ${settledAt}, before ${dueAt}`]
      return isLate(dueMs, ms(settledAt), downs) ? [`${name} ${state} at ${settledAt}, long after ${dueAt}`] : []
    }),
  ]
}
