import { computed, inject, readonly, shallowRef, watch } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import type { Client } from '../../api/client.ts'
import { listDone, listOwnJobs } from '../../api/jobs.ts'
import type { OwnJobView, SessionInfo, SiteInfo, TicketView } from '../../api/types.ts'
import type { LiveStore } from '../../live/store.ts'
import type { Queue } from '../queue/queue.ts'
import type { PhoneStorage } from '../queue/storage.ts'
import type { Job } from './list.ts'
import { isHis, jobOf, newerOf } from './list.ts'

/** His jobs: as the service last told them, as the stream tells since, as this device last saw them without both. */
export interface JobsStore {
  jobs: Readonly<Ref<readonly Job[]>>
  done: Readonly<Ref<readonly TicketView[]>>
  job(id: string): Job | null
  site(id: string): SiteInfo | null
  /** When the service told what is shown, by its own time; 0: nothing is shown yet. */
  asOfMs: Readonly<Ref<number>>
  /** The last question had no answer, and there is nothing of earlier to show. */
  failed: Readonly<Ref<boolean>>
  refresh(): Promise<void>
  /** The answer to something that was done. */
  take(ticket: TicketView): void
}

export const jobsKey: InjectionKey<JobsStore> = Symbol('jobs')

export function useJobs(): JobsStore {
  const jobs = inject(jobsKey)
  if (!jobs) throw new Error('no jobs provided')
  return jobs
}

interface Seen {
  items: readonly OwnJobView[]
  done: readonly TicketView[]
  sites: readonly SiteInfo[]
  asOfMs: number
}

interface JobsOptions {
  client: Client
  who: SessionInfo
  live: LiveStore
  queue: Queue
  storage: Promise<PhoneStorage>
  readMs: () => number
}

const KEPT_AS = 'jobs'
/** Changes that arrive together are one question. */
const GATHERED_MS = 400

export function createJobs({ client, who, live, queue, storage, readMs }: JobsOptions): JobsStore {
  const seen = shallowRef<Seen>({ items: [], done: [], sites: [], asOfMs: 0 })
  const failed = shallowRef(false)
  let asking: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    try {
      const [{ items }, done] = await Promise.all([listOwnJobs(client), listDone(client, who.name)])
      seen.value = { ...seen.value, items, done: done.items, asOfMs: readMs() }
      failed.value = false
      await keep()
    } catch {
      failed.value = seen.value.asOfMs === 0
    }
  }

  /** Not before anything was told: what is kept of earlier is more. */
  async function keep(): Promise<void> {
    const kept = await storage
    if (seen.value.asOfMs > 0) await kept.keep(who.name, KEPT_AS, seen.value).catch(() => undefined)
  }

  function refresh(): Promise<void> {
    asking ??= ask().finally(() => (asking = null))
    return asking
  }

  async function restore(): Promise<void> {
    const kept = await (await storage).kept<Seen>(who.name, KEPT_AS)
    if (!kept || seen.value.asOfMs > 0) return
    const { sites } = seen.value
    seen.value = sites.length > 0 ? { ...kept, sites } : kept
  }

  const jobs = computed(() =>
    seen.value.items
      .map((item) => jobOf(item, live.ticket(item.id), who.name, queue.entries.value))
      .filter((job) => isHis(job, who.name)),
  )
  const byId = computed(() => new Map(jobs.value.map((job) => [job.ticket.id, job])))

  // What may be his by what the stream tells; the service says whether it is.
  const changes = computed(() =>
    live.tickets.value
      .filter(({ id, assignee, state }) => assignee === who.name || state === 'pending_dispatch' || byId.value.has(id))
      .map(({ id, updatedAt }) => id + updatedAt)
      .sort()
      .join(),
  )
  watch(changes, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void refresh(), GATHERED_MS)
  })
  watch(live.connection, (connection) => {
    if (connection === 'live') void refresh()
  })
  watch(
    live.sites,
    (sites) => {
      if (sites.length === 0) return
      seen.value = { ...seen.value, sites }
      void keep()
    },
    { immediate: true },
  )
  void restore().then(refresh)

  return {
    jobs,
    done: computed(() => seen.value.done),
    job: (id) => byId.value.get(id) ?? null,
    site: (id) => seen.value.sites.find((site) => site.id === id) ?? null,
    asOfMs: computed(() => seen.value.asOfMs),
    failed: readonly(failed),
    refresh,
    take(ticket) {
      const items = seen.value.items.map((item) =>
        item.id === ticket.id
          ? { ...newerOf(item, ticket), called: ticket.assignee === who.name ? null : item.called }
          : item,
      )
      seen.value = { ...seen.value, items }
    },
  }
}
