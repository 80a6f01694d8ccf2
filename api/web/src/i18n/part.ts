import { useI18n } from 'vue-i18n'
import { isolated } from './isolate.ts'
import type { Values } from './isolate.ts'
import type { Locale, PathOf } from './index.ts'

/** Nested texts; `{name}` in one is filled in. */
export interface TextTree {
  [key: string]: string | TextTree
}

/**
 * Texts of one part of the dashboard, which come with its code and not before. Answers what its components use:
 * `t` takes paths of these texts only. `name` is the part's own among all parts.
 */
export function textsOf<T extends object>(name: string, languages: Record<Locale, T>) {
  return () => {
    const { t: translate, getLocaleMessage, mergeLocaleMessage } = useI18n({ useScope: 'global' })
    for (const [locale, texts] of Object.entries(languages)) {
      if (!(name in getLocaleMessage(locale))) mergeLocaleMessage(locale, { [name]: texts })
    }
    return (key: PathOf<T>, values: Values = {}): string => translate(`${name}.${key}`, isolated(values))
  }
}
