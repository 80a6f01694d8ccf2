import type { Crew } from '../../model.ts'

/** A crew from a moment on; `null`: it was deleted then. */
export interface CrewVersion {
  id: string
  at: number
  crew: Crew | null
}

export type CrewOf = (responder: string | null, site: string, at: number) => string | null

/**
 * Which crew somebody belonged to at a moment, so that a report of last month is the same after he has changed crews.
 * Who was in several counts for the first of that site by its id. What lies before the first known version is
 * taken to have been like it. Versions in the order of their times.
 */
export function crewBook(versions: readonly CrewVersion[]): CrewOf {
  const ids = [...new Set(versions.map(({ id }) => id))].sort()
  const crews = ids.map((id) => versions.filter((version) => version.id === id))
  const ofResponder = new Map<string, CrewVersion[][]>()
  for (const those of crews) {
    for (const member of new Set(those.flatMap(({ crew }) => crew?.members ?? []))) {
      ofResponder.set(member, [...(ofResponder.get(member) ?? []), those])
    }
  }
  return (responder, site, at) => {
    if (responder === null) return null
    const then = (ofResponder.get(responder) ?? []).map(
      (those) => (those.findLast((version) => version.at <= at) ?? those[0]!).crew,
    )
    const his = then.filter((crew): crew is Crew => crew?.members.includes(responder) ?? false)
    return (his.find(({ sites }) => sites.includes(site)) ?? his[0])?.id ?? null
  }
}
