import { onUnmounted, readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { ApiProblem } from '../api/client.ts'
import type { Told } from '../api/client.ts'

/** Why something could not be read. */
export type ReadFailure =
  { kind: 'gone' } | { kind: 'no_right' } | { kind: 'refused'; problem: Told } | { kind: 'silent' }

export interface Reading<T> {
  /** The last that was read of what is asked for now; it stays while it is read again. */
  value: Readonly<Ref<T | null>>
  /** Why the last try failed; `null` after one that worked. */
  failure: Readonly<Ref<ReadFailure | null>>
  pending: Readonly<Ref<boolean>>
  /** At once; ends a try that is under way. */
  again(): Promise<void>
}

/**
 * Reads what `key` names, and again when that changes; `null` reads nothing. What is shown is always of the newest try:
 * answers of older ones are dropped.
 */
export function useReading<T>(
  key: () => string | null,
  read: (key: string, signal: AbortSignal) => Promise<T>,
): Reading<T> {
  const value = shallowRef<T | null>(null)
  const failure = shallowRef<ReadFailure | null>(null)
  const pending = shallowRef(false)
  let abort = new AbortController()

  async function again(): Promise<void> {
    abort.abort()
    const asked = key()
    if (asked === null) return
    const mine = (abort = new AbortController())
    pending.value = true
    try {
      const answer = await read(asked, mine.signal)
      if (mine !== abort) return
      value.value = answer
      failure.value = null
    } catch (error) {
      if (mine !== abort) return
      failure.value = failureOf(error)
    }
    pending.value = false
  }

  watch(
    key,
    () => {
      value.value = null
      failure.value = null
      void again()
    },
    { immediate: true },
  )
  onUnmounted(() => abort.abort())
  return { value, failure: readonly(failure), pending: readonly(pending), again }
}

export function failureOf(error: unknown): ReadFailure {
  if (!(error instanceof ApiProblem)) return { kind: 'silent' }
  if (error.status === 404) return { kind: 'gone' }
  if (error.status === 403) return { kind: 'no_right' }
  return { kind: 'refused', problem: error.told }
}
