import { ref, watch } from 'vue'
import type { Ref } from 'vue'
import type { LiveStore } from '../live/store.ts'

/** How the first snapshot stands. What has failed says so until it is there, also while it is tried again. */
export function useFirstLoad(live: LiveStore): Ref<'loading' | 'failed' | 'loaded'> {
  const state = ref<'loading' | 'failed' | 'loaded'>('loading')
  watch(
    [live.loaded, live.connection],
    ([loaded, connection]) => {
      if (loaded) state.value = 'loaded'
      else if (connection === 'waiting') state.value = 'failed'
    },
    { immediate: true },
  )
  return state
}
