import type { Device, DeviceMessage, DeviceState, Measurement, PointValue } from '../../model.ts'
import type { Measure } from '../../model/rules.ts'
import type { Ruleset } from '../ruleset.ts'
import { type DerivedPoint, derivedPoints } from './derived.ts'
import { type MeasureMemory, observeMeasure, valueOf } from './measure.ts'

interface KeyedMeasure {
  key: string
  measure: Measure
}

export type MeasureMemories = DeviceState['measures']

/** What the measures of a device's rules and of its derived points remember, after a message. */
export function observeMeasures(
  state: DeviceState,
  device: Device,
  message: DeviceMessage,
  rules: Ruleset,
  timezone: string,
  derived: MeasureMemories | null,
): MeasureMemories {
  let next: Map<string, MeasureMemory> | null = null
  const read = reading(state)
  const observe = ({ key, measure }: KeyedMeasure) => {
    const known = state.measures.get(key)
    // Two rules may ask for the same.
    if (next !== null && next.get(key) !== known) return
    next ??= new Map(state.measures)
    next.set(key, derived?.get(key) ?? observeMeasure(measure, known, read, message.receivedAt, timezone))
  }
  for (const point of derivedPoints(device.kind)) if (isMoved(point, message)) observe(point)
  const ofRules = rules.measuresOf(device)
  if (ofRules.size > 0) {
    const hear = (name: string) => ofRules.get(name)?.forEach(observe)
    for (const { name } of message.measurements) hear(name)
    for (const name in message.health) hear(name)
  }
  return next ?? state.measures
}

function reading({ points, health }: DeviceState) {
  return (name: string): PointValue | undefined => points.get(name)?.value ?? health[name as keyof typeof health]
}

/** Whether a message tells something that the point is made of. */
const isMoved = ({ inputs }: DerivedPoint, message: DeviceMessage) =>
  inputs.some((input) => toldOf(message, input) !== undefined)

const toldOf = ({ measurements }: DeviceMessage, name: string) => measurements.find((each) => each.name === name)

/** The keys of all that is remembered for a device. */
export function measureKeys(device: Device, rules: Ruleset): ReadonlySet<string> {
  const ofRules = rules.measuring(device.kind).filter(({ speaks }) => speaks(device))
  return new Set([
    ...derivedPoints(device.kind).map(({ key }) => key),
    ...ofRules.flatMap(({ measures }) => measures.map(({ key }) => key)),
  ])
}

export interface Derived {
  message: DeviceMessage
  memories: MeasureMemories | null
}

/**
 * The message with the derived points that it moves, unless the device tells them itself. One that is as it was is not
 * told again. `memories`: what their measures remember then, so that it is not worked out twice.
 */
export function withDerived(state: DeviceState, device: Device, message: DeviceMessage, timezone: string): Derived {
  const points = derivedPoints(device.kind)
  if (!message.live || points.length === 0) return { message, memories: null }
  let memories: Map<string, MeasureMemory> | null = null
  let added: Measurement[] | null = null
  const read = (name: string) => toldOf(message, name)?.value ?? state.points.get(name)?.value
  for (const point of points) {
    if (!isMoved(point, message)) continue
    const { name, unit, key, measure } = point
    const memory = observeMeasure(measure, state.measures.get(key), read, message.receivedAt, timezone)
    memories ??= new Map<string, MeasureMemory>()
    memories.set(key, memory)
    if (toldOf(message, name)) continue
    const value = valueOf(measure, memory, message.receivedAt)
    if (value === undefined || value === state.points.get(name)?.value) continue
    added ??= []
    added.push({ name, value, unit, derived: true })
  }
  if (added === null) return { message, memories }
  return { message: { ...message, measurements: [...message.measurements, ...added] }, memories }
}
