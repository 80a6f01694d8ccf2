import { computed, watch } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import type { TicketClockView, Titles } from '../api/types.ts'
import { kept } from '../kept.ts'
import { en } from './en.ts'
import { isolated } from './isolate.ts'
import type { Values } from './isolate.ts'
import { zh } from './zh.ts'
import type { Messages } from './zh.ts'

export const LOCALES = ['zh', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** The language's own name, as its button says it. */
export const LOCALE_NAMES: Record<Locale, string> = { zh: '中文', en: 'English' }

const TAGS: Record<Locale, string> = { zh: 'zh-CN', en: 'en-GB' }
const REMEMBERED_AS = 'locale'

/** The paths of nested texts. */
export type PathOf<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${PathOf<T[K]>}` }[keyof T & string]
/** A text's path, such as `header.signOut`. */
export type MessageKey = PathOf<Messages>

const isLocale = (value: unknown): value is Locale => LOCALES.includes(value as Locale)

export function createTexts() {
  const i18n = createI18n({ legacy: false, locale: rememberedLocale(), messages: { zh, en }, fallbackLocale: 'zh' })
  watch(
    i18n.global.locale,
    (locale) => {
      document.documentElement.lang = TAGS[locale]
      kept.write(REMEMBERED_AS, locale)
    },
    { immediate: true },
  )
  return i18n
}

/** Texts in the chosen language; `t` takes known paths only. */
export function useTexts() {
  const { t: translate, te, locale } = useI18n({ useScope: 'global' })
  const t = (key: MessageKey, values: Values = {}): string => translate(key, isolated(values))
  return {
    t,
    locale: computed<Locale>({
      get: () => (isLocale(locale.value) ? locale.value : 'zh'),
      set: (next) => (locale.value = next),
    }),
    /** For `Intl`. */
    tag: computed(() => TAGS[isLocale(locale.value) ? locale.value : 'zh']),
    /** A category's name; what a site has added stands for itself. */
    category: (code: string) => (te(`category.${code}`) ? translate(`category.${code}`) : code),
    /** Of a clock, and whose it is where that is not the property's own. */
    clockName: ({ milestone, party }: Pick<TicketClockView, 'milestone' | 'party'>) => {
      const name = t(`milestone.${milestone}`)
      return party === 'property' ? name : t('clock.ofFirm', { milestone: name })
    },
    titleOf: (of: { titles: Titles }) => of.titles[isLocale(locale.value) ? locale.value : 'zh'],
    units: computed(() => ({ day: t('unit.day'), hour: t('unit.hour') })),
  }
}

function rememberedLocale(): Locale {
  const remembered = kept.read(REMEMBERED_AS)
  return isLocale(remembered) ? remembered : 'zh'
}
