import { computed, onUnmounted, shallowRef, watch } from 'vue'
import type { ComputedRef } from 'vue'
import { kept } from '../kept.ts'
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

const REMEMBERED_AS = 'clock'
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
      if (live.nowMs.value > 0) kept.write(REMEMBERED_AS, Math.round(live.nowMs.value - Date.now()))
    },
    { immediate: true },
  )
  return { nowMs, isEstimated, read: () => (isEstimated.value ? estimateMs() : live.nowMs.value) }
}

function readOffset(): number | null {
  const offsetMs = kept.read(REMEMBERED_AS)
  return typeof offsetMs === 'number' ? offsetMs : null
}
