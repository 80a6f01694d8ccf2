import { DAY_MS, type OnDuty, type Responder, type Skill, type Ticket, TICKET_CATEGORIES } from '../model.ts'
import { type PlanBook, plansOf } from '../plans/book.ts'
import { DUTY_DAYS_MAX, type DutyStretch, dutyStretches } from './stretches.ts'

/**
 * Who is on duty at a site at a moment, each once: by roster id, then in the order of rotations, crews, members and
 * responders, then whom overrides add; those whose shift is over and who stay for the handover come last.
 */
export function onDuty(book: PlanBook, site: string, timezone: string, at: number): OnDuty[] {
  return presentAt(dutyStretches(book, site, timezone, at, at + 1), at)
}

/** Milliseconds; `null`: it does not change within so many days, at most 62. */
export function nextDutyChange(
  book: PlanBook,
  site: string,
  timezone: string,
  at: number,
  withinDays = DUTY_DAYS_MAX,
): number | null {
  const now = JSON.stringify(onDuty(book, site, timezone, at))
  for (let day = 0; day < withinDays; day++) {
    const [from, to] = [at + day * DAY_MS, at + (day + 1) * DAY_MS]
    // Whoever comes or goes at the very end of the day counts with it: the next day no longer sees who has gone.
    const stretches = dutyStretches(book, site, timezone, from, to + 1)
    const changed = boundariesOf(stretches, from, to).find(
      (moment) => JSON.stringify(presentAt(stretches, moment)) !== now,
    )
    if (changed !== undefined) return changed
  }
  return null
}

function presentAt(stretches: readonly DutyStretch[], at: number): OnDuty[] {
  const present = stretches.filter(({ from, to }) => from <= at && at < to)
  const inOrder = [...present.filter(({ leaving }) => !leaving), ...present.filter(({ leaving }) => leaving)]
  const seen = new Set<string>()
  return inOrder.flatMap(({ responder, roster, rotation, crew, leaving }) => {
    if (seen.has(responder)) return []
    seen.add(responder)
    return [{ responder, roster, rotation, crew, leaving }]
  })
}

/** When somebody comes or goes, in order: `to` is among them, `from` is not. */
function boundariesOf(stretches: readonly DutyStretch[], from: number, to: number): number[] {
  const moments = new Set(stretches.flatMap((stretch) => [stretch.from, stretch.to]))
  return [...moments].filter((moment) => moment > from && moment <= to).sort((a, b) => a - b)
}

const SKILL_OF_CATEGORY: ReadonlyMap<string, Skill> = new Map([
  ['water_leak', 'water'],
  ['power', 'power'],
  ['elevator', 'lift'],
])

/** What a ticket needs. A category of the site's own needs the skill of its name, where somebody there has it. */
export function skillOf({ category, site }: Pick<Ticket, 'category' | 'site'>, book: PlanBook): Skill {
  const skill = SKILL_OF_CATEGORY.get(category)
  if (skill !== undefined) return skill
  if (TICKET_CATEGORIES.some((known) => known === category)) return 'general'
  const has = ({ enabled, sites, skills }: Responder) => enabled && sites.includes(site) && skills.includes(category)
  return plansOf(book, 'responder').some(has) ? category : 'general'
}

/** For `general` any skill will do. */
export function hasSkill({ skills }: Pick<Responder, 'skills'>, skill: Skill): boolean {
  return skills.includes(skill) || (skill === 'general' && skills.length > 0)
}
