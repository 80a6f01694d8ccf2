import { inject, ref, watch } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import { kept } from './kept.ts'

/** Grey for rooms with light, dark for those without. */
export const THEMES = ['grey', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const REMEMBERED_AS = 'theme'

export const themeKey: InjectionKey<Ref<Theme>> = Symbol('theme')

export function useTheme(): Ref<Theme> {
  const theme = inject(themeKey)
  if (!theme) throw new Error('no theme provided')
  return theme
}

/**
 * What was chosen here, else what the system of its user prefers. `html[data-theme]` says it to the styles; a change is
 * remembered by the browser.
 */
export function createTheme(): Ref<Theme> {
  const preferred = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'grey')
  const theme = ref<Theme>(chosenTheme() ?? preferred())
  watch(theme, (shown) => (document.documentElement.dataset.theme = shown), { immediate: true })
  watch(theme, (chosen) => kept.write(REMEMBERED_AS, chosen))
  return theme
}

/** `null` where nobody has chosen in this browser. */
export function chosenTheme(): Theme | null {
  const remembered = kept.read(REMEMBERED_AS)
  return THEMES.find((theme) => theme === remembered) ?? null
}
