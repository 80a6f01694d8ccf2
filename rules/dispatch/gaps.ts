import type { DutyGap, Skill } from '../model.ts'
import { type PlanBook, planOf } from '../plans/book.ts'
import { hasSkill } from './on-duty.ts'
import { type DutyStretch, dutyStretches, rostersOf } from './stretches.ts'

/**
 * Every stretch within `from` to `to` in which nobody at the site is on duty with a skill that its rosters name, or
 * with one of `skills`: by skill, then by time. Whoever stays for the handover counts. `known`: the stretches of then,
 * sorted by their beginnings.
 */
export function dutyGaps(
  book: PlanBook,
  site: string,
  timezone: string,
  from: number,
  to: number,
  skills: readonly Skill[] = skillsNamed(book, site),
  known?: readonly DutyStretch[],
): DutyGap[] {
  if (skills.length === 0) return []
  const stretches = known ?? dutyStretches(book, site, timezone, from, to).sort((a, b) => a.from - b.from)
  return skills.flatMap((skill) => {
    const roster = rosterNaming(book, site, skill)
    const holds = ({ responder }: DutyStretch) => hasSkill(planOf(book, 'responder', responder)!, skill)
    return uncovered(stretches.filter(holds), from, to).map((gap) => ({ site, roster, skill, ...gap }))
  })
}

function skillsNamed(book: PlanBook, site: string): Skill[] {
  return [...new Set(rostersOf(book, site).flatMap(({ skills }) => skills))].sort()
}

/** The one that is to cover it; `null` where there are several, or none. */
function rosterNaming(book: PlanBook, site: string, skill: Skill): string | null {
  const naming = rostersOf(book, site).filter(({ skills }) => skills.includes(skill))
  return naming.length === 1 ? naming[0]!.id : null
}

/** What is left of `from` to `to` by stretches that are sorted by their beginnings. */
function uncovered(stretches: readonly { from: number; to: number }[], from: number, to: number) {
  const gaps: { from: number; to: number }[] = []
  let covered = from
  for (const stretch of stretches) {
    if (stretch.from > covered) gaps.push({ from: covered, to: stretch.from })
    covered = Math.max(covered, stretch.to)
  }
  if (covered < to) gaps.push({ from: covered, to })
  return gaps
}
