import { DAY_MS, type DutyGap, type Skill } from '../model.ts'
import type { PlanSurroundings } from '../plans/check.ts'
import { dutyGaps } from './gaps.ts'
import { type DutyStretch, dutyStretches } from './stretches.ts'

/** So far ahead rosters are looked through. */
export const AHEAD_DAYS = 31

/** Of a site. */
interface ComingMonth {
  gaps: (skill: Skill) => readonly DutyGap[]
  /** Where somebody is on duty twice at once, the later to begin in `then`; each pair of rotations is told once. */
  overlaps: () => readonly { before: DutyStretch; then: DutyStretch }[]
}

const months = new WeakMap<PlanSurroundings, Map<string, ComingMonth>>()

/** Worked out once for all rosters that are looked at in the same surroundings: a site has many, and lists show all. */
export function comingMonth(around: PlanSurroundings, site: string, timezone: string): ComingMonth {
  const ofSites = months.get(around) ?? new Map<string, ComingMonth>()
  months.set(around, ofSites)
  const known = ofSites.get(site)
  if (known) return known
  const { book, now } = around
  const to = now + AHEAD_DAYS * DAY_MS
  const stretches = dutyStretches(book, site, timezone, now, to).sort((a, b) => a.from - b.from)
  const gaps = new Map<Skill, readonly DutyGap[]>()
  let overlaps: ReturnType<ComingMonth['overlaps']> | undefined
  const month: ComingMonth = {
    gaps(skill) {
      const found = gaps.get(skill) ?? dutyGaps(book, site, timezone, now, to, [skill], stretches)
      gaps.set(skill, found)
      return found
    },
    overlaps: () => (overlaps ??= overlapsIn(stretches.filter(({ leaving }) => !leaving))),
  }
  ofSites.set(site, month)
  return month
}

function overlapsIn(stretches: readonly DutyStretch[]) {
  const found = new Map<string, { before: DutyStretch; then: DutyStretch }>()
  const latest = new Map<string, DutyStretch>()
  for (const then of stretches) {
    const before = latest.get(then.responder)
    if (before === undefined || then.to > before.to) latest.set(then.responder, then)
    if (before === undefined || then.from >= before.to) continue
    const key = [then.responder, placeOf(before), placeOf(then)].join(' ')
    if (!found.has(key)) found.set(key, { before, then })
  }
  return [...found.values()]
}

const placeOf = ({ roster, rotation, override }: DutyStretch) => `${roster}/${rotation ?? ''}/${override ?? ''}`
