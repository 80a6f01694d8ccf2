import { placeOf } from '../live/place.ts'
import type { PlannedDevice } from '../live/plan.ts'

/** Of each device whose location does not say the building the building, where a person has said which. */
export function buildingsOf(places: readonly PlannedDevice[]): ReadonlyMap<string, string> {
  return new Map(
    places.flatMap(({ id, building, location }) => {
      const named = placeOf(building, '').tower
      return named && placeOf(null, location).tower === null ? [[id, named.name] as const] : []
    }),
  )
}
