import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { useRoute } from 'vue-router'
import type { Page } from '../api/types.ts'
import { failureOf } from '../live/reading.ts'
import type { ReadFailure } from '../live/reading.ts'

const PAGE = 50
/** As many as the API tells at once: what was shown beyond is read again when it is asked for. */
const FIRST_MOST = 500

export interface Pages<T> {
  items: Readonly<Ref<readonly T[]>>
  pending: Readonly<Ref<boolean>>
  /** Why the last try failed, which loses nothing of what is here. */
  failure: Readonly<Ref<ReadFailure | null>>
  /** `null`: there is no further page, or none was read yet. */
  next: Readonly<Ref<string | null>>
  /** The following page, or once more what failed. */
  more(): Promise<void>
}

/**
 * What the API tells a page at a time, from the first one again whenever `asked` changes. An entry of the browser's
 * history remembers how much of what it has shown: who comes back, or loads the page anew, is where he was.
 */
export function usePages<T>(
  asked: () => Record<string, string>,
  read: (asked: Record<string, string>, signal: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const route = useRoute()
  const items = shallowRef<readonly T[]>([])
  const pending = shallowRef(true)
  const failure = shallowRef<ReadFailure | null>(null)
  const next = shallowRef<string | null>(null)
  let abort = new AbortController()
  let first = PAGE

  async function load(): Promise<void> {
    abort.abort()
    const own = (abort = new AbortController())
    const cursor = next.value
    pending.value = true
    try {
      const limit = String(cursor === null ? first : PAGE)
      const page = await read({ ...asked(), limit, ...(cursor !== null && { cursor }) }, own.signal)
      if (own.signal.aborted) return
      items.value = cursor === null ? page.items : [...items.value, ...page.items]
      next.value = page.next
      failure.value = null
    } catch (error) {
      if (own.signal.aborted) return
      failure.value = failureOf(error)
    }
    pending.value = false
  }

  const what = () => JSON.stringify(asked())
  function begin(): void {
    items.value = []
    next.value = null
    failure.value = null
    const shown = (history.state as { shown?: { what: string; count: number } } | null)?.shown
    first = shown?.what === what() ? Math.min(FIRST_MOST, Math.ceil(shown.count / PAGE) * PAGE) : PAGE
    void load()
  }

  watch(what, begin, { immediate: true })
  watch(
    [items, () => route.fullPath],
    () => {
      const count = items.value.length
      if (count > 0) history.replaceState({ ...history.state, shown: { what: what(), count } }, '')
    },
    { flush: 'post' },
  )
  onScopeDispose(() => abort.abort())
  return { items, pending, failure, next, more: load }
}
