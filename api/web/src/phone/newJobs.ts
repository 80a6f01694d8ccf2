import { onUnmounted, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { Job } from './jobs/list.ts'
import type { JobsStore } from './jobs/store.ts'

const BUZZ_MS = [300, 150, 300, 150, 300]

/** A job that was not there before: the phone shakes, the title says so, a banner shows it until it is looked at. */
export function useNewJobs(store: JobsStore, titleOf: (job: Job) => string) {
  const fresh = shallowRef<Job | null>(null)
  let known: Set<string> | null = null
  let before: string | null = null

  function forget(): void {
    if (before !== null) document.title = before
    before = null
    fresh.value = null
  }

  watch(
    [store.asOfMs, store.jobs] as [Ref<number>, Ref<readonly Job[]>],
    ([asOfMs, jobs]) => {
      if (asOfMs === 0) return
      const added = jobs.filter(({ ticket, standing }) => known && !known.has(ticket.id) && standing.main === 'accept')
      known = new Set([...(known ?? []), ...jobs.map(({ ticket }) => ticket.id)])
      const [job] = added
      if (job) {
        fresh.value = job
        before ??= document.title
        document.title = titleOf(job)
        navigator.vibrate?.(BUZZ_MS)
      } else if (fresh.value && !jobs.some(({ ticket }) => ticket.id === fresh.value!.ticket.id)) {
        forget()
      }
    },
    { immediate: true },
  )
  onUnmounted(forget)
  return { fresh, forget }
}
