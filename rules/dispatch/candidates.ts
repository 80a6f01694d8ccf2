import type { OnDuty, Responder, Skill } from '../model.ts'
import { hasSkill } from './on-duty.ts'

export interface Place {
  site: string
  building: string | null
}

export interface Search {
  /** Where the job is. */
  place: Place
  skill: Skill
  /** In the order of the rosters. */
  onDuty: readonly OnDuty[]
  responders: ReadonlyMap<string, Responder>
  /** How many jobs each one is at; absent: none. */
  jobs: ReadonlyMap<string, number>
  /** Whoever was asked to take this job already, whatever he answered. */
  asked: ReadonlySet<string>
  /** Where somebody was seen last; `null`: not lately, and he is where he usually is. */
  placeOf: (responder: string) => Place | null
}

const DISTANCES = ['same_building', 'same_site', 'elsewhere'] as const

export interface Candidate {
  responder: Responder
  jobs: number
  distance: (typeof DISTANCES)[number]
  leaving: boolean
}

/**
 * Who can be sent, best first: on duty at the site, enabled, with the skill and not asked yet. The free before the
 * busy, then who is nearest, then who has fewest jobs, those whose shift is over last, then as the rosters have them.
 */
export function candidates({ place, skill, onDuty, responders, jobs, asked, placeOf }: Search): Candidate[] {
  const found = new Map<string, Candidate>()
  for (const { responder: id, leaving } of onDuty) {
    const responder = responders.get(id)
    if (!responder?.enabled || !responder.sites.includes(place.site)) continue
    if (!hasSkill(responder, skill) || asked.has(id)) continue
    const earlier = found.get(id)
    if (earlier) found.set(id, { ...earlier, leaving: earlier.leaving && leaving })
    else {
      const from = placeOf(id) ?? { site: place.site, building: responder.building ?? null }
      found.set(id, { responder, jobs: jobs.get(id) ?? 0, distance: distance(from, place), leaving })
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(a.jobs > 0) - Number(b.jobs > 0) ||
      DISTANCES.indexOf(a.distance) - DISTANCES.indexOf(b.distance) ||
      a.jobs - b.jobs ||
      Number(a.leaving) - Number(b.leaving),
  )
}

/** Buildings of two sites may have one name. */
function distance(from: Place, to: Place): Candidate['distance'] {
  if (from.site !== to.site) return 'elsewhere'
  return from.building !== null && from.building === to.building ? 'same_building' : 'same_site'
}
