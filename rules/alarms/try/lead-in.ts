import { DAY_MS, type Rule } from '../../model.ts'
import type { Measure } from '../../model/rules.ts'
import { levelsOf } from '../machine.ts'

/** Devices that speak at all speak once a day; what they say then is known at the start of the period. */
const LEAST_MS = DAY_MS
export const LEAD_IN_MAX_MS = 31 * DAY_MS

/** For so long before the period a rule must have seen its devices, so that its delays and measures are under way. */
export function leadInMs(rules: readonly Rule[]): number {
  return Math.min(LEAD_IN_MAX_MS, Math.max(LEAST_MS, ...rules.map(longestMs)))
}

function longestMs(rule: Rule): number {
  const { offDelayMs, pulseHoldMs, silenceMs = 0, count, with: companion, measures = {} } = rule
  const onDelayMs = Math.max(...levelsOf(rule).map((level) => level.onDelayMs))
  const memoryMs = Math.max(0, ...Object.values(measures).map(spanOf))
  const waitsMs = Math.max(onDelayMs, offDelayMs, pulseHoldMs)
  return waitsMs + Math.max(memoryMs, silenceMs, count?.withinMs ?? 0, companion?.withinMs ?? 0)
}

/** A window of the day that was running yesterday is known once it began the day before. */
function spanOf(measure: Measure): number {
  if ('overMs' in measure) return measure.overMs
  return 'consumption' in measure ? 2 * DAY_MS : 0
}
