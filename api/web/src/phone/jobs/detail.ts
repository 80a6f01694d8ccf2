import { computed, onUnmounted, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { ApiProblem } from '../../api/client.ts'
import type { Client } from '../../api/client.ts'
import { listPhotos } from '../../api/ticketDetails.ts'
import { readTicket } from '../../api/tickets.ts'
import type { PhotoView, TicketDetailView } from '../../api/types.ts'
import type { PhoneStorage } from '../queue/storage.ts'

/** Everything of one job, as the service last told it. */
export interface Detail {
  ticket: TicketDetailView
  photos: readonly PhotoView[]
  asOfMs: number
}

const keptAs = (id: string) => `job/${id}`

async function readDetail(client: Client, id: string, asOfMs: number): Promise<Detail> {
  const [ticket, photos] = await Promise.all([readTicket(client, id), listPhotos(client, id)])
  return { ticket, photos: photos.items, asOfMs }
}

/** Keeps it on this device for when there is no network. Does nothing without an answer. */
export async function fetchAhead(
  client: Client,
  storage: PhoneStorage,
  owner: string,
  id: string,
  asOfMs: number,
): Promise<void> {
  try {
    await storage.keep(owner, keptAs(id), await readDetail(client, id, asOfMs))
  } catch {
    // It is asked for again when the job changes or its page is opened.
  }
}

/** `failure`: the service refused, `'unreachable'`: it did not answer, and there is nothing of earlier to show. */
export interface DetailStore {
  detail: Readonly<Ref<Detail | null>>
  failure: ComputedRef<ApiProblem | 'unreachable' | null>
  refresh(): Promise<void>
}

export function useDetail(
  client: Client,
  storage: Promise<PhoneStorage>,
  owner: string,
  id: () => string,
  /** Changes when the job has. */
  version: () => string,
  readMs: () => number,
): DetailStore {
  const detail = shallowRef<Detail | null>(null)
  const failed = shallowRef<ApiProblem | 'unreachable' | null>(null)
  let gone = false
  onUnmounted(() => (gone = true))

  async function refresh(): Promise<void> {
    const wanted = id()
    try {
      const read = await readDetail(client, wanted, readMs())
      if (gone || id() !== wanted) return
      detail.value = read
      failed.value = null
      await (await storage).keep(owner, keptAs(wanted), read)
    } catch (error) {
      if (id() === wanted) failed.value = error instanceof ApiProblem ? error : 'unreachable'
    }
  }

  async function restore(): Promise<void> {
    const wanted = id()
    const kept = await (await storage).kept<Detail>(owner, keptAs(wanted))
    if (kept && id() === wanted && detail.value === null) detail.value = kept
  }

  watch(
    id,
    () => {
      detail.value = null
      failed.value = null
      void restore().then(refresh)
    },
    { immediate: true },
  )
  watch(version, () => void refresh())
  return { detail, failure: computed(() => (detail.value === null ? failed.value : null)), refresh }
}
