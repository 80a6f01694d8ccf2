import type { LocationQuery } from 'vue-router'
import { MUTE_KINDS, PRIORITIES } from '../../../../../rules/model/words.ts'
import type { Priority } from '../../../../../rules/model.ts'
import type { AlarmView, ShownAlarmState } from '../../api/types.ts'
import { canReset, needsAcknowledging } from '../../live/urgency.ts'
import { isIn, listIn, textIn, wordsIn } from '../query.ts'

export const STANDING_STATES = ['unacked', 'rtn_unacked', 'acked', ...MUTE_KINDS] as const
export const PAST_STATES = ['normal', ...STANDING_STATES] as const satisfies readonly ShownAlarmState[]

/** Which alarms are asked for; an empty list asks for all. */
export interface AlarmFilters {
  text: string
  priorities: readonly Priority[]
  states: readonly ShownAlarmState[]
  categories: readonly string[]
  /** Only what waits for an acknowledgement or a reset. */
  todo: boolean
  /** Shelved, suppressed and out-of-service ones too. */
  muted: boolean
}

export function filtersIn(query: LocationQuery): AlarmFilters {
  return {
    text: textIn(query, 'q'),
    priorities: listIn(query, 'p', PRIORITIES),
    states: listIn(query, 's', PAST_STATES),
    categories: wordsIn(query, 'c'),
    todo: isIn(query, 'todo'),
    muted: isIn(query, 'muted'),
  }
}

export const isFiltered = ({ text, priorities, states, categories, todo }: AlarmFilters) =>
  text !== '' || priorities.length + states.length + categories.length > 0 || todo

/** A state that is asked for by name is shown, muted or not. */
export function matches(alarm: AlarmView, filters: AlarmFilters): boolean {
  const { text, priorities, states, categories, todo, muted } = filters
  const among = <T>(asked: readonly T[], value: T) => asked.length === 0 || asked.includes(value)
  if (!among(priorities, alarm.priority) || !among(categories, alarm.category)) return false
  if (!among(states, alarm.state)) return false
  if (alarm.muted !== null && !muted && states.length === 0) return false
  if (todo && !needsAcknowledging(alarm) && !(canReset(alarm) && alarm.muted === null)) return false
  return hasText([alarm.titles.zh, alarm.titles.en, alarm.location, alarm.deviceName, alarm.device, alarm.rule], text)
}

/** Every word of what was typed, whatever its case, in any of the texts. */
export function hasText(texts: readonly (string | null | undefined)[], typed: string): boolean {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const all = texts.join('\n').toLowerCase()
  return words.every((word) => all.includes(word))
}
