import { CONDITION_CODES, HEALTH_POINTS } from '../model.ts'
import type { ConditionState, Device, DeviceState, PointValue } from '../model.ts'
import { type Measure } from '../model/rules.ts'
import { FACT_TYPES } from './cel-names.ts'
import type { Read, Value } from './direct.ts'
import { valueOf } from './measures/measure.ts'

/** A measure of a rule, with the key that its memory is kept under. */
export interface RuleMeasure {
  /** What the rule's conditions call it. */
  name: string
  /** What they read it under: `measure:slope`. */
  readAs: string
  measure: Measure
  key: string
  inputs: readonly string[]
}

/** What conditions read of a device at a moment; one for all rules, so that a message makes few of them. */
export interface Reader {
  read: Read
  /** Those of the rule whose conditions read next. */
  measures: readonly RuleMeasure[]
}

/** Whether a pulse, reported at `since`, counts as true. */
export type IsPulsing = (code: string, since: number) => boolean

const NO_MEASURES: readonly RuleMeasure[] = []

export function readerOf(device: Device, state: DeviceState, now: number, isPulsing: IsPulsing): Reader {
  const { points, conditions, health } = state
  const reader: Reader = {
    measures: NO_MEASURES,
    read(key) {
      const point = points.get(key)
      if (point) return point.value
      const condition = conditions.get(key)
      if (condition) {
        return condition.state === 'pulse' ? isPulsing(key, condition.since) || undefined : truthOf(condition.state)
      }
      if (HEALTH_POINTS.has(key)) return health[key as keyof DeviceState['health']]
      for (const each of reader.measures) {
        if (each.readAs === key) return valueOf(each.measure, state.measures.get(each.key), now)
      }
      return CONDITION_CODES.has(key) ? undefined : special(key)
    },
  }
  const special = (key: string): Value | undefined => {
    if (key.startsWith('previous:')) return previousOf(state, key.slice('previous:'.length))
    return key.startsWith('device:') ? factOf(device, key.slice('device:'.length)) : undefined
  }
  return reader
}

function truthOf(state: ConditionState): boolean | undefined {
  return state === 'active' ? true : state === 'cleared' ? false : undefined
}

/** A pulse that was reported before is over. */
function previousOf(state: DeviceState, name: string): PointValue | undefined {
  const point = state.points.get(name)
  if (point) return point.previous
  const condition = state.conditions.get(name)
  if (condition) return condition.previous && truthOf(condition.previous)
  return state.previousHealth[name as keyof DeviceState['health']]
}

/** Unknown where nobody set it. */
function factOf(device: Device, name: string): Value | undefined {
  if (name === 'tags') return device.tags
  if (!FACT_TYPES.has(`device.${name}`)) return undefined
  return (device[name as keyof Device] as string | null) || undefined
}
