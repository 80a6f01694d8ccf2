import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useClient } from '../api/provide.ts'
import { readPlaces } from '../api/wall.ts'
import { planOf, surveyOf } from '../live/plan.ts'
import type { Plan } from '../live/plan.ts'
import { useLive } from '../live/store.ts'
import { usePolled } from './polled.ts'

const EVERY_MS = 30 * 60_000
const RETRY_MS = 20_000

/** The drawing of the sites in sight; `null` until their devices are known. */
export function useSitePlan(site: () => string | null): ComputedRef<Plan | null> {
  const client = useClient()
  const live = useLive()
  const { answer } = usePolled(
    site,
    (signal) => readPlaces(client, site(), signal),
    (places) => (places ? EVERY_MS : RETRY_MS),
  )
  const survey = computed(() => answer.value && surveyOf(answer.value))
  return computed(() => survey.value && planOf(survey.value, live.alarms.value))
}
