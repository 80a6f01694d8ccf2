import type { Invariant } from '../invariants.ts'
import type { ShownTicket, Testimony } from '../testimony.ts'
import { at, groupBy, isLate, ms, pairs } from './within.ts'

export const clockInvariants: readonly Invariant[] = [
  {
    id: 'deadlines-stand',
    number: 3,
    words: 'Deadlines are rows: no due time of a clock ever moves, over restarts and edits, and none is taken away.',
    broken: (testimony) =>
      [...groupBy(sightings(testimony), ({ ticket }) => ticket.id).values()].flatMap((same) =>
        [...pairs(same)].flatMap(([before, after]) => moved(before.ticket, after)),
      ),
  },
  {
    id: 'breach-on-time',
    number: 3,
    words: 'A running clock past its due time is breached within one check, and never before.',
    broken: (testimony) => sightings(testimony).flatMap((seen) => breaches(seen, testimony)),
  },
  {
    id: 'exactly-is-on-time',
    number: 4,
    words: 'A milestone reached exactly at its due time is on time; a millisecond later it is late.',
    broken: (testimony) =>
      sightings(testimony).flatMap(({ ticket }) =>
        ticket.clocks.flatMap(({ milestone, state, metAt, dueAt }) => {
          if (metAt === null) return []
          const should = ms(metAt) <= ms(dueAt) ? 'met' : 'met_late'
          if (state === should) return []
          return [`${milestone} of ticket ${ticket.number} is ${state}: due at ${dueAt}, reached at ${metAt}`]
        }),
      ),
  },
  {
    id: 'frozen-promise',
    number: 5,
    words: 'Policy is frozen at opening: a ticket keeps the time it was promised, whatever is edited later.',
    broken: ({ looks, terms }) =>
      looks.at(-1)!.tickets.flatMap(({ id, number, origin, openedAt, clocks }) => {
        const { arriveWithinMs = null } = terms.get(id) ?? {}
        const arrive = clocks.find(({ milestone, party }) => milestone === 'arrive' && party === 'property')
        if (origin !== 'alarm' || arriveWithinMs === null || arrive === undefined) return []
        const withinMs = ms(arrive.dueAt) - ms(openedAt)
        if (withinMs === arriveWithinMs) return []
        return [`ticket ${number} was promised an arrival within ${arriveWithinMs} ms and has ${withinMs}`]
      }),
  },
  {
    id: 'clock-runs-on',
    number: 7,
    words: 'No clock is stopped by an acknowledgement, a mute or the end of an alarm.',
    broken: ({ looks }) =>
      looks.flatMap(({ tickets }) =>
        tickets.flatMap(({ number, state, clocks, appointmentAt }) =>
          appointmentAt !== null || ENDED.includes(state) || clocks.every((clock) => clock.state !== 'cancelled')
            ? []
            : [`a clock of ticket ${number} is cancelled, and the ticket is ${state}`],
        ),
      ),
  },
]

const ENDED = ['closed', 'cancelled']

interface Sighting {
  atMs: number
  ticket: ShownTicket
  /** The service has had its look at the clock. */
  settled: boolean
}

/** Every time that a ticket was told or shown, in order. */
function sightings({ tickets, looks }: Testimony): Sighting[] {
  const told = tickets.map((each) => ({ ...each, settled: false }))
  const shown = looks.flatMap(({ atMs, tickets }) => tickets.map((ticket) => ({ atMs, ticket, settled: true })))
  return [...told, ...shown].sort((one, other) => one.atMs - other.atMs)
}

function moved(before: ShownTicket, { atMs, ticket }: Sighting): string[] {
  return before.clocks.flatMap(({ id, milestone, dueAt }) => {
    const now = ticket.clocks.find((clock) => clock.id === id)
    if (now === undefined) return [`the clock ${id} of ticket ${ticket.number} is gone at ${at(atMs)}`]
    if (now.dueAt === dueAt) return []
    return [`${milestone} of ticket ${ticket.number} was due at ${dueAt}, and at ${at(atMs)} it is at ${now.dueAt}`]
  })
}

function breaches({ atMs, ticket, settled }: Sighting, { downs }: Testimony): string[] {
  return ticket.clocks.flatMap(({ milestone, state, dueAt }) => {
    if (state === 'breached' && atMs <= ms(dueAt)) {
      return [`${milestone} of ticket ${ticket.number}, due at ${dueAt}, is breached at ${at(atMs)} already`]
    }
    if (state !== 'running' || !settled || !isLate(ms(dueAt), atMs, downs)) return []
    return [`${milestone} of ticket ${ticket.number} was due at ${dueAt} and runs at ${at(atMs)}`]
  })
}
