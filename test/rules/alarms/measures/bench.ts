import type { PointValue } from '../../../../rules/model.ts'
import type { Measure } from '../../../../rules/model/rules.ts'
import { type MeasureMemory, observeMeasure, valueOf } from '../../../../rules/alarms/measures/measure.ts'

export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000
export const SHANGHAI = 'Asia/Shanghai'

export type Told = readonly [at: number, value: PointValue]

/** What is remembered after readings of the measure's one point. */
export function after(measure: Measure, told: readonly Told[], timezone = SHANGHAI, before?: MeasureMemory) {
  return told.reduce<MeasureMemory | undefined>(
    (memory, [at, value]) => observeMeasure(measure, memory, () => value, at, timezone),
    before,
  )
}

/** The value right after the last reading, or at `now`. */
export function valueAfter(measure: Measure, told: readonly Told[], now = told.at(-1)![0], timezone = SHANGHAI) {
  return valueOf(measure, after(measure, told, timezone), now)
}

export const copied = (memory: MeasureMemory | undefined) =>
  memory && (JSON.parse(JSON.stringify(memory)) as MeasureMemory)
