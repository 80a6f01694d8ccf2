import { ref, watch } from 'vue'
import type { Ref } from 'vue'

/** Something that is being typed, kept over a reload until it is `done`. */
export function useDraft<T>(name: string, initial: T): { value: Ref<T>; done: () => void } {
  const key = `shifen.draft.${name}`
  const value = ref(read(key) ?? initial) as Ref<T>
  const stop = watch(
    value,
    (typed) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(typed))
      } catch {
        // A browser that keeps nothing loses a draft with its page, no more.
      }
    },
    { deep: true },
  )
  return {
    value,
    done() {
      stop()
      try {
        sessionStorage.removeItem(key)
      } catch {
        // As above.
      }
    },
  }

  function read(of: string): T | null {
    try {
      return JSON.parse(sessionStorage.getItem(of) ?? 'null') as T | null
    } catch {
      return null
    }
  }
}
