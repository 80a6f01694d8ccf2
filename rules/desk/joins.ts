import { startNewlyCovered } from '../commitments/clocks.ts'
import type { Charge, Priority, Ticket } from '../model.ts'
import { moreUrgent } from '../tickets/open.ts'
import type { ReportedTicket } from '../tickets/reported.ts'

/** What of a ticket that is being worked on, and of its device, tells whether a report is about the same. */
export interface WorkingTicket extends Pick<
  Ticket,
  'id' | 'origin' | 'category' | 'priority' | 'state' | 'location' | 'device'
> {
  /** Of its device; empty where it has none. */
  devicePlace: string
  building: string
}

/** What a report says of where and what. */
export interface Reported {
  category: string
  priority: Priority
  household: string
  location: string
  device: string | null
}

/** Why a ticket may be what a report is about. */
export const LIKENESSES = ['device', 'place', 'building', 'category'] as const
export type Likeness = (typeof LIKENESSES)[number]

export interface Match {
  ticket: string
  /** A report joins it by itself; otherwise somebody says so. */
  joins: boolean
  likeness: Likeness
}

/**
 * How a report is like a ticket; `null`: not at all. It joins by itself only what is surely the same: of the same
 * category and either at the same device or at the same place, written alike. "Something else" at the same device is
 * taken for the same. A second ticket costs a second look; a burst pipe that joined a ticket about a battery costs a
 * flooded flat, so that the same building, or another category at the same place, is only shown to whoever answers.
 * An emergency is only shown as well where nobody would come to it: joining calls nobody who has been there already.
 */
export function matchOf(reported: Reported, ticket: WorkingTicket): Match | null {
  const sameCategory = reported.category === ticket.category
  const match = (likeness: Likeness, isSame: boolean): Match => {
    return { ticket: ticket.id, likeness, joins: isSame && !isLeftAlone(reported, ticket) }
  }
  if (reported.device !== null && reported.device === ticket.device) {
    return match('device', sameCategory || reported.category === 'other')
  }
  if (isAtPlace(reported, ticket)) return match('place', sameCategory)
  const building = plain(ticket.building)
  if (building !== '' && [reported.location, reported.household].some((said) => plain(said).startsWith(building))) {
    return match('building', false)
  }
  return sameCategory ? match('category', false) : null
}

const isLeftAlone = (reported: Reported, { priority, state }: WorkingTicket) =>
  reported.priority === 'critical' && (state === 'on_hold' || (state === 'on_site' && priority !== 'critical'))

/** Likest first, then alarms before reports, then oldest. */
export function likeTickets(reported: Reported, tickets: readonly WorkingTicket[]): Match[] {
  const rank = ({ match, origin }: { match: Match; origin: string }) =>
    (match.joins ? 0 : 100) + LIKENESSES.indexOf(match.likeness) * 10 + (origin === 'alarm' ? 0 : 1)
  return tickets
    .flatMap((ticket) => {
      const match = matchOf(reported, ticket)
      return match === null ? [] : [{ match, origin: ticket.origin }]
    })
    .sort((a, b) => rank(a) - rank(b) || (a.match.ticket < b.match.ticket ? -1 : 1))
    .map(({ match }) => match)
}

/**
 * A ticket that one more report is about. It may be more urgent or about something more, and what is owed for that
 * begins. Who reports first is whom the crew asks; a price that was agreed to counts where none was spoken of, and
 * what is free as rework stays so.
 */
export function ticketWithReport(
  ticket: Ticket,
  { priority, problems = [], reporter, charge }: ReportedTicket & { charge: Charge },
  now: number,
  timezone: string,
): Ticket {
  const keepsCharge = ticket.job.charge.paid || ticket.origin === 'rework'
  const joined = {
    ...ticket,
    priority: moreUrgent(priority, ticket.priority),
    problems: [...new Set([...ticket.problems, ...problems])],
    reporter: ticket.reporter ?? reporter,
    job: keepsCharge ? ticket.job : { ...ticket.job, charge },
    updatedAt: now,
  }
  return startNewlyCovered(ticket, joined, now, timezone)
}

/** Where a crew goes: "kitchen" says nothing without the household. */
export function placeOf({ household, location }: Pick<Reported, 'household' | 'location'>): string {
  if (location === '' || household === '') return location || household
  return names(plain(location), plain(household)) ? location : `${household} ${location}`
}

/** As a word of its own: 3-2-50 is not named by 3-2-502, nor 2-502 by 3-2-502. */
function names(place: string, household: string): boolean {
  for (let at = place.indexOf(household); at >= 0; at = place.indexOf(household, at + 1)) {
    const [before, after] = [place[at - 1] ?? '', place[at + household.length] ?? '']
    if (!/[\da-z-]/.test(before) && !/[\da-z]/.test(after)) return true
  }
  return false
}

/** A device's place is one in its site; "kitchen" is one only together with a household. */
function isAtPlace(reported: Reported, { location, devicePlace }: WorkingTicket): boolean {
  const place = plain(placeOf(reported))
  if (place !== '' && place === plain(location)) return true
  return devicePlace.trim() !== '' && [place, plain(reported.location)].includes(plain(devicePlace))
}

/** Full width and small or large letters are one, and so are spaces of any number; beside Chinese also of none. */
const plain = (text: string) => text.normalize('NFKC').trim().replace(/\s+/g, ' ').replace(BESIDE_HAN, '').toLowerCase()
const BESIDE_HAN = /(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu
