import { computed } from 'vue'
import type { Ref } from 'vue'
import type { LiveStore } from '../live/store.ts'

/**
 * The live store as one site alone has it. Where `site` is `null`, of all sites; those that have nothing to watch, such
 * as the one of a first start, are not named. `withDevices` is `null` until it is known.
 */
export function liveOf(
  live: LiveStore,
  site: Readonly<Ref<string | null>>,
  withDevices: Readonly<Ref<ReadonlySet<string> | null>>,
): LiveStore {
  const own = <T>(all: Readonly<Ref<readonly T[]>>, siteOf: (item: T) => string) =>
    computed(() => (site.value === null ? all.value : all.value.filter((item) => siteOf(item) === site.value)))
  const watched = computed(() => {
    const known = withDevices.value
    if (known === null) return live.sites.value
    const used = live.sites.value.filter(
      ({ id }) => known.has(id) || live.tickets.value.some((ticket) => ticket.site === id),
    )
    return used.length > 0 ? used : live.sites.value
  })
  return {
    ...live,
    tickets: own(live.tickets, (ticket) => ticket.site),
    alarms: own(live.alarms, (alarm) => alarm.site),
    drills: own(live.drills, (drill) => drill.site),
    sites: computed(() =>
      site.value === null ? watched.value : live.sites.value.filter(({ id }) => id === site.value),
    ),
  }
}
