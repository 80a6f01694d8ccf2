import { holidaysKnown } from '../calendar/holidays.ts'
import { localDay } from '../calendar/windows.ts'
import { wallTime } from '../calendar/zone.ts'
import { DAY_MS, type PlanFault, type Responder, type Roster } from '../model.ts'
import { type PlanBook, planOf } from '../plans/book.ts'
import type { PlanSurroundings, PlanVerdict } from '../plans/check.ts'
import { fault, sharesSite } from './check.ts'
import { AHEAD_DAYS, comingMonth } from './coming-month.ts'
import { hasSkill } from './on-duty.ts'
import { type DutyStretch, peopleOf } from './stretches.ts'

/** More of a kind are counted. */
const TOLD_MAX = 20
/** Crews and responders of one turn together, so that a month of a roster is worked out at once. */
const PEOPLE_OF_TURN_MAX = 200
/** The largest turns of all its rotations together. */
const PEOPLE_OF_ROSTER_MAX = 500

export function checkRoster(roster: Roster, around: PlanSurroundings): PlanVerdict {
  const tooMany = sizeErrors(roster, around.book)
  const errors = [...tooMany, ...turnErrors(roster, around.book), ...overrideErrors(roster, around)]
  return {
    errors,
    // A month takes a while to work out: only where somebody reads of it.
    get warnings() {
      return tooMany.length > 0 ? [] : warningsOf(roster, around)
    },
  }
}

function warningsOf(roster: Roster, around: PlanSurroundings): PlanFault[] {
  return [
    ...unknownHolidays(roster, around),
    ...withoutSkill(roster, around.book),
    ...roster.sites.flatMap((site) => gapsOf(roster, site, around)),
    ...roster.sites.flatMap((site) => twiceAtOnce(roster, site, around)),
  ]
}

function sizeErrors({ rotations }: Roster, book: PlanBook): PlanFault[] {
  const sizes = rotations.map(({ turns }) => turns.map((turn) => peopleOf(book, turn).length))
  const all = sizes.reduce((sum, turns) => sum + Math.max(...turns), 0)
  const more = `${all} people at once; at most ${PEOPLE_OF_ROSTER_MAX}: make further rosters of them`
  return [
    ...sizes.flatMap((turns, index) =>
      turns.flatMap((size, position) => {
        const message = `${size} people; at most ${PEOPLE_OF_TURN_MAX}: make further rotations of them`
        return size > PEOPLE_OF_TURN_MAX ? [fault(`rotations[${index}].turns[${position}]`, message)] : []
      }),
    ),
    ...(all > PEOPLE_OF_ROSTER_MAX ? [fault('rotations', more)] : []),
  ]
}

function turnErrors(roster: Roster, book: PlanBook): PlanFault[] {
  return roster.rotations.flatMap(({ turns }, index) =>
    turns.flatMap((turn, position) => {
      const field = `rotations[${index}].turns[${position}]`
      if (peopleOf(book, turn).length === 0 && turn.crews.length === 0) {
        return [fault(field, 'nobody is on duty in this turn; name a crew or a responder')]
      }
      return [
        ...turn.crews.flatMap((id, place) => crewError(roster, book, id, `${field}.crews[${place}]`)),
        ...turn.responders.flatMap((id, place) => personError(roster, book, id, `${field}.responders[${place}]`)),
      ]
    }),
  )
}

function crewError(roster: Roster, book: PlanBook, id: string, field: string): PlanFault[] {
  const crew = planOf(book, 'crew', id)
  if (!crew) return [fault(field, `crew ${id} does not exist; add it first`)]
  if (!sharesSite(crew, roster)) return [fault(field, `crew ${crew.name} has no site of the roster`)]
  const members = crew.members.flatMap((member) => planOf(book, 'responder', member) ?? [])
  if (members.some((member) => member.enabled && sharesSite(member, roster))) return []
  return [fault(field, `nobody of crew ${crew.name} can be called on a site of the roster; enable or add somebody`)]
}

function personError(roster: Roster, book: PlanBook, id: string, field: string): PlanFault[] {
  const person = planOf(book, 'responder', id)
  if (!person) return [fault(field, `responder ${id} does not exist; add him first`)]
  if (!person.enabled) return [fault(field, `${person.name} is disabled; enable him, or name somebody else`)]
  return sharesSite(person, roster) ? [] : [fault(field, `${person.name} has no site of the roster`)]
}

/** Who once stood in may have left since. */
function overrideErrors(roster: Roster, { book, now }: PlanSurroundings): PlanFault[] {
  return roster.overrides.flatMap(({ in: standIn, out, until }, index) => {
    if (until <= now) return []
    const missing = out !== null && !planOf(book, 'responder', out)
    const field = `overrides[${index}]`
    return [
      ...(missing ? [fault(`${field}.out`, `responder ${out} does not exist`)] : []),
      ...(standIn === null ? [] : personError(roster, book, standIn, `${field}.in`)),
    ]
  })
}

function unknownHolidays({ rotations, sites: [site] }: Roster, { sites, now }: PlanSurroundings): PlanFault[] {
  const timezone = sites.get(site!)?.timezone ?? 'UTC'
  const yearOf = (at: number) => new Date(localDay(timezone, at) * DAY_MS).getUTCFullYear()
  const unknown = [...new Set([yearOf(now), yearOf(now + AHEAD_DAYS * DAY_MS)])].filter((year) => !holidaysKnown(year))
  return rotations.flatMap(({ shift }, index) => {
    if (!shift.days?.some((day) => day === 'holiday' || day === 'workday')) return []
    const message = (year: number) =>
      `the public holidays of ${year} are not known yet: its workdays are plainly Monday to Friday`
    return unknown.map((year) => fault(`rotations[${index}].shift.days`, message(year)))
  })
}

function withoutSkill({ skills, rotations }: Roster, book: PlanBook): PlanFault[] {
  if (skills.length === 0) return []
  const turns = rotations.flatMap((rotation) => rotation.turns)
  const ids = new Set(turns.flatMap((turn) => peopleOf(book, turn)).map(({ responder }) => responder))
  const people = [...ids].flatMap((id) => planOf(book, 'responder', id) ?? [])
  const lacks = (person: Responder) => !skills.some((skill) => hasSkill(person, skill))
  return inBrief(
    people.filter(lacks).map(({ name }) => fault('skills', `${name} has none of these`)),
    'skills',
    'people have none of these',
  )
}

function gapsOf(roster: Roster, site: string, around: PlanSurroundings): PlanFault[] {
  const timezone = around.sites.get(site)?.timezone
  if (timezone === undefined) return []
  const month = comingMonth(around, site, timezone)
  const message = (skill: string, from: number, to: number) =>
    `nobody for ${skill} on site ${site} from ${shown(timezone, from)} to ${shown(timezone, to)}`
  return inBrief(
    [...roster.skills]
      .sort()
      .flatMap((skill) => month.gaps(skill))
      .map(({ skill, from, to }) => fault('skills', message(skill, from, to))),
    'skills',
    `gaps on site ${site} within ${AHEAD_DAYS} days`,
  )
}

/** Nobody is in two places at once: two rotations of the roster, or another roster of the site. */
function twiceAtOnce(roster: Roster, site: string, around: PlanSurroundings): PlanFault[] {
  const timezone = around.sites.get(site)?.timezone
  if (timezone === undefined) return []
  const found = new Map<string, PlanFault>()
  for (const { before, then } of comingMonth(around, site, timezone).overlaps()) {
    if (before.roster !== roster.id && then.roster !== roster.id) continue
    const places = [placeOf(before), placeOf(then)].sort().join(' and ')
    const key = `${then.responder} ${places}`
    if (found.has(key)) continue
    const { name } = planOf(around.book, 'responder', then.responder)!
    const message = `${name} is on duty twice at once on site ${site}: ${places}, from ${shown(timezone, then.from)}`
    found.set(key, fault('rotations', message))
  }
  return inBrief([...found.values()], 'rotations', `people on duty twice at once on site ${site}`)
}

const placeOf = ({ roster, rotation, override }: DutyStretch) =>
  rotation === null ? `override ${override} of ${roster}` : `rotation ${rotation} of ${roster}`

const shown = (timezone: string, at: number) =>
  new Date(wallTime(timezone, at)).toISOString().slice(0, 16).replace('T', ' ')

function inBrief(faults: readonly PlanFault[], field: string, what: string): PlanFault[] {
  const more = faults.length - TOLD_MAX
  if (more <= 0) return [...faults]
  return [...faults.slice(0, TOLD_MAX), fault(field, `and ${more} more ${what}`)]
}
