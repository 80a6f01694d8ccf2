import { inject, nextTick, ref, shallowRef } from 'vue'
import type { InjectionKey, Ref } from 'vue'

/** What was just done, shown until it is put away, and how to take it back where that is possible. */
export interface Notice {
  text: string
  undo?: () => void
}

/** What the page says by itself: spoken by screen readers, and shown where it concerns one's own doing. */
export interface Notices {
  polite: Readonly<Ref<string>>
  assertive: Readonly<Ref<string>>
  shown: Readonly<Ref<Notice | null>>
  announce(text: string, manner: 'polite' | 'assertive'): void
  show(notice: Notice): void
  putAway(): void
}

export const noticesKey: InjectionKey<Notices> = Symbol('notices')

export function useNotices(): Notices {
  const notices = inject(noticesKey)
  if (!notices) throw new Error('no notices provided')
  return notices
}

export function createNotices(): Notices {
  const spoken = { polite: ref(''), assertive: ref('') }
  const shown = shallowRef<Notice | null>(null)
  /** The same words once more are spoken again only where they were gone in between. */
  function announce(text: string, manner: 'polite' | 'assertive'): void {
    spoken[manner].value = ''
    void nextTick(() => (spoken[manner].value = text))
  }
  return {
    ...spoken,
    shown,
    announce,
    show(notice) {
      shown.value = notice
      announce(notice.text, 'polite')
    },
    putAway: () => (shown.value = null),
  }
}
