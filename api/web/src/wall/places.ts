import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { useClient } from '../api/provide.ts'
import { readPlaces } from '../api/wall.ts'
import { planOf, surveyOf } from '../live/plan.ts'
import type { Plan, PlannedDevice } from '../live/plan.ts'
import type { LiveStore } from '../live/store.ts'
import { usePolled } from './polled.ts'

const EVERY_MS = 30 * 60_000
const RETRY_MS = 20_000

/** Where the devices are; `null` until it is known. */
export function usePlaces(site: Readonly<Ref<string | null>>): Readonly<Ref<readonly PlannedDevice[] | null>> {
  const client = useClient()
  return usePolled(
    site,
    (signal) => readPlaces(client, site.value, signal),
    (places) => (places ? EVERY_MS : RETRY_MS),
  ).answer
}

/** Fast enough for who looks for a place; a flood changes fifty times a second. */
const REDRAWN_MS = 400

export function useSitePlan(
  places: Readonly<Ref<readonly PlannedDevice[] | null>>,
  live: LiveStore,
): ComputedRef<Plan | null> {
  const alarms = shallowRef(live.alarms.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(live.alarms, () => {
    timer ??= setTimeout(() => {
      timer = undefined
      alarms.value = live.alarms.value
    }, REDRAWN_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  const survey = computed(() => places.value && surveyOf(places.value))
  const siteNames = computed(() => new Map(live.sites.value.map(({ id, name }) => [id, name])))
  return computed(() => {
    if (survey.value === null) return null
    const plan = planOf(survey.value, alarms.value)
    if (siteNames.value.size <= 1) return plan
    // Every property has a building number one.
    const towers = plan.towers.map((each) => ({
      ...each,
      name: `${siteNames.value.get(each.site) ?? ''} ${each.name}`,
    }))
    return { ...plan, towers }
  })
}
