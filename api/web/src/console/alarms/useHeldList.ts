import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { AlarmView } from '../../api/types.ts'
import { heldRows, rowsOf } from './heldOrder.ts'
import type { ShownRow } from './heldOrder.ts'

/** A pointer that rests on the list for longer belongs to nobody. */
const HOLD_MS = 10_000

/** Rows of `alarms` in their order, which stands still for a while after each `touch`. */
export function useHeldList(alarms: Readonly<Ref<readonly AlarmView[]>>) {
  const rows = shallowRef<readonly ShownRow[]>([])
  const waiting = ref(0)
  const held = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function take(): void {
    if (held.value) {
      const now = heldRows(rows.value, alarms.value)
      rows.value = now.rows
      waiting.value = now.waiting
    } else {
      rows.value = rowsOf(alarms.value)
      waiting.value = 0
    }
  }

  function letGo(): void {
    clearTimeout(timer)
    held.value = false
  }

  function touch(): void {
    held.value = rows.value.length > 0
    clearTimeout(timer)
    timer = setTimeout(letGo, HOLD_MS)
  }

  watch([alarms, held], take, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
  return { rows, waiting, held, touch, letGo }
}
