import { ref, watch } from 'vue'
import type { Ref } from 'vue'
import { keptByPage } from './kept.ts'

/** Something that is being typed, kept over a reload until it is `done`. `name` says what it is about. */
export function useDraft<T>(name: string, initial: T): { value: Ref<T>; done: () => void } {
  const key = `draft.${name}`
  const value = ref((keptByPage.read(key) as T | null) ?? initial) as Ref<T>
  const stop = watch(value, (typed) => keptByPage.write(key, typed), { deep: true })
  return {
    value,
    done() {
      stop()
      keptByPage.write(key, null)
    },
  }
}
