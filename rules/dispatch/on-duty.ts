import { isOpen } from '../calendar/windows.ts'
import { wallTime } from '../calendar/zone.ts'
import { DAY_MS, type OnDuty, type Responder, type Rotation, type Skill, type Ticket } from '../model.ts'
import { type PlanBook, planOf, plansOf } from '../plans/book.ts'

/** Who is on duty on a site at a moment. */
export function onDuty(book: PlanBook, site: string, timezone: string, at: number): OnDuty[] {
  const rosters = plansOf(book, 'roster').filter(({ sites }) => sites.includes(site))
  return rosters.flatMap((roster) =>
    roster.rotations
      .filter(({ shift }) => isOpen([shift], timezone, at))
      .flatMap((rotation) => {
        const turn = turnOf(rotation, timezone, at)
        const about = { roster: roster.id, rotation: rotation.id, leaving: false }
        const alone = turn?.responders.map((responder) => ({ responder, crew: null, ...about })) ?? []
        const crews = turn?.crews.flatMap((crew) =>
          (planOf(book, 'crew', crew)?.members ?? []).map((responder) => ({ responder, crew, ...about })),
        )
        return [...(crews ?? []), ...alone]
      }),
  )
}

function turnOf({ startsOn, turnDays, turns }: Rotation, timezone: string, at: number) {
  const days = Math.floor((wallTime(timezone, at) - Date.parse(`${startsOn}T00:00:00Z`)) / DAY_MS)
  return days < 0 ? undefined : turns[Math.floor(days / turnDays) % turns.length]
}

const SKILL_OF: Readonly<Record<string, Skill>> = { water_leak: 'water', power: 'power', elevator: 'lift' }

export function skillOf({ category }: Ticket, _book: PlanBook): Skill {
  return SKILL_OF[category] ?? 'general'
}

export function hasSkill({ skills }: Responder, skill: Skill): boolean {
  return skills.includes(skill)
}
