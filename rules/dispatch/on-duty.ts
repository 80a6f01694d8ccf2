import { wallTime } from '../calendar/zone.ts'
import { DAY_MS, type OnDuty, type Responder, type Roster, type Rotation, type Skill, type Ticket } from '../model.ts'
import { type PlanBook, planOf, plansOf } from '../plans/book.ts'

/** Who is on duty at a site at a moment, in the order of its rosters. */
export function onDuty(book: PlanBook, site: string, timezone: string, at: number): OnDuty[] {
  const day = Math.floor(wallTime(timezone, at) / DAY_MS)
  const rosters = plansOf(book, 'roster').filter(({ sites }) => sites.includes(site))
  return rosters.flatMap((roster) => roster.rotations.flatMap((rotation) => turnOf(book, roster, rotation, day)))
}

function turnOf(book: PlanBook, { id: roster }: Roster, rotation: Rotation, day: number): OnDuty[] {
  const begun = day - Date.parse(rotation.startsOn) / DAY_MS
  if (begun < 0) return []
  const turn = rotation.turns[Math.floor(begun / rotation.turnDays) % rotation.turns.length]
  if (turn === undefined) return []
  const entry = (responder: string, crew: string | null) => ({ responder, roster, crew, leaving: false })
  const ofCrews = turn.crews.flatMap((crew) => (planOf(book, 'crew', crew)?.members ?? []).map((id) => entry(id, crew)))
  const all = [...ofCrews, ...turn.responders.map((id) => entry(id, null))]
  return all.map((each) => ({ ...each, rotation: rotation.id }))
}

/** What somebody must know to do the job. */
export function skillOf({ category }: Ticket, _book: PlanBook): Skill {
  return category === 'water_leak'
    ? 'water'
    : category === 'elevator'
      ? 'lift'
      : category === 'power'
        ? 'power'
        : 'general'
}

export function hasSkill({ skills }: Responder, skill: Skill): boolean {
  return skills.includes(skill)
}
