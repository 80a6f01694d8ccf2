import { inject, ref, watch } from 'vue'
import type { InjectionKey, Ref } from 'vue'

/** Grey for rooms with light, dark for those without. */
export const THEMES = ['grey', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const REMEMBERED_AS = 'shifen.theme'

export const themeKey: InjectionKey<Ref<Theme>> = Symbol('theme')

export function useTheme(): Ref<Theme> {
  const theme = inject(themeKey)
  if (!theme) throw new Error('no theme provided')
  return theme
}

/**
 * Remembered by the browser; at first what the system of its user prefers. `html[data-theme]` says it to the styles.
 */
export function createTheme(): Ref<Theme> {
  const theme = ref(rememberedTheme())
  watch(
    theme,
    (chosen) => {
      document.documentElement.dataset.theme = chosen
      try {
        localStorage.setItem(REMEMBERED_AS, chosen)
      } catch {
        // A browser that keeps nothing forgets the choice, no more.
      }
    },
    { immediate: true },
  )
  return theme
}

function rememberedTheme(): Theme {
  try {
    const remembered = localStorage.getItem(REMEMBERED_AS)
    if (THEMES.some((theme) => theme === remembered)) return remembered as Theme
  } catch {
    // As above.
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'grey'
}
