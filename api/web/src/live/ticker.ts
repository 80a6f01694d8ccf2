import { readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import type { ServerClock } from './serverClock.ts'

/** The one timer of the page: everything that counts reads `nowMs`, which moves at each full second of the service. */
export interface Ticker {
  /** The service's time in epoch milliseconds; 0 before it is known. */
  nowMs: Readonly<Ref<number>>
  /** Reads the clock at once, as after a new statement of the time or when the page comes back into view. */
  refresh(): void
  stop(): void
}

export function createTicker(clock: ServerClock): Ticker {
  const nowMs = shallowRef(0)
  let timer: ReturnType<typeof setTimeout> | undefined

  function refresh(): void {
    clearTimeout(timer)
    const now = clock.nowMs()
    if (now !== null && secondOf(now) !== secondOf(nowMs.value)) nowMs.value = now
    timer = setTimeout(refresh, 1_000 - ((now ?? 0) % 1_000) + 5)
  }

  return {
    nowMs: readonly(nowMs),
    refresh,
    stop: () => clearTimeout(timer),
  }
}

const secondOf = (atMs: number) => Math.floor(atMs / 1_000)
