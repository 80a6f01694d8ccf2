import { computed, inject, readonly, shallowRef } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import type { Client } from '../api/client.ts'
import { listSites } from '../api/session.ts'
import type { AlarmView, DrillView, LiveEvent, SiteInfo, TicketView } from '../api/types.ts'
import { keepConnected } from './connection.ts'
import type { ConnectionState } from './connection.ts'
import { createServerClock } from './serverClock.ts'
import { applyAlarmAnswer, applyEvents, applyTicketAnswer, emptyLive } from './state.ts'
import { createTicker } from './ticker.ts'
import { byPriorityAndTime, byTimeLeft } from './urgency.ts'

/** What every page of a signed-in user shares: the live state, the connection, the service's time, the sites. */
export interface LiveStore {
  /** Most urgent first. */
  tickets: Readonly<Ref<readonly TicketView[]>>
  /** Highest priority first, then the latest. */
  alarms: Readonly<Ref<readonly AlarmView[]>>
  /** Those that run, the one that ends first before the others. */
  drills: Readonly<Ref<readonly DrillView[]>>
  /** `false` until the first snapshot. */
  loaded: Readonly<Ref<boolean>>
  connection: Readonly<Ref<ConnectionState>>
  /** The service's time of the last message, in epoch milliseconds; 0 before it. */
  heardAtMs: Readonly<Ref<number>>
  /** The service's time at each full second, in epoch milliseconds; 0 before it is known. */
  nowMs: Readonly<Ref<number>>
  sites: Readonly<Ref<readonly SiteInfo[]>>
  ticket(id: string): TicketView | null
  /** The IANA time zone of a site. */
  timezoneOf(site: string): string
  takeTicketAnswer(ticket: TicketView): void
  takeAlarmAnswer(alarm: AlarmView): void
  retryNow(): void
  close(): void
}

/** Where a site's own is not known. */
export const DEFAULT_TIMEZONE = 'Asia/Shanghai'

export const liveKey: InjectionKey<LiveStore> = Symbol('live')

export function useLive(): LiveStore {
  const live = inject(liveKey)
  if (!live) throw new Error('no live store provided')
  return live
}

export function createLive(client: Client): LiveStore {
  const clock = createServerClock(
    () => performance.now(),
    () => Date.now(),
    () => stream.renew(),
  )
  const ticker = createTicker(clock)
  const state = shallowRef(emptyLive)
  const loaded = shallowRef(false)
  const connection = shallowRef<ConnectionState>('connecting')
  const heardAtMs = shallowRef(0)
  const sites = shallowRef<readonly SiteInfo[]>([])
  const timezones = computed(() => new Map(sites.value.map((site) => [site.id, site.timezone])))

  let waiting: LiveEvent[] = []

  // What arrives between two pictures of the screen is shown with the next one: fifty changes a second draw no more
  // than one does. A page out of sight draws no pictures, and must not keep what it hears waiting.
  function takeEvents(events: readonly LiveEvent[]): void {
    for (const event of events) clock.observe(event.serverTime)
    heardAtMs.value = clock.nowMs() ?? 0
    if (waiting.length === 0) soon(showWaiting)
    waiting.push(...events)
  }

  function showWaiting(): void {
    const events = waiting
    waiting = []
    state.value = applyEvents(state.value, events)
    if (events.some((event) => event.type === 'snapshot')) loaded.value = true
    ticker.refresh()
  }

  async function loadSites(): Promise<void> {
    try {
      sites.value = (await listSites(client)).items
    } catch {
      // Names and time zones only: the next connection asks again.
    }
  }

  const stream = keepConnected({
    open: (lastEventId, signal) => client.live(lastEventId, signal),
    onOpen() {
      clock.restart()
      void loadSites()
    },
    onEvents: takeEvents,
    onState: (next) => (connection.value = next),
    random: Math.random,
  })

  function comeBack(): void {
    if (document.hidden) return
    ticker.refresh()
    stream.retryNow()
  }
  document.addEventListener('visibilitychange', comeBack)
  window.addEventListener('online', comeBack)

  return {
    tickets: computed(() => byTimeLeft(state.value.tickets.values())),
    alarms: computed(() => byPriorityAndTime(state.value.alarms.values())),
    drills: computed(() => [...state.value.drills.values()].sort((a, b) => a.endsAt.localeCompare(b.endsAt))),
    loaded: readonly(loaded),
    connection: readonly(connection),
    heardAtMs: readonly(heardAtMs),
    nowMs: ticker.nowMs,
    sites,
    ticket: (id) => state.value.tickets.get(id) ?? null,
    timezoneOf: (site) => timezones.value.get(site) ?? DEFAULT_TIMEZONE,
    takeTicketAnswer(ticket) {
      state.value = applyTicketAnswer(state.value, ticket)
    },
    takeAlarmAnswer(alarm) {
      state.value = applyAlarmAnswer(state.value, alarm)
    },
    retryNow: stream.retryNow,
    close() {
      stream.close()
      ticker.stop()
      document.removeEventListener('visibilitychange', comeBack)
      window.removeEventListener('online', comeBack)
    },
  }
}

/** Before the next picture of the screen, or after 100 ms where none is drawn. */
function soon(run: () => void): void {
  let done = false
  const once = () => {
    if (done) return
    done = true
    run()
  }
  requestAnimationFrame(once)
  setTimeout(once, 100)
}
