import { computed, onUnmounted, shallowRef, watch } from 'vue'
import type { ComputedRef } from 'vue'
import type { LiveStore } from '../live/store.ts'

/**
 * The service's time where the service has not been heard since the page began, as after a start without a network:
 * this device's clock, corrected by how far it was off when the service was last heard. Nothing better is to be had
 * there; the first word of the service takes its place.
 */
export interface PhoneClock {
  /** Epoch milliseconds; moves once a second; 0 where the service was never heard here. */
  nowMs: ComputedRef<number>
  /** As `nowMs`, to the millisecond. */
  read(): number
  isEstimated: ComputedRef<boolean>
}

const REMEMBERED_AS = 'shifen.clock'
const SAVED_EACH_MS = 60_000

export function usePhoneClock(live: LiveStore): PhoneClock {
  const offsetMs = readOffset()
  const estimateMs = () => (offsetMs === null ? 0 : Date.now() + offsetMs)
  const estimatedMs = shallowRef(estimateMs())
  const timer = setInterval(() => {
    if (isEstimated.value) estimatedMs.value = estimateMs()
  }, 1_000)
  onUnmounted(() => clearInterval(timer))
  const isEstimated = computed(() => live.nowMs.value === 0)
  const nowMs = computed(() => (isEstimated.value ? estimatedMs.value : live.nowMs.value))

  watch(
    () => Math.floor(live.nowMs.value / SAVED_EACH_MS),
    () => {
      if (live.nowMs.value > 0) saveOffset(live.nowMs.value - Date.now())
    },
    { immediate: true },
  )
  return { nowMs, isEstimated, read: () => (isEstimated.value ? estimateMs() : live.nowMs.value) }
}

function readOffset(): number | null {
  try {
    const kept = localStorage.getItem(REMEMBERED_AS)
    return kept === null || !Number.isFinite(Number(kept)) ? null : Number(kept)
  } catch {
    return null
  }
}

function saveOffset(offsetMs: number): void {
  try {
    localStorage.setItem(REMEMBERED_AS, String(Math.round(offsetMs)))
  } catch {
    // A browser that keeps nothing shows no times after a start without a network.
  }
}
