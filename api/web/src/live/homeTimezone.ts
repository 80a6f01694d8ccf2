import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { DEFAULT_TIMEZONE } from './store.ts'
import type { LiveStore } from './store.ts'

/** The time zone of the page's own clock: of the first site in sight. A ticket's times are in its own site's. */
export function useHomeTimezone(live: LiveStore): ComputedRef<string> {
  return computed(() => live.sites.value[0]?.timezone ?? DEFAULT_TIMEZONE)
}
