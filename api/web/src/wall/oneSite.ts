import { computed } from 'vue'
import type { Ref } from 'vue'
import type { LiveStore } from '../live/store.ts'

/** The live store as one site alone has it; of all sites where `site` is `null`. */
export function liveOf(live: LiveStore, site: Readonly<Ref<string | null>>): LiveStore {
  const own = <T>(all: Readonly<Ref<readonly T[]>>, siteOf: (item: T) => string) =>
    computed(() => (site.value === null ? all.value : all.value.filter((item) => siteOf(item) === site.value)))
  return {
    ...live,
    tickets: own(live.tickets, (ticket) => ticket.site),
    alarms: own(live.alarms, (alarm) => alarm.site),
    drills: own(live.drills, (drill) => drill.site),
    sites: own(live.sites, ({ id }) => id),
  }
}
