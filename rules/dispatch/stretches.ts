import { localDay, windowOn } from '../calendar/windows.ts'
import { DAY_MS, type DutyOverride, type OnDuty, type Roster, type Rotation } from '../model.ts'
import { type PlanBook, planOf, plansOf } from '../plans/book.ts'

/** Somebody's time on duty, whole: it may begin before and end after what was asked for. */
export interface DutyStretch extends OnDuty {
  /** Why he is here, where it is not his turn. */
  override: string | null
  from: number
  to: number
}

/** Nobody asks for more at once. */
export const DUTY_DAYS_MAX = 62

/**
 * Who is on duty at a site at any time within `from` to `to`: by roster id, then in the order of rotations, crews,
 * members and responders, then whom overrides add. Those who stay for the handover come once more, as leaving. Whoever
 * is disabled or not of the site is left out.
 */
export function dutyStretches(book: PlanBook, site: string, timezone: string, from: number, to: number): DutyStretch[] {
  const isThere = ({ responder }: DutyStretch) => isOfSite(book, site, responder)
  return rostersOf(book, site).flatMap((roster) => rosterStretches(book, roster, timezone, from, to).filter(isThere))
}

/** Of one roster, whoever they are and wherever. */
export function rosterStretches(
  book: PlanBook,
  roster: Roster,
  timezone: string,
  from: number,
  to: number,
): DutyStretch[] {
  const { handoverMs } = roster
  const earliest = from - handoverMs
  const overrides = roster.overrides.filter((each) => each.from < to && each.until > earliest)
  const turns = roster.rotations.flatMap((rotation) => turnStretches(book, roster, rotation, timezone, earliest, to))
  const onDuty = overrides.reduce((all, override) => withOverride(all, override, roster.id), turns)
  const stays = ({ to, ...rest }: DutyStretch) => ({ ...rest, leaving: true, from: to, to: to + handoverMs })
  // Who is missing does not stay either; whoever stood in for him does.
  const leaving = overrides
    .filter(({ out }) => out !== null)
    .reduce((all, override) => withOverride(all, { ...override, in: null }, roster.id), onDuty.map(stays))
  return [...onDuty, ...leaving].filter((each) => each.from < to && each.to > from && each.from < each.to)
}

export function rostersOf(book: PlanBook, site: string): Roster[] {
  const own = plansOf(book, 'roster').filter(({ sites }) => sites.includes(site))
  return own.sort((a, b) => (a.id < b.id ? -1 : 1))
}

export function isOfSite(book: PlanBook, site: string, responder: string): boolean {
  const person = planOf(book, 'responder', responder)
  return person !== undefined && person.enabled && person.sites.includes(site)
}

/** A shift may be 25 hours long, and clocks set back over midnight show a date twice. */
const DAYS_BEFORE = 2

function turnStretches(
  book: PlanBook,
  roster: Roster,
  rotation: Rotation,
  timezone: string,
  from: number,
  to: number,
): DutyStretch[] {
  const first = Date.parse(rotation.startsOn) / DAY_MS
  const start = Math.max(first, localDay(timezone, from) - DAYS_BEFORE)
  const days = Math.max(0, localDay(timezone, to) + 2 - start)
  return Array.from({ length: days }, (_, index) => start + index).flatMap((day) => {
    const shift = windowOn(rotation.shift, timezone, day)
    if (shift === null || shift.from >= to || shift.to <= from) return []
    const position = Math.floor((day - first) / rotation.turnDays) % rotation.turns.length
    const about = { roster: roster.id, rotation: rotation.id, override: null, leaving: false, ...shift }
    return peopleOf(book, rotation.turns[position]!).map((person) => ({ ...person, ...about }))
  })
}

/** Each as often as he is named. */
export function peopleOf(book: PlanBook, { crews, responders }: Rotation['turns'][number]) {
  const members = crews.flatMap((crew) =>
    (planOf(book, 'crew', crew)?.members ?? []).map((responder) => ({ responder, crew })),
  )
  return [...members, ...responders.map((responder) => ({ responder, crew: null }))]
}

/** Whoever stands in comes whenever the one who is missing would be on duty; an addition is there all the time. */
function withOverride(
  stretches: readonly DutyStretch[],
  { id, from, until, out, in: standIn }: DutyOverride,
  roster: string,
): DutyStretch[] {
  if (out === null) {
    const added = { responder: standIn!, roster, rotation: null, crew: null, override: id, leaving: false }
    return [...stretches, { ...added, from, to: until }]
  }
  return stretches.flatMap((stretch) => {
    if (stretch.responder !== out || stretch.to <= from || stretch.from >= until) return [stretch]
    const before = { ...stretch, to: from }
    const during = { ...stretch, from: Math.max(from, stretch.from), to: Math.min(until, stretch.to) }
    const after = { ...stretch, from: until }
    const instead = standIn === null ? [] : [{ ...during, responder: standIn, override: id }]
    return [before, ...instead, after].filter((each) => each.from < each.to)
  })
}
