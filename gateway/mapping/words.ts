import type { ConditionState } from '../../rules/model.ts'
import { truthOf } from '../devices/numbers.ts'

/** Devices' own words for a state. */
export interface StateWords {
  active?: readonly Word[] | undefined
  cleared?: readonly Word[] | undefined
  pulse?: readonly Word[] | undefined
  /** What every other word means; without it that is unknown, never "no". */
  otherwise?: 'cleared' | undefined
}

export type Word = string | number | boolean

/** Longer ones are names that happen to be digits. */
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,9})?$/

/** One text for all ways of writing a value: `1`, `"1"`, `"01"` and `1.0` are one, as are `true` and `"true"`. */
export function wordOf(value: Word): string {
  const text = String(value).trim()
  return NUMBER.test(text) ? String(Number(text)) : text
}

export function isWord(value: unknown): value is Word {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

const NATIVE_MAX_LENGTH = 64

/** A device's own word beside what it means; `undefined` where it is none. */
export function nativeWord(value: unknown): Word | undefined {
  if (!isWord(value)) return undefined
  return typeof value === 'string' ? value.slice(0, NATIVE_MAX_LENGTH) : value
}

/** What a device's word says; `null` where it says nothing that is listed. */
export function stateReader({
  active,
  cleared,
  pulse,
  otherwise,
}: StateWords): (raw: unknown) => ConditionState | null {
  if (active === undefined && cleared === undefined && pulse === undefined) {
    return (raw) => {
      const truth = truthOf(raw)
      if (truth !== null) return truth ? 'active' : 'cleared'
      return isWord(raw) ? (otherwise ?? null) : null
    }
  }
  const states = new Map<string, ConditionState>()
  const lists = [
    ['cleared', cleared],
    ['pulse', pulse],
    ['active', active],
  ] as const
  for (const [state, list] of lists) for (const word of list ?? []) states.set(wordOf(word), state)
  return (raw) => (isWord(raw) ? (states.get(wordOf(raw)) ?? otherwise ?? null) : null)
}

/** The words that are listed for two states. */
export function ambiguousWords({ active = [], cleared = [], pulse = [] }: StateWords): string[] {
  const seen = new Set<string>()
  return [active, cleared, pulse].flatMap((list) => {
    const own = new Set(list.map(wordOf))
    const again = [...own].filter((word) => seen.has(word))
    for (const word of own) seen.add(word)
    return again
  })
}
