import type { DeviceKind } from '../../../rules/model.ts'
import { field, isObject, type JsonObject, type Memory } from '../family.ts'
import { kindOfName } from './names.ts'

/** What a Homie device told of itself; one row a device. */
export interface Known {
  kind?: DeviceKind
  /** Units by `node/property`. */
  units?: Readonly<Record<string, string>>
  /** Alerts that were not solved. */
  alerts?: readonly string[]
  /** Devices behind it (Homie 5). */
  children?: readonly string[]
}

const UNITS_MAX = 200
const CHILDREN_MAX = 250
const PROPERTIES_READ = 1_000
const UNIT_LENGTH = 16

export const keyOf = (id: string) => `homie:device:${id}`

export function known(memory: Memory, id: string): Known {
  return memory.get<Known>(keyOf(id)) ?? {}
}

/** A leak sensor that also measures stays a leak sensor. */
export function learnKind(memory: Memory, id: string, names: readonly string[]): void {
  const before = known(memory, id)
  const kind = names.slice(0, PROPERTIES_READ).reduce<DeviceKind | undefined>(stronger, before.kind)
  if (kind !== before.kind) memory.set(keyOf(id), { ...before, kind })
}

function stronger(kind: DeviceKind | undefined, name: string): DeviceKind | undefined {
  return kind === 'water_leak' ? kind : (kindOfName(name) ?? kind)
}

export function learnUnit(memory: Memory, id: string, property: string, unit: string): void {
  const before = known(memory, id)
  const units = before.units ?? {}
  if (unit.length > UNIT_LENGTH || units[property] === unit || Object.keys(units).length >= UNITS_MAX) return
  memory.set(keyOf(id), { ...before, units: { ...units, [property]: unit } })
}

/** A Homie 5 description: every node with its properties, their units, and the devices behind this one. */
export function learnDescription(memory: Memory, id: string, description: JsonObject): void {
  const before = known(memory, id)
  const units: Record<string, string> = {}
  let kind = before.kind
  let read = 0
  for (const [node, about] of entriesOf(field(description, 'nodes'))) {
    for (const [property, more] of entriesOf(isObject(about) ? field(about, 'properties') : undefined)) {
      if (++read > PROPERTIES_READ) break
      kind = stronger(kind, property)
      const unit = isObject(more) ? field(more, 'unit') : undefined
      if (typeof unit === 'string' && unit.length <= UNIT_LENGTH && read <= UNITS_MAX)
        units[`${node}/${property}`] = unit
    }
  }
  const listed = field(description, 'children')
  const children = Array.isArray(listed) ? listed.slice(0, CHILDREN_MAX).filter(isName) : []
  const after: Known = { ...before, units, children, ...(kind === undefined ? {} : { kind }) }
  if (JSON.stringify(after) !== JSON.stringify(before)) memory.set(keyOf(id), after)
}

const entriesOf = (value: unknown) => (isObject(value) ? Object.entries(value).slice(0, PROPERTIES_READ) : [])
const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= 64
