import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { useClient } from '../api/provide.ts'
import { readPlaces } from '../api/wall.ts'
import { planOf, surveyOf } from '../live/plan.ts'
import type { PlannedDevice } from '../live/plan.ts'
import type { LiveStore } from '../live/store.ts'
import type { SitePlanned } from './planPages.ts'
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

/** Of each site that has devices, in the order of the sites; `null` until it is known where they are. */
export function useSitePlans(
  places: Readonly<Ref<readonly PlannedDevice[] | null>>,
  live: LiveStore,
): ComputedRef<readonly SitePlanned[] | null> {
  const alarms = shallowRef(live.alarms.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(live.alarms, () => {
    timer ??= setTimeout(() => {
      timer = undefined
      alarms.value = live.alarms.value
    }, REDRAWN_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  const surveys = computed(() => {
    const known = places.value
    if (known === null) return null
    const own = live.sites.value.map(({ id, name }) => ({ id, name, devices: known.filter(({ site }) => site === id) }))
    const used = own.filter(({ devices }) => devices.length > 0)
    return (used.length > 0 ? used : own.slice(0, 1)).map(({ id, name, devices }) => ({
      ...{ site: id, name, survey: surveyOf(devices) },
    }))
  })
  return computed(
    () =>
      surveys.value?.map(({ site, name, survey }) => {
        const standing = alarms.value.filter((alarm) => alarm.site === site)
        return { site, name, plan: planOf(survey, standing) }
      }) ?? null,
  )
}
