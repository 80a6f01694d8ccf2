import { computed, onScopeDispose, ref } from 'vue'
import { kept } from '../../kept.ts'

const REMEMBERED_AS = 'blinking'

/** Whether what nobody has acknowledged blinks: stopped by a press, which is remembered, or by the system's wish. */
export function useBlinking() {
  const wanted = ref(kept.read(REMEMBERED_AS) !== false)
  const query = matchMedia('(prefers-reduced-motion: reduce)')
  const still = ref(query.matches)
  const follow = () => (still.value = query.matches)
  query.addEventListener('change', follow)
  onScopeDispose(() => query.removeEventListener('change', follow))
  return {
    blinking: computed(() => wanted.value && !still.value),
    still,
    toggle() {
      wanted.value = !wanted.value
      kept.write(REMEMBERED_AS, wanted.value)
    },
  }
}
