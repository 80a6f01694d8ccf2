import { onBeforeUnmount, watch } from 'vue'
import type { Ref } from 'vue'

/**
 * What a button opens beside itself, both within `root`: a press or the focus elsewhere closes it, and so does `close`,
 * which brings the focus back to the button.
 */
export function usePopover(
  open: Ref<boolean>,
  root: Readonly<Ref<HTMLElement | null>>,
  opener: Readonly<Ref<HTMLElement | null>>,
): { close: () => void } {
  function closeOutside(event: Event): void {
    if (!root.value?.contains(event.target as Node)) open.value = false
  }
  function listen(change: 'addEventListener' | 'removeEventListener'): void {
    document[change]('pointerdown', closeOutside)
    document[change]('focusin', closeOutside)
  }
  watch(open, (isOpen) => listen(isOpen ? 'addEventListener' : 'removeEventListener'))
  onBeforeUnmount(() => listen('removeEventListener'))
  return {
    close() {
      open.value = false
      opener.value?.focus()
    },
  }
}
