import { textsOf } from '../../i18n/part.ts'
import { en } from './texts/en.ts'
import { zh } from './texts/zh.ts'
import { withUnit } from './units.ts'

type Point = keyof typeof zh.point
type Condition = keyof typeof zh.condition

const useTexts = textsOf('word', { zh, en })
const isPoint = (name: string): name is Point => Object.hasOwn(zh.point, name)
const isCondition = (name: string): name is Condition => Object.hasOwn(zh.condition, name)
const plain = (code: string) => code.replaceAll('.', '_')

const PART = /^(.+)\.(?:(l[123]{1,2})|ch(\d{1,3})|tariff(\d{1,2}))$/

/** What people call what devices measure and tell; a name that only its owner knows stands for itself. */
export function useWords() {
  const t = useTexts()

  function point(name: string): string {
    const known = plain(name)
    if (isPoint(known)) return t(`point.${known}`)
    const [, base, phase, channel, tariff] = PART.exec(name) ?? []
    if (base === undefined || !isPoint(plain(base))) return name
    const called = t(`point.${plain(base) as Point}`)
    if (phase !== undefined) return t('phase', { name: called, phase: phase.toUpperCase() })
    if (channel !== undefined) return t('channel', { name: called, number: channel })
    return t('tariff', { name: called, number: tariff! })
  }

  function condition(code: string): string {
    const known = plain(code)
    return isCondition(known) ? t(`condition.${known}`) : code.replace(/^generic\./, '')
  }

  return {
    point,
    condition,
    /** Whether it is a condition that has a name here, and no expression. */
    knowsCondition: (code: string) => isCondition(plain(code)),
    kind: (kind: keyof typeof zh.kind) => t(`kind.${kind}`),
    /** A value as people read it, with its unit. */
    value: (value: number | boolean | string | null, unit: string | null) => {
      if (value === null) return '–'
      if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
      return typeof value === 'number' ? withUnit(value, unit) : value
    },
  }
}
