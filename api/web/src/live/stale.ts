import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { ConnectionState } from './connection.ts'

/** A break shorter than this is nobody's concern. */
const GRACE_MS = 4_000
/** The service states its time every 10 s: a link that is silent for longer is not known to be one. */
const SILENCE_MS = 15_000

/** Of the live store; times in epoch milliseconds of the service. */
interface Heard {
  loaded: Readonly<Ref<boolean>>
  connection: Readonly<Ref<ConnectionState>>
  heardAtMs: Readonly<Ref<number>>
  nowMs: Readonly<Ref<number>>
}

/** Whether what is shown may be old: the link is down, or has told nothing for too long. */
export function useStale(live: Heard): ComputedRef<boolean> {
  return computed(() => {
    if (!live.loaded.value) return false
    const allowedMs = live.connection.value === 'live' ? SILENCE_MS : GRACE_MS
    return live.nowMs.value - live.heardAtMs.value > allowedMs
  })
}
