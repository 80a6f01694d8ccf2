import { ref, watch } from 'vue'
import type { Ref } from 'vue'

/** What is being typed, kept over a reload until `forget`. `name` says what it is about. */
export function useDraft(name: string): { text: Ref<string>; forget: () => void } {
  const key = `shifen.draft.${name}`
  const text = ref(read(key))
  watch(text, (typed) => {
    try {
      if (typed === '') sessionStorage.removeItem(key)
      else sessionStorage.setItem(key, typed)
    } catch {
      // A browser that keeps nothing loses it with a reload, no more.
    }
  })
  return { text, forget: () => (text.value = '') }
}

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}
