import { onUnmounted, shallowRef } from 'vue'
import { usePhoneTexts } from '../texts/index.ts'

/** So long after a press another one is the same press: the button below the finger may have changed its meaning. */
const SETTLED_MS = 900

/** Runs what a button does, once however often it is tapped; `fault` says why it could not be kept. */
export function usePress() {
  const busy = shallowRef(false)
  const fault = shallowRef<string | null>(null)
  const p = usePhoneTexts()
  let timer: ReturnType<typeof setTimeout> | undefined
  onUnmounted(() => clearTimeout(timer))

  async function press(run: () => Promise<void> | void): Promise<void> {
    if (busy.value) return
    busy.value = true
    fault.value = null
    navigator.vibrate?.(30)
    try {
      await run()
    } catch {
      fault.value = p('no_room')
    } finally {
      timer = setTimeout(() => (busy.value = false), SETTLED_MS)
    }
  }
  return { busy, fault, press }
}
