import {
  type Alarm,
  type ConditionState,
  type DeviceMessage,
  HEALTH_POINTS,
  HOUR_MS,
  isConditionCode,
  MINUTE_MS,
  pointDefinition,
  type PointValue,
  type ReadMessages,
} from '../model.ts'
import type { DeviceRecord } from '../world.ts'
import { valueOf } from './measures/measure.ts'
import type { CompiledRule } from './ruleset.ts'
import { type Threshold, thresholdsOf } from './thresholds.ts'

/** Whether something was so when the alarm was raised, or is so now: of then it is not known any more. */
export const AS_OF = ['raised', 'now'] as const
export type AsOf = (typeof AS_OF)[number]

/** A value that the rule's conditions read. */
export interface ReadingBehind {
  /** A point, a field of the device's health, or a measure of the rule by its name. */
  point: string
  unit: string | null
  /** `null`: never told. */
  value: PointValue | null
  at: number | null
  asOf: AsOf
  thresholds: readonly Threshold[]
}

export interface ConditionBehind {
  code: string
  state: ConditionState
  /** `null`: never told. */
  since: number | null
  asOf: AsOf
}

export interface Behind {
  readings: readonly ReadingBehind[]
  conditions: readonly ConditionBehind[]
}

export interface WhyQuestion {
  alarm: Alarm & { raisedAt: number }
  compiled: CompiledRule
  record: DeviceRecord
  /** The numbers of the rows that the device spoke in. */
  deviceKeys: readonly number[]
  now: number
}

/**
 * How far back messages are looked through, piece by piece, until everything is found: what is told less often has
 * mostly not been told since, and then still stands.
 */
const LOOK_BACK_MS = [MINUTE_MS, 15 * MINUTE_MS, 2 * HOUR_MS]

/**
 * What an alarm's rule reads of its device, as it was when the alarm was raised: what has not been told again since
 * then, else the latest live message up to then, else as it is now.
 */
export async function whatWasBehind(question: WhyQuestion, readMessages: ReadMessages): Promise<Behind> {
  const { compiled, record, now } = question
  const known = await knownThen(question, readMessages)
  const thresholds = thresholdsOf(compiled)
  const of = (key: string) => thresholds.filter((threshold) => threshold.key === key)
  const points = compiled.inputs.filter((name) => !isConditionCode(name))
  const measures = compiled.measures.map(({ name, readAs, key, measure }): ReadingBehind => {
    const value = (valueOf(measure, record.state.measures.get(key), now) as PointValue | undefined) ?? null
    return { point: name, unit: null, value, at: value === null ? null : now, asOf: 'now', thresholds: of(readAs) }
  })
  return {
    readings: [
      ...points.map((point) => ({ ...readingOf(point, known, question), thresholds: of(point) })),
      ...measures,
    ],
    conditions: compiled.inputs.filter(isConditionCode).map((code) => conditionOf(code, known, question)),
  }
}

interface Told {
  /** Of a condition its state. */
  value: PointValue
  at: number
}
type Known = ReadonlyMap<string, Told>

async function knownThen(question: WhyQuestion, readMessages: ReadMessages): Promise<Known> {
  const { alarm, compiled, record, deviceKeys } = question
  const known = stillStanding(question)
  const devices = new Map(deviceKeys.map((key) => [key, record.device.id]))
  let toMs = alarm.raisedAt + 1
  for (const backMs of LOOK_BACK_MS) {
    const names = new Set(compiled.inputs.filter((name) => !known.has(name)))
    if (names.size === 0) break
    const fromMs = alarm.raisedAt - backMs
    const found = new Map<string, Told>()
    for await (const { messages } of readMessages({ fromMs, toMs, devices, names })) {
      for (const message of messages) if (message.live) noteAll(found, message, names)
    }
    for (const [name, told] of found) known.set(name, told)
    toMs = fromMs
  }
  return known
}

function noteAll(found: Map<string, Told>, message: DeviceMessage, names: ReadonlySet<string>): void {
  const at = message.receivedAt
  for (const { name, value } of message.measurements) if (names.has(name)) found.set(name, { value, at })
  for (const { code, state } of message.conditions) if (names.has(code)) found.set(code, { value: state, at })
  for (const [name, value] of Object.entries(message.health) as [string, PointValue | undefined][]) {
    if (names.has(name) && value !== undefined) found.set(name, { value, at })
  }
}

/** What was not told again since then. */
function stillStanding({ alarm, compiled, record }: WhyQuestion) {
  const known = new Map<string, Told>()
  for (const name of compiled.inputs) {
    const point = record.state.points.get(name)
    const condition = record.state.conditions.get(name)
    if (point && point.heardAt <= alarm.raisedAt) known.set(name, { value: point.value, at: point.heardAt })
    if (condition && condition.heardAt <= alarm.raisedAt)
      known.set(name, { value: condition.state, at: condition.since })
  }
  return known
}

function readingOf(point: string, known: Known, { alarm, compiled, record }: WhyQuestion) {
  const definition = pointDefinition(point) ?? HEALTH_POINTS.get(point)
  const state = record.state.points.get(point)
  const unit = state?.unit ?? (typeof definition === 'object' ? definition.unit : null)
  const then = known.get(point)
  if (then) return { point, unit, ...then, asOf: 'raised' as const }
  // The alarm itself keeps what its only input was.
  if (compiled.inputs.length === 1 && alarm.value !== null) {
    return { point, unit, value: alarm.value, at: alarm.raisedAt, asOf: 'raised' as const }
  }
  const health: Readonly<Record<string, unknown>> = record.state.health
  const value = state?.value ?? (health[point] as PointValue | undefined) ?? null
  return { point, unit, value, at: state?.at ?? null, asOf: 'now' as const }
}

function conditionOf(code: string, known: Known, { record }: WhyQuestion): ConditionBehind {
  const then = known.get(code)
  if (then) return { code, state: then.value as ConditionState, since: then.at, asOf: 'raised' }
  const state = record.state.conditions.get(code)
  return { code, state: state?.state ?? 'unknown', since: state?.since ?? null, asOf: 'now' }
}
