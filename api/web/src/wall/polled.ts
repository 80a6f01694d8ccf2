import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref, WatchSource } from 'vue'

export interface Polled<T> {
  /** The latest; `null` before the first, and again once the question has changed. */
  answer: Readonly<Ref<T | null>>
  /** The last time it was asked there was no answer. */
  failing: Readonly<Ref<boolean>>
}

/**
 * Asks at once, again `waitMsAfter` each answer (`null`: there was none) and whenever `question` changes. One request
 * and one timer at a time.
 */
export function usePolled<T>(
  question: WatchSource<unknown>,
  ask: (signal: AbortSignal) => Promise<T>,
  waitMsAfter: (answer: T | null) => number,
): Polled<T> {
  const answer = shallowRef<T | null>(null)
  const failing = shallowRef(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort = new AbortController()

  async function poll(): Promise<void> {
    const mine = (abort = new AbortController())
    let fresh: T | null = null
    try {
      fresh = await ask(mine.signal)
    } catch {
      // What was known stays; whoever shows it says that it is no longer fresh.
    }
    if (mine.signal.aborted) return
    failing.value = fresh === null
    if (fresh !== null) answer.value = fresh
    timer = setTimeout(() => void poll(), waitMsAfter(fresh))
  }
  function stop(): void {
    clearTimeout(timer)
    abort.abort()
  }

  watch(
    question,
    () => {
      stop()
      answer.value = null
      void poll()
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return { answer, failing }
}
