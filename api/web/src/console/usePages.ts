import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { Page } from '../api/types.ts'

export type PagesState = 'loading' | 'failed' | 'loaded'

export interface Pages<T> {
  items: Readonly<Ref<readonly T[]>>
  state: Readonly<Ref<PagesState>>
  /** `null`: there is no further page, or none was read yet. */
  next: Readonly<Ref<string | null>>
  /** The following page, or once more what failed. */
  more(): Promise<void>
}

/**
 * What the API tells a page at a time, from the first one again whenever `asked` changes. `read` throws where it could
 * not be read, which loses nothing of what is here.
 */
export function usePages<T>(
  asked: () => Record<string, string>,
  read: (asked: Record<string, string>, signal: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const items = shallowRef<readonly T[]>([])
  const state = shallowRef<PagesState>('loading')
  const next = shallowRef<string | null>(null)
  let abort = new AbortController()

  async function load(cursor: string | null): Promise<void> {
    abort.abort()
    const own = (abort = new AbortController())
    state.value = 'loading'
    try {
      const page = await read({ ...asked(), ...(cursor !== null && { cursor }) }, own.signal)
      if (own.signal.aborted) return
      items.value = cursor === null ? page.items : [...items.value, ...page.items]
      next.value = page.next
      state.value = 'loaded'
    } catch {
      if (!own.signal.aborted) state.value = 'failed'
    }
  }

  function begin(): void {
    items.value = []
    next.value = null
    void load(null)
  }

  watch(() => JSON.stringify(asked()), begin, { immediate: true })
  onScopeDispose(() => abort.abort())
  return { items, state, next, more: () => load(next.value) }
}
