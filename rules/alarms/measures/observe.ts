import type { Device, DeviceMessage, DeviceState, Measurement, PointValue } from '../../model.ts'
import type { Measure } from '../../model/rules.ts'
import type { Ruleset } from '../ruleset.ts'
import { derivedBy, derivedPoints } from './derived.ts'
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
  const hear = (name: string) => {
    for (const point of derivedBy(device.kind, name)) observe(point)
    for (const each of rules.measuresOf(device, name)) observe(each)
  }
  for (const { name } of message.measurements) hear(name)
  for (const name in message.health) hear(name)
  return next ?? state.measures
}

function reading({ points, health }: DeviceState) {
  return (name: string): PointValue | undefined => points.get(name)?.value ?? health[name as keyof typeof health]
}

/** Most messages bring nothing that a derived point is made of. */
function movesDerived({ kind }: Device, { measurements }: DeviceMessage): boolean {
  for (const { name } of measurements) if (derivedBy(kind, name).length > 0) return true
  return false
}

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
  if (!message.live || !movesDerived(device, message)) return { message, memories: null }
  const memories = new Map<string, MeasureMemory>()
  let added: Measurement[] | null = null
  const tells = (name: string) => message.measurements.find((each) => each.name === name)
  const read = (name: string) => tells(name)?.value ?? state.points.get(name)?.value
  for (const { name: input } of message.measurements) {
    for (const { name, unit, key, measure } of derivedBy(device.kind, input)) {
      if (memories.has(key)) continue
      const memory = observeMeasure(measure, state.measures.get(key), read, message.receivedAt, timezone)
      memories.set(key, memory)
      if (tells(name)) continue
      const value = valueOf(measure, memory, message.receivedAt)
      if (value === undefined || value === state.points.get(name)?.value) continue
      added ??= []
      added.push({ name, value, unit, derived: true })
    }
  }
  if (added === null) return { message, memories }
  return { message: { ...message, measurements: [...message.measurements, ...added] }, memories }
}
