import { computed, inject } from 'vue'
import type { ComputedRef, InjectionKey } from 'vue'
import { useRoute } from 'vue-router'
import type { AlarmView, TicketView } from '../api/types.ts'
import type { LiveStore } from '../live/store.ts'
import { DEFAULT_TIMEZONE } from '../live/store.ts'
import { isOverdue } from '../live/urgency.ts'
import { textIn } from './query.ts'

/** What is live of the sites that this desk looks after: all that its user sees, or the one that the address names. */
export interface Desk {
  /** `null` for all. */
  site: ComputedRef<string | null>
  /** In whose time the desk's own clock runs. */
  timezone: ComputedRef<string>
  alarms: ComputedRef<readonly AlarmView[]>
  tickets: ComputedRef<readonly TicketView[]>
  /** Ids of tickets past due. Another set only where another ticket is. */
  overdue: ComputedRef<ReadonlySet<string>>
  /** A site's name, where there is more than one to tell apart. */
  siteNameOf(site: string): string | null
}

export const deskKey: InjectionKey<Desk> = Symbol('desk')

export function useDesk(): Desk {
  const desk = inject(deskKey)
  if (!desk) throw new Error('no desk provided')
  return desk
}

export function createDesk(live: LiveStore): Desk {
  const route = useRoute()
  const site = computed(() => textIn(route.query, 'site') || null)
  const names = computed(() => new Map(live.sites.value.map(({ id, name }) => [id, name])))
  const ofSite = <T extends { site: string }>(all: readonly T[]) =>
    site.value === null ? all : all.filter((each) => each.site === site.value)
  const tickets = computed(() => ofSite(live.tickets.value))
  const overdueIds = computed(() =>
    tickets.value
      .filter((ticket) => isOverdue(ticket, live.nowMs.value))
      .map(({ id }) => id)
      .sort()
      .join(' '),
  )
  return {
    site,
    timezone: computed(() =>
      site.value === null ? (live.sites.value[0]?.timezone ?? DEFAULT_TIMEZONE) : live.timezoneOf(site.value),
    ),
    alarms: computed(() => ofSite(live.alarms.value)),
    tickets,
    overdue: computed(() => new Set(overdueIds.value.split(' ').filter(Boolean))),
    siteNameOf: (id) => (names.value.size > 1 ? (names.value.get(id) ?? id) : null),
  }
}
